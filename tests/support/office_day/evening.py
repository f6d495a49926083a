"""What remains of the day: the ways that pages and API offer besides the usual ones, and the end of all sessions."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from tests.support.office_day.letters import API, Letters, photo, wait_for
from tests.support.office_day.pages import Person
from tests.support.office_day.recorder import Recorder

_STATIC = ("docgen.css", "lambang.svg", "page.js", "compose.js", "bundle.js", "scans.js", "no-such-file.js")
_ROW = "NIBAR;Hal;Yth;Isi\n6310190000101;Perawatan;Kepala Bidang;Mohon dirawat.\n"


def go_home(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Do the rest, then sign out."""
    attachments(recorder, admin, letters)
    verification_pages(recorder, letters)
    agenda(admin)
    registers(admin)
    a_bundle_at_the_page(recorder, admin, letters)
    a_batch_at_the_page(recorder, admin)
    a_form_with_photos(recorder, admin)
    for name in _STATIC:
        recorder.call("nobody", "GET", f"/static/{name}")
    admin.send("/", "/tur", submit="aksi=ulang")
    admin.send("/token", "/cabut", submit="id=")
    admin.send("/sesi", "/sesi", submit="semua=")
    Person(recorder, "sari").send("/", "/keluar")


def attachments(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Seal a letter at its page, and read every file that lies with letters."""
    sealed = letters.issue(letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new"})
    admin.send(f"/d/{sealed['id']}", "/segel")
    letters.get(f"/documents/{sealed['id']}/pdf")
    letters.attach(sealed["id"], photo("white"), "pindaian.jpg")
    for one in letters.issued:
        page = recorder.call("admin", "GET", f"/d/{one['id']}", keep=False).text
        for path in sorted(set(re.findall(rf"/d/{one['id']}/lampiran/[0-9a-f]{{64}}(?:/asli)?", page))):
            admin.get(path)
            letters.get(f"/documents/{one['id']}/attachments/{path.split('/')[4]}")


def verification_pages(recorder: Recorder, letters: Letters) -> None:
    """Check a sealed letter by its code, as anybody may, with the file at hand."""
    record = letters.json("GET", f"/documents/{letters.issued[-1]['id']}")
    address = urlsplit(record["links"]["verify"]).path
    nobody = Person(recorder, "nobody")
    nobody.send(address, address, files=[("berkas", ("surat.pdf", letters.pdf(record["id"])))])
    nobody.send(address, address, files=[("berkas", ("surat.pdf", letters.pdf(letters.issued[0]["id"])))])
    nobody.get(f"{address}/halaman/1.png")
    nobody.get(f"{address}?nomor={quote(record['number'])}")
    for link in (record["links"]["verify"], record["links"]["page"]):
        nobody.get(f"/oembed?url={quote(link)}")


def agenda(admin: Person) -> None:
    """Enter numbers that were given by hand, one between two others, and void one."""
    by_hand = {"date": "2026-11-20", "title": "Undangan rapat", "classification": "000.1.5", "reason": "Ditulis tangan"}
    admin.send("/agenda/nomor", "/sisipan", by_hand)
    entries = sorted(set(re.findall(r'"(/agenda/2026/\d+(?:/[^"/]+)?)"', admin.get("/agenda/nomor").text)))
    for entry, change in zip(entries, ({}, {"aksi": "batal"}), strict=False):
        admin.send(entry, entry, by_hand | change)
    admin.get("/agenda")


def registers(admin: Person) -> None:
    """Change an asset and an official, and take an account away."""
    admin.send("/aset/ubah?nibar=6310190000102", "/aset/ubah", {"location": "Rak 9"})
    admin.send("/pejabat/ubah?id=pengelola-aset-2", "/pejabat/ubah", {"rank": "Penata Muda"})
    admin.send("/pejabat/ubah?id=pengguna-kecamatan", "/hapus")
    for action, change in (("/keluarkan", {}), ("/sandi", {}), ("/aktif", {"active": "0"})):
        admin.send("/pengguna/ubah?name=tamu", action, {"name": "tamu", **change})
    Person(admin.recorder, "tamu").get("/")
    Person(admin.recorder, "sari").send("/buat/pemeliharaan/2/nota_dinas", "/2/nota_dinas", submit="aksi=draf")
    Person(admin.recorder, "sari").send("/", "/hapus")


def a_bundle_at_the_page(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Arrange a bundle, keep it as a recipe, make it, and archive it."""
    dossier = letters.json("GET", "/dossiers?procedure=penggunaan")["items"][-1]["id"]
    page = f"/bundel?dossier={dossier}"
    admin.send(page, "/susun", {"nama": "Resep halaman"}, submit="aksi=resep")
    admin.send(page, "/susun", submit="=date")
    made = admin.send(page, "/susun", {"labels": "1"}, submit="aksi=buat").headers["Location"]
    _wait_for_job(recorder, made)
    for suffix in ("", ".json", ".pdf", "/label.pdf", "/jilid-1.pdf"):
        admin.get(f"{made}{suffix}")
    admin.send(made, "/arsip")
    _wait_for_job(recorder, admin.send(f"/berkas/{dossier}", "/bundel").headers["Location"])
    run = re.findall(r'action="(/bundel/resep/[^"]+)"', admin.get("/bundel").text)
    _wait_for_job(recorder, admin.send("/bundel", run[0], submit="aksi=semua").headers["Location"])
    admin.send("/bundel", run[0], submit="aksi=hapus")
    code = letters.json("GET", "/bundles")["items"][0]["code"]
    letters.get(f"/bundles/{code}/pdf")
    for recipe in letters.json("GET", "/recipes"):
        letters.json("DELETE", f"/recipes/{recipe['id']}")
    for action in ("cancel", "resume"):
        letters.json("POST", f"/jobs/{made.rpartition('/')[2]}/{action}")


def a_batch_at_the_page(recorder: Recorder, admin: Person) -> None:
    """Check a spreadsheet, look at a row, and issue it."""
    row = admin.send("/massal", "/periksa", {"naskah": "pemeliharaan/2/nota_dinas"},
                     files=[("berkas", ("isian.csv", _ROW.encode()))])  # fmt: skip
    for path in sorted(set(re.findall(r'"(/massal/pratinjau\?[^"]+)"', row.text)))[:1]:
        admin.get(path.replace("&amp;", "&"))
    begun = admin.press(row, "/massal", "/massal")
    if "Location" in begun.headers:
        _wait_for_job(recorder, begun.headers["Location"])
        for part in ("", "/zip", "/print", "/sheet"):
            admin.get(f"{begun.headers['Location']}{part}")


def a_form_with_photos(recorder: Recorder, admin: Person) -> None:
    """Upload a photo to a form, and place it."""
    page, action = "/buat/penggunaan/2/laporan_instalasi?aset=6310240000235", "/laporan_instalasi"
    answer = admin.send(page, action, files=[("file", ("rak.jpg", photo("teal")))], at="/unggahan")
    name = re.search(r"[0-9a-f]{64}\.jpg", answer.text)
    if name:
        admin.get(f"/unggahan/{name[0]}")
    admin.send(page, action, at="/buat/letak")
    recorder.call("system", "POST", f"{API}/uploads", files={"file": ("bukan.jpg", b"no picture")})


def _wait_for_job(recorder: Recorder, address: str) -> None:
    def is_over() -> bool:
        text = recorder.call("admin", "GET", f"{address}.json", keep=False).text
        return '"queued"' not in text and '"running"' not in text

    wait_for(is_over)
