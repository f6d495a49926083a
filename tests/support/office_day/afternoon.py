"""What happens to letters after they were issued, at the pages and by the API, and a look at every page."""

from __future__ import annotations

import re

from tests.support.office_day.letters import API, Letters, photo, wait_for
from tests.support.office_day.pages import Person
from tests.support.office_day.recorder import Recorder

_OFFICE = ("/kantor", "/aset", "/pejabat", "/pengguna", "/token", "/webhook", "/kalimat", "/sesi", "/sandi",
           "/riwayat")  # fmt: skip
_DESK = ("/", "/arsip", "/berkas", "/buat", "/bundel", "/agenda", "/agenda/nomor", "/ringkasan", "/massal",
         "/pindaian", "/retensi", "/verifikasi", "/pilih", "/api/docs", "/tidak-ada")  # fmt: skip
_SEARCHES = ("/arsip?q=router", "/arsip?q=perangkat", "/arsip?procedure=pemeliharaan&step=2",
             "/buat/aset.json?q=server",
             "/oembed?url=http%3A%2F%2Fnaskah.example%2Fverifikasi%2FX")  # fmt: skip
_FILES = ("/riwayat/ekspor.csv", "/riwayat/ekspor.jsonl", "/agenda/agenda.xlsx", "/arsip/hasil.xlsx",
          "/aset/contoh.csv",
          "/bundel/daftar-berkas-2026.pdf", "/bundel/daftar-berkas-2026.xlsx")  # fmt: skip
_PAGES = [*_DESK, *_OFFICE, *_SEARCHES, *_FILES]


