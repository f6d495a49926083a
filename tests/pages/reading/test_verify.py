"""The public verification page: its answers, its three ways in, and what it never says."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access.share_links import create_share, share_token
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.foreign import child_pool
from docgen.uploads import LARGEST_FILE
from storage.catalogue import documents, registers
from storage.records import Document
from tests.support.callers.pages import Person, words
from tests.support.files.pdfs import BROKEN, pdf
from web.page_images import Pictures

pytestmark = pytest.mark.office


def plan(desk: Desk, **more: str) -> Document:
    """A relocation plan, issued."""
    body = {
        **{"kind": "rencana_pemindahtempatan", "procedure": "pemindahtempatan", "step": 1},
        **{"assets": ["6310190000101"], "data": desk.kinds["rencana_pemindahtempatan"].example},
    }
    return issue(desk, DocumentRequest.model_validate(body | more), "uji")


def decide(desk: Desk, document: Document, decision: str) -> Document:
    """The Kepala Bidang decides."""
    asked = {"official": "kepala-bidang", "decision": decision, "note": "Catatan kantor."}
    return endorse(desk, document.id, EndorsementRequest.model_validate(asked), "uji", ["*"])


def archived(desk: Desk, document: Document, number: int = 1) -> bytes:
    """The PDF of a revision."""
    with desk.catalogue.read() as tx:
        return desk.store.get(documents.get_revision(tx, document.id, number).pdf.key)


def set_office(desk: Desk, **values: str) -> None:
    """Change settings of the office."""
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update=values))


def send(visitor: Person, data: bytes, code: str = "", name: str = "naskah.pdf") -> TestResponse:
    """Upload a file on the page of a code, or where no code is known."""
    visitor.get("/verifikasi")
    path = f"/verifikasi/{code}" if code else "/verifikasi"
    return visitor.post(path, {"berkas": (io.BytesIO(data), name)})


def test_the_file_itself_is_answered_for(visitor: Person, desk: Desk) -> None:
    """The archived bytes are genuine, one byte more is changed, with and without the code; nobody signs in."""
    document = plan(desk)
    data = archived(desk, document)
    for code in ("", document.code):
        genuine = send(visitor, data, code)
        assert genuine.status_code == 200
        assert "Asli: sama dengan arsip" in words(genuine)
        assert document.number in words(genuine)
        changed = words(send(visitor, data + b"\n", code))
        assert "Berkas berubah atau bukan yang asli" in changed
        assert document.number in changed


def test_an_older_file_is_told_what_came_since(visitor: Person, desk: Desk) -> None:
    """Approved later: there is a newer revision, approved by whom and when; decisions are listed, notes are not."""
    document = plan(desk)
    first = archived(desk, document)
    decide(desk, document, "setuju")
    answer = words(send(visitor, first))
    assert "Asli, tetapi ada revisi baru" in answer
    assert re.search(r"disetujui Kepala Bidang [^.]+ pada \d+ \w+ \d{4} pukul \d\d\.\d\d WITA", answer)
    by_code = words(visitor.get(f"/verifikasi/{document.code}"))
    assert "Disetujui secara internal" in by_code
    assert "Disetujui: Kepala Bidang" in by_code
    assert "Ahmad Fauzi" in by_code
    assert "bukan tanda tangan elektronik tersertifikasi" in by_code
    assert "Catatan kantor" not in by_code


def test_void_and_replaced_documents_say_so(visitor: Person, desk: Desk) -> None:
    """Void, without the office's reason; replaced, with a link to the page of the document in its place."""
    document = plan(desk)
    decide(desk, document, "perbaiki")
    again = plan(desk, replaces=document.id)
    replaced = visitor.get(f"/verifikasi/{document.code}")
    assert "Naskah ini sudah diganti" in words(replaced)
    assert f"Diganti dengan naskah nomor {again.number} tanggal" in words(replaced)
    assert f'href="/verifikasi/{again.code}"' in replaced.text
    void(desk, again.id, "Salah alamat.", "uji")
    answer = words(send(visitor, archived(desk, again)))
    assert "Naskah ini sudah dibatalkan" in answer
    assert "Salah alamat" not in answer


