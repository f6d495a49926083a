"""Calls that are wrong, each in its own way."""

from __future__ import annotations

from tests.support.office_day.letters import API, Letters
from tests.support.office_day.pages import Person
from tests.support.office_day.recorder import Recorder


def ask_wrongly(recorder: Recorder, _admin: Person, letters: Letters) -> None:
    """Ask for every sort of refusal that needs no fault in database or store."""
    right = letters.body("nota_dinas", "pemeliharaan", 2)
    bodies = [
        {}, right | {"kind": "surat_cinta"}, right | {"procedure": "perawatan"}, right | {"step": 99},
        right | {"assets": ["6310190000199"]}, right | {"assets": []}, right | {"signer": "kepala-desa"},
        right | {"signer": "pengelola-aset"}, right | {"date": "2027-01-01"}, right | {"date": "kemarin"},
        right | {"data": {}}, right | {"data": right["data"] | {"hal": "x" * 5000, "isi": "bukan daftar", "lain": 1}},
        right | {"dossier": "tidak-ada"}, right | {"replaces": "tidak-ada"}, right | {"more": True},
        right | {"kind": "persetujuan"}, right | {"step": 1}, right | {"data": right["data"] | {"hal": "\u0007"}},
        right | {"data": right["data"] | {"hal": "𓀀 hieroglif"}},
    ]  # fmt: skip
    for body in bodies:
        letters.json("POST", "/documents", body)
        letters.json("POST", "/previews", body)
    for path in ("/documents/tidak-ada", "/documents/tidak-ada/pdf", "/jobs/tidak-ada", "/kinds/tidak-ada",
                 "/assets/tidak-ada", "/officials/tidak-ada", "/dossiers/tidak-ada", "/bundles/tidak-ada",
                 "/documents?limit=0", "/documents?lain=1", "/documents?status=hilang", "/register?year=1",
                 "/documents?cursor=x", "/tidak-ada"):  # fmt: skip
        letters.get(path)
    letters.json("POST", "/previews?format=png&page=99", right)
    letters.json("DELETE", "/assets/6310190000101")
    letters.json("DELETE", "/officials/kepala-bidang")
    first = letters.issued[0]["id"]
    for who in ("dashboard", "limited", "nobody"):
        recorder.call(who, "POST", f"{API}/documents", json=right)
        recorder.call(who, "POST", f"{API}/documents/{first}/void", json={"reason": "x"})
        recorder.call(who, "GET", f"{API}/documents/{first}")
        recorder.call(who, "GET", f"{API}/webhooks")
        recorder.call(who, "PUT", f"{API}/office", json={})
    for options in ({"data": b"{"}, {"data": b"kind=x"}, {"json": [1]}, {"files": {"file": ("a.csv", b"a;b\n1;2\n")}}):
        for path in ("/documents", "/batches", "/bundles", "/assets", "/uploads"):
            recorder.call("system", "POST", f"{API}{path}", **options)
    recorder.call("system", "PATCH", f"{API}/documents/{first}")
    for sent in (
        {"Range": "bytes=0-99"},
        {"Range": "bytes=99999999-"},
        {"If-None-Match": "*"},
        {"Accept-Language": "en"},
    ):
        recorder.call("system", "GET", f"{API}/documents/{first}/pdf", headers=sent)
        recorder.call("system", "GET", f"{API}/documents/tidak-ada", headers=sent)
    for path in (
        "/d/tidak-ada",
        "/berkas/tidak-ada",
        "/s/tidak-ada",
        "/verifikasi/TIDAK",
        "/bundel/tidak-ada",
        "/arsip/x/y/z",
    ):
        recorder.call("admin", "GET", path)
        recorder.call("nobody", "GET", path)
    recorder.call("admin", "POST", f"/d/{first}/batalkan", data={"reason": "no csrf"})
