"""Request bodies to copy from the OpenAPI document; in the demo office each of them works."""

from __future__ import annotations

from typing import Any

_ASSET = {
    "nibar": "045.2/INV-KOM/0099/2026",
    "kode_barang": "1.3.2.10.02.04.002",
    "kode_register": "0099",
    "name": "Router Kantor Camat",
    "brand": "MikroTik RB4011iGS+RM",
    "serial": "DMO-0099",
    "year": 2026,
    "value": 4150000,
    "condition": "B",
    "location": "Kantor Camat Simpang Empat",
    "sort": "hardware",
}
_OFFICIAL = {
    "id": "kepala-seksi-aplikasi",
    "name": "Contoh Pejabat, S.Kom.",
    "nip": "198905072014022905",
    "grade": "III/d",
    "post": "Kepala Seksi Aplikasi",
    "role": "kepala_seksi",
    "capacity": "definitif",
    "valid_from": "2026-01-02",
}
_OFFICE = {
    "government": "PEMERINTAH KABUPATEN TANAH BUMBU",
    "name": "DINAS KOMUNIKASI, INFORMATIKA, STATISTIK DAN PERSANDIAN",
    "unit_code": "DiskominfoSP2",
    "place": "Batulicin",
    "time_zone": "Asia/Makassar",
    "number_pattern": "{keamanan}/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}",
}


def request_bodies(letter: dict[str, Any]) -> dict[str, Any]:
    """Return an example by name of the call; `letter` is the example of the kind nota_dinas."""
    document = {
        "kind": "nota_dinas",
        "procedure": "pemeliharaan",
        "step": 2,
        "assets": ["6310190000101"],
        "data": letter,
    }
    batch = {
        **{key: document[key] for key in ("kind", "procedure", "step")},
        "rows": [{"assets": ["6310190000101"], "data": letter}, {"assets": ["6310190000102"], "data": letter}],
    }
    return {
        "post_document": document,
        "post_preview": document,
        "post_kind_version": {"version": 0},
        "put_kind_fields": {"title": "Nota Dinas Kantor"},
        "post_kind_preview": {"data": letter},
        "post_kind_publication": {"from": "2099-01-04"},
        "post_kind_rollback": {"version": 0},
        "post_draft": {**document, "route": ["kepala-seksi"]},
        "put_draft": document,
        "post_withdraw": {"reason": "Biaya berubah; diajukan lagi setelah dihitung."},
        "post_decision": {"official": "kepala-seksi", "decision": "perbaiki", "note": "Lengkapi biaya."},
        "post_sign": {"official": "kepala-bidang", "method": "paper"},
        "post_signatures": {
            "documents": ["01j5zj3v8dq2k7n5w9r4t6y8ab"],
            "official": "kepala-dinas",
            "passphrase": "...",
        },
        "post_signature": {"official": "kepala-bidang", "method": "seal"},
        "post_signature_request": {"official": "kepala-bidang"},
        "post_batch_check": batch,
        "post_batch": batch,
        "post_endorsement": {
            "official": "kepala-bidang",
            "decision": "setuju",
            "note": "Dilaksanakan di luar jam layanan.",
        },
        "post_close": {"reason": "Pekerjaan dihentikan; aset diusulkan untuk dihapus."},
        "post_number": {"number": "000.1.9/12/SETDA", "date": "2026-11-24"},
        "put_signing_identity": {"identity": "3671014510850003"},
        "post_void": {"reason": "Salah aset; diganti naskah baru."},
        "post_asset": _ASSET,
        "put_asset": {key: value for key, value in _ASSET.items() if key != "nibar"},
        "post_share": {"days": 30, "note": "Inspektorat"},
        "post_webhook": {"url": "https://aset.example/docgen", "events": ["document.issued", "document.voided"]},
        "post_asset_rename": {"nibar": "045.2/INV-KOM/0100/2026"},
        "post_official": _OFFICIAL,
        "put_official": {key: value for key, value in _OFFICIAL.items() if key != "id"},
        "put_office": _OFFICE,
        "post_office": {"slug": "kominfo", "host": "kominfo.naskah.example"},
        "post_bundle": {"asset": "6310190000101", "year": 2026},
        "post_recipe": {"name": "Pemeliharaan setahun", "request": {"year": 2026, "separators": True}},
        "post_run": {"new_only": True},
    }