def test_a_number_that_is_not_the_codes(visitor: Person, desk: Desk) -> None:
    """Right together they lead on; else the page is the same for a code that exists and for one that does not."""
    document = plan(desk)
    asked = {"kode": document.code.lower(), "nomor": document.number}
    right = visitor.get("/verifikasi", query_string=asked, follow_redirects=True)
    assert "Terdaftar dan asli dalam arsip" in words(right)
    pages = []
    for code in (document.code, "0000000000000000"):
        answer = visitor.get("/verifikasi", query_string={"kode": code, "nomor": "B/1"}, follow_redirects=True)
        assert answer.status_code == 404
        assert "Nomor dan kode tidak cocok" in words(answer)
        pages.append(words(answer).replace(code, ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_unreadable_files_are_refused_in_words(visitor: Person, broken: str) -> None:
    """Empty, no PDF, cut short, damaged, locked: the reason and the form again."""
    answer = send(visitor, BROKEN[broken])
    assert answer.status_code == 422
    assert re.search(r"Ambil lagi berkas aslinya|kata sandi", words(answer))
    assert 'type="file"' in answer.text


def test_files_that_say_nothing(visitor: Person, desk: Desk) -> None:
    """No file chosen is said so; a PDF of somewhere else is not known; something else than a PDF is not compared."""
    visitor.get("/verifikasi")
    assert "Belum ada berkas yang dipilih" in words(visitor.post("/verifikasi"))
    unlisted = send(visitor, pdf("Undangan"))
    assert unlisted.status_code == 404
    assert "Berkas tidak dikenal" in words(unlisted)
    refused = send(visitor, b"PK\x03\x04", plan(desk).code, "surat.docx")
    assert refused.status_code == 422
    assert "bukan PDF" in words(refused)


@pytest.mark.parametrize("size", [LARGEST_FILE + 1, 33 * 1024 * 1024])
def test_large_files_are_refused_in_words(visitor: Person, size: int) -> None:
    """A byte above 30 MB, and more than is even read: 413 with the limit and the form again."""
    visitor.get("/verifikasi")
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{visitor.token}\r\n',
        '--x\r\nContent-Disposition: form-data; name="berkas"; filename="a.pdf"\r\n\r\n%PDF-1.7\n',
        "\n" * (size - 9) + "\r\n--x--\r\n",
    ]
    body = "".join(parts).encode()  # the test client keeps a body it makes itself in a file, and leaves that open
    answer = visitor.client.post("/verifikasi", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "30 MB" in words(answer)
    assert "32 MB" not in words(answer)
    assert 'name="kode"' in answer.text


def test_a_form_from_elsewhere_is_not_answered(visitor: Person, desk: Desk) -> None:
    """Without a valid token the file is not looked at, and the page asks to choose it again, not to sign in."""
    visitor.token = ""
    answer = visitor.post("/verifikasi", {"berkas": (io.BytesIO(archived(desk, plan(desk))), "a.pdf")})
    assert answer.status_code == 400
    assert "Pilih lagi berkasnya" in words(answer)
    assert "Kata sandi" not in words(answer)


def test_files_are_taken_slowly(visitor: Person) -> None:
    """Thirty files in a minute are enough, on both pages together."""
    visitor.get("/verifikasi")
    paths = ["/verifikasi", "/verifikasi/0000000000000000"] * 15
    assert {visitor.post(path, {"berkas": (io.BytesIO(b"x"), "a.pdf")}).status_code for path in paths} == {422}
    assert visitor.post("/verifikasi").status_code == 429


def test_pages_are_shown_where_the_office_says_so(visitor: Person, desk: Desk) -> None:
    """With `pages` an open letter's pictures stand below its facts; by default there are none at all."""
    document = plan(desk)
    picture = f"/verifikasi/{document.code}/halaman/1.png"
    assert "<img" not in visitor.get(f"/verifikasi/{document.code}").text.split("<main", 1)[1]
    assert visitor.get(picture).status_code == 404
    set_office(desk, verify_shows="pages")
    assert visitor.get(picture).status_code == 404  # it was issued while the office hid its pages
    document = plan(desk)
    picture = f"/verifikasi/{document.code}/halaman/1.png"
    assert f'src="{picture}?v=' in visitor.get(f"/verifikasi/{document.code}").text
    shown = visitor.get(picture)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert shown.headers["Cache-Control"] == "no-store"
    assert visitor.get(f"/verifikasi/{document.code}/halaman/99.png").status_code == 404
    set_office(desk, verify_shows="facts")
    assert visitor.get(picture).status_code == 404


@pytest.mark.parametrize("security", ["T", "R", "SR"])
def test_a_letter_that_is_not_open_shows_its_state_alone(visitor: Person, desk: Desk, security: str) -> None:
    """Nowhere in the page, by code or by file, stands what the letter is about, its number, date, signer or id; its
    pages stay hidden, and whoever holds the file learns that it is the archive's."""
    set_office(desk, security_code=security, verify_shows="pages")
    document = plan(desk)
    answers = [visitor.get(f"/verifikasi/{document.code}"), send(visitor, archived(desk, document))]
    for answer in answers:
        assert "asli" in words(answer).lower()
        assert words(answer).find(document.number) == -1
        assert document.id not in answer.text
        assert document.title not in answer.text
        assert "Perihal" not in answer.text
        assert "/halaman/" not in answer.text
    assert visitor.get(f"/verifikasi/{document.code}/halaman/1.png").status_code == 404


def test_guessing_codes_by_pictures_is_slow_too(visitor: Person) -> None:
    """Unknown codes asked for as pages and as pictures count together."""
    paths = [f"/verifikasi/{number:016}{'/halaman/1.png' if number % 2 else ''}" for number in range(31)]
    codes = [visitor.get(path).status_code for path in paths]
    assert codes == [404] * 30 + [429]


def test_a_strangers_pictures_are_drawn_behind_everybody_elses(
    app: Flask, visitor: Person, operator: Person, desk: Desk
) -> None:
    """A page behind a code or link is opened in the process for strangers, and for who signed in in that of people."""
    set_office(desk, verify_shows="pages")
    document = plan(desk)
    link = share_token(str(app.secret_key), create_share(desk, document.id, "operator", 30))
    for someone, lanes in ((visitor, (1, 0)), (operator, (0, 1))):
        for picture in (f"/verifikasi/{document.code}/halaman/1.png", f"/s/{link}/halaman/1.png"):
            app.extensions["pictures"] = Pictures()
            child_pool().close()
            shown = someone.get(picture)
            assert (shown.status_code, shown.mimetype) == (200, "image/png"), shown.text[-1500:]
            assert (len(child_pool().processes("stranger")), len(child_pool().processes("page"))) == lanes