def correct(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Refuse, replace, approve, file signed copies, share, verify, void, close and reopen."""
    first = letters.issue(letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new"}, "kunci-1")
    again = letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new"}
    letters.json("POST", "/documents", again, headers={"Idempotency-Key": "kunci-1"})
    letters.json("POST", "/documents", again | {"step": 3}, headers={"Idempotency-Key": "kunci-1"})
    letters.endorse(first["id"], "kepala-bidang", "perbaiki", "Lengkapi nomor seri.")
    second = letters.issue(again | {"dossier": first["dossier"], "replaces": first["id"]})
    letters.endorse(second["id"], "kepala-bidang", "tolak", "Anggaran tidak ada.")
    third = letters.issue(letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new", "date": "2026-11-20"})
    letters.endorse(third["id"], "kepala-dinas", "setuju")
    letters.endorse(third["id"], "kepala-bidang", "terima")
    letters.endorse(third["id"], "kepala-bidang", "setuju", "Silakan.")
    letters.endorse(third["id"], "kepala-bidang", "setuju")
    letters.attach(third["id"], photo("white"), "pindaian.jpg")
    letters.attach(third["id"], letters.pdf(third["id"]), "sama.pdf")
    letters.attach(third["id"], b"%PDF-1.7 broken", "rusak.pdf")
    for query in ("?copy=true", "?revision=1", "?revision=99"):
        letters.get(f"/documents/{third['id']}/pdf{query}")
    letters.get(f"/documents/{third['id']}/docx?srikandi=true")
    letters.json("POST", f"/documents/{third['id']}/seal")
    letters.json("POST", f"/documents/{third['id']}/seal")
    letters.get(f"/documents/{third['id']}/pdf")
    record = letters.json("GET", f"/documents/{third['id']}")
    share = letters.json("POST", f"/documents/{third['id']}/shares", {"days": 30, "note": "Inspektorat"})
    letters.get(f"/documents/{third['id']}/shares")
    for part in ("", "/pdf", "/halaman/1.png", "/kartu.png"):
        recorder.call("nobody", "GET", f"{share['href']}{part}")
    letters.json("DELETE", f"/shares/{share['id']}")
    recorder.call("nobody", "GET", share["href"])
    verify(recorder, letters, record["links"]["verify"], third["id"])
    void = letters.issue(letters.body("surat_penugasan", "pemeliharaan", 4) | {"dossier": "new"})
    letters.json("POST", f"/documents/{void['id']}/void", {"reason": "Salah aset; diganti naskah baru."})
    letters.json("POST", f"/documents/{void['id']}/void", {"reason": "Sekali lagi."})
    letters.endorse(void["id"], "kepala-seksi", "setuju")
    letters.attach(void["id"], photo("white"), "pindaian.jpg")
    recorder.call("nobody", "GET", letters.json("GET", f"/documents/{void['id']}")["links"]["verify"])
    letters.json("POST", f"/dossiers/{first['dossier']}/close", {"reason": "Pekerjaan dihentikan."})
    letters.json("POST", "/documents", again | {"dossier": first["dossier"]})
    letters.json("POST", f"/dossiers/{first['dossier']}/reopen")


def verify(recorder: Recorder, letters: Letters, address: str, id: str) -> None:
    """Check a printed code, and files against it, as anybody may."""
    nobody = Person(recorder, "nobody")
    nobody.get(address)
    nobody.get("/verifikasi?kode=AAAA-BBBB-CCCC")
    nobody.send("/verifikasi", "/verifikasi", files=[("berkas", ("surat.pdf", letters.pdf(id)))])
    nobody.send("/verifikasi", "/verifikasi", files=[("berkas", ("surat.pdf", letters.pdf(id) + b"\n% more\n"))])
    nobody.send("/verifikasi", "/verifikasi", files=[("berkas", ("foto.pdf", photo()))])


def at_the_pages(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Write, look, issue, decide, void and share as a clerk at the pages."""
    clerk = Person(recorder, "sari")
    page = "/buat/pemeliharaan/2/nota_dinas?aset=6310190000102"
    data = letters.kinds["nota_dinas"]["example"]
    values = {
        f"data.{name}": "\n\n".join(value) if isinstance(value, list) else str(value) for name, value in data.items()
    }
    action = "/buat/pemeliharaan/2/nota_dinas"
    clerk.get(page)
    clerk.send(page, action, submit="aksi=periksa")
    clerk.send(page, action, submit="aksi=cari-aset", fields={"cari_aset": "router"})
    clerk.send(page, action, values, submit="aksi=draf")
    clerk.get("/")
    form = {**values, "dossier": "new"}
    clerk.send(page, action, form, at="/buat/pratinjau")
    clerk.send(page, action, form, at="/buat/diketahui")
    clerk.send(page, action, form, at="/buat/draf")
    clerk.send(page, action, form, at="/buat/berkas")
    clerk.send(page, action, form, submit="aksi=periksa")
    answer = clerk.send(page, action, {**form, "aksi": "terbitkan"})
    address = answer.headers.get("Location", "") or f"/d/{letters.issued[-1]['id']}"
    clerk.get(address)
    made = letters.issue(letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new"})
    address = f"/d/{made['id']}"
    clerk.send(address, "/putusan", {"official": "kepala-bidang", "note": ""})
    clerk.send(address, "/putusan", {"official": "kepala-bidang", "note": ""}, submit="decision=setuju")
    clerk.send(address, "/lampiran", files=[("file", ("pindaian.png", photo("white", "PNG")))])
    clerk.send(f"{address}/bagikan", "/bagikan", {"days": "7", "note": "Camat"})
    clerk.send(f"{address}/bagikan", "/cabut", submit="share=")
    clerk.send(address, "/batalkan", {"reason": ""})
    clerk.send(address, "/batalkan", {"reason": "Salah tanggal."})
    for part in ("baca?cari=perangkat", "banding", "qr.svg", "docx?srikandi=1", "pdf?salinan=1", "pdf?unduh=1",
                 "halaman/1.png?lebar=400"):  # fmt: skip
        clerk.get(f"{address}/{part}")
    clerk.send(f"/berkas/{made['dossier']}", "/tutup", {"reason": "Tidak dilanjutkan."})
    clerk.send(f"/berkas/{made['dossier']}", "/buka")
    clerk.send("/agenda/nomor", "/cadangan", {"count": "2", "reason": "Surat dengan tangan"})
    clerk.send("/agenda/nomor", "/cadangan", {"count": "0", "reason": ""})
    clerk.send(
        "/agenda/nomor", "/sisipan", {"date": "2026-11-20", "subject": "Surat lama", "reason": "Terlambat dicatat"}
    )
    for entry in sorted(set(re.findall(r'"(/agenda/2026/\d+)"', clerk.get("/agenda/nomor").text)))[:1]:
        clerk.send(entry, entry, {"date": "", "subject": ""})
        clerk.send(entry, entry, {"date": "2026-11-23", "subject": "Undangan rapat", "reason": "Ditulis tangan"})
    clerk.send("/kalimat", "/kalimat", {"title": "Sementara", "text": "Kalimat yang segera dihapus."})
    clerk.send("/kalimat", "/hapus")
    Person(recorder, "tamu").get(page)
    admin.send("/", "/bahasa", submit="bahasa=en")
    admin.get(address)
    admin.send("/", "/bahasa", submit="bahasa=id")


def look_around(recorder: Recorder, admin: Person, letters: Letters) -> None:
    """Search, read the registers, and open every sort of page in the name of each role, and in English."""
    for word in ("walangkopo", "walangkayu"):  # the second after all that was there at the first
        _issue_and_find(recorder, letters, word)
    for query in ("q=router", "q=server+dell", "asset=6310190000101", "procedure=evaluasi", "kind=nota_dinas&limit=2",
                  "status=void", "status=superseded", "year=2026&step=1", "q=walangkopo"):  # fmt: skip
        for who in ("system", "dashboard", "limited"):
            recorder.call(who, "GET", f"{API}/documents?{query}")
    for path in ("/dossiers", "/dossiers?procedure=pemeliharaan", "/register?year=2026", "/register", "/bundles",
                 "/recipes", "/file-list?year=2026", "/file-list?year=2026&format=pdf"):  # fmt: skip
        letters.get(path)
    for who in ("admin", "sari", "tamu", "nobody"):
        Person(recorder, who).look_around(_PAGES, most=2 if who == "admin" else 1)
    admin.send("/", "/bahasa", submit="bahasa=en")
    admin.look_around(_PAGES, most=1)


def _issue_and_find(recorder: Recorder, letters: Letters, word: str) -> None:
    """Issue a letter with this word, and wait until the search finds it by its text."""
    body = letters.body("nota_dinas", "pemeliharaan", 2) | {"dossier": "new"}
    body["data"]["isi"] = [f"Perangkat {word} perlu dirawat."]
    letter = letters.issue(body)
    wait_for(lambda: letter["number"] in recorder.call("admin", "GET", f"/arsip?q={word}", keep=False).text)
