"""Registers: assets, officials, the office and accounts are entered, corrected, imported and removed."""

from __future__ import annotations

from lxml import html

from tests.support.office_day.letters import API, Letters, photo
from tests.support.office_day.pages import Person, sign_in
from tests.support.office_day.recorder import Recorder

_ASSET = {
    "nibar": "045.2/INV-KOM/0099/2026", "kode_barang": "1.3.2.10.02.04.002", "kode_register": "0099",
    "name": "Router Kantor Camat", "brand": "MikroTik RB4011iGS+RM", "serial": "DMO-0099", "year": 2026,
    "value": 4150000, "condition": "B", "location": "Kantor Camat Simpang Empat", "sort": "hardware",
}  # fmt: skip
_OFFICIAL = {
    "id": "kepala-seksi-aplikasi", "name": "Contoh Pejabat, S.Kom.", "nip": "198905072014022905", "grade": "III/d",
    "post": "Kepala Seksi Aplikasi", "role": "kepala_seksi", "capacity": "definitif", "valid_from": "2026-01-02",
}  # fmt: skip
_CSV = (
    "NIBAR;Nama;Merk/Tipe;Tahun;Nilai;Kondisi;Catatan\n"
    "6310250000301;Switch Lobi;Cisco CBS110;2025;1.750.000;B;baru\n"
    "6310190000101;Server Rack Aplikasi SPBE;Dell PowerEdge R740xd;2019;185.000.000;B;\n"
    "6310250000302;;;dua ribu;banyak;X;\n"
)
_PEOPLE = "id,nama,nip,jabatan,peran\npengguna-baru,Nur Hasanah,198804232011012919,Kepala UPT,pengguna_aset\n,,,,\n"


def edit(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Enter, correct, rename, import and remove; refuse what is wrong."""
    assets_and_officials(letters)
    imports(recorder, admin)
    office(admin, letters)
    accounts(recorder, admin)
    letters.json("GET", "/assets/045.2/INV-KOM/0099/2026")


def assets_and_officials(letters: Letters) -> None:
    """Enter, correct, rename and remove by the API."""
    letters.json("POST", "/assets", _ASSET)
    letters.json("POST", "/assets", _ASSET)
    letters.json("POST", "/assets", _ASSET | {"nibar": " ", "value": -1, "condition": "bagus", "more": 1})
    change = {key: value for key, value in _ASSET.items() if key != "nibar"}
    letters.json("PUT", f"/assets/{_ASSET['nibar']}", change | {"condition": "KB"})
    letters.json("POST", f"/assets/{_ASSET['nibar']}/rename", {"nibar": "045.2/INV-KOM/0100/2026"})
    letters.json("GET", f"/assets/{_ASSET['nibar']}")
    letters.json("POST", "/assets", _ASSET | {"nibar": "SEMENTARA-1", "serial": "DMO-0100"})
    letters.json("DELETE", "/assets/SEMENTARA-1")
    letters.json("DELETE", "/assets/SEMENTARA-1")
    letters.json("POST", "/officials", _OFFICIAL)
    letters.json("POST", "/officials", _OFFICIAL | {"id": "salah", "nip": "123", "role": "raja"})
    letters.json(
        "PUT", f"/officials/{_OFFICIAL['id']}", {k: v for k, v in _OFFICIAL.items() if k != "id"} | {"grade": "IV/a"}
    )
    letters.json("DELETE", f"/officials/{_OFFICIAL['id']}")


def imports(recorder: Recorder, admin: Person) -> None:
    """Import CSV files by API and page."""
    for query in ("?dry_run=true", ""):
        recorder.call("system", "POST", f"{API}/assets/import{query}", files={"file": ("aset.csv", _CSV.encode())})
        recorder.call("system", "POST", f"{API}/officials/import{query}", files={"file": ("p.csv", _PEOPLE.encode())})
    admin.send("/aset", "/impor", files=[("berkas", ("aset.csv", _CSV.encode()))])
    admin.send("/pejabat", "/impor", files=[("berkas", ("pejabat.csv", _PEOPLE.encode()))])
    admin.send("/aset", "/impor", files=[("berkas", ("aset.xlsx", b"no spreadsheet"))])


def office(admin: Person, letters: Letters) -> None:
    """Change the office's own data and emblem, and officials and assets on their pages."""
    known = letters.json("GET", "/office")
    letters.json("PUT", "/office", known | {"phone": "(0518) 6076099"})
    letters.json("PUT", "/office", known | {"number_pattern": "{urut", "time_zone": "Mars"})
    admin.send("/kantor", "/kantor", {"website": "diskominfo.tanahbumbukab.go.id"})
    admin.send("/kantor", "/kantor", {"number_pattern": "tanpa urut"})
    admin.send("/kantor", "/lambang", files=[("emblem", ("lambang.png", photo("green", "PNG")))])
    admin.send("/kantor", "/lambang", files=[("emblem", ("lambang.png", b"no picture"))])
    admin.get("/kantor/contoh-nomor?number_pattern=%7Burut%7D%2F%7Bunit%7D%2F%7Btahun%7D&unit_code=X&security_code=B")
    admin.send("/aset/baru", "/aset/baru", {"nibar": "HALAMAN-1", "name": "Aset dari halaman", "year": "2025"})
    admin.send("/aset/baru", "/aset/baru", {"nibar": "", "name": "", "year": "kemarin"})
    admin.send("/aset/ubah?nibar=HALAMAN-1", "/ganti-nibar", {"new": "HALAMAN-2"})
    admin.send("/aset/ubah?nibar=HALAMAN-2", "/hapus")
    admin.send(
        "/pejabat/baru", "/pejabat/baru", {"name": "Pejabat Halaman", "post": "Kepala Seksi", "role": "kepala_seksi"}
    )
    admin.send("/pejabat/baru", "/pejabat/baru", {"name": "", "nip": "12"})
    admin.send(
        "/kalimat",
        "/kalimat",
        {"title": "Penutup", "text": "Demikian disampaikan, atas perhatiannya kami ucapkan terima kasih."},
    )
    admin.send("/kalimat", "/kalimat", {"title": "", "text": ""})


def accounts(recorder: Recorder, admin: Person) -> None:
    """Give a clerk and a reader accounts; both choose passwords."""
    for name, role in (("sari", "operator"), ("tamu", "pejabat"), ("sari", "operator"), ("", "admin")):
        answer = admin.send("/pengguna", "/pengguna", {"name": name, "full_name": f"Pegawai {name}", "role": role})
        password = html.fromstring(answer.content).xpath("//*[@id='sandi-baru']/text()")
        if password:
            person = sign_in(recorder, name, password[0])
            chosen = f"rantau kayu ulin {name}"
            person.send("/sandi", "/sandi", {"old": "salah", "new": chosen, "again": chosen})
            person.send("/sandi", "/sandi", {"old": password[0], "new": chosen, "again": chosen})
    admin.send("/pengguna/ubah?name=sari", "/pejabat", {"name": "sari", "officials": ["kepala-seksi", "kepala-bidang"]})
    sign_in(recorder, "nobody-known", "wrong")
