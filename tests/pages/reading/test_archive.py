"""What was made is found, at addresses that last, for people and for everyone who holds the paper."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.attachment_report import OLDER, SignedFileReport
from docgen.desk.revisions.journal import carry_out, promise
from storage.catalogue import documents, registers
from storage.records import Asset, Attachment, Document, Task
from tests.support.callers.pages import Person, words
from web.pages.reading import archive
from wording import say

pytestmark = pytest.mark.office


def letter(desk: Desk, nibar: str = "6310190000101") -> Document:
    """A Nota Dinas in the archive."""
    example = desk.kinds["nota_dinas"].example
    asked = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=example)
    return issue(desk, asked, "uji")


@pytest.mark.parametrize("nibar", ["045.2/INV-KOM/0012/2016", "12.01 / 0007 / 2014", "a//b", "/depan", "belakang/"])
def test_odd_nibars_have_addresses(operator: Person, desk: Desk, nibar: str) -> None:
    """Slashes, dots and spaces, encoded or not: asset and step pages are found, and pages link to them."""
    with desk.catalogue.write() as tx:
        registers.put_assets(tx, [Asset(nibar=nibar, name="Barang ganjil")])
    document = letter(desk, nibar)
    for shown in {quote(nibar, safe=""), quote(nibar)}:
        assert document.number in words(operator.get(f"/arsip/{shown}"))
        step = operator.get(f"/arsip/{shown}/pemeliharaan/2")
        assert document.number in words(step)
        assert "langkah 2" in words(step)
    page = operator.get(f"/d/{document.id}").text
    link = page.partition('href="/arsip/')[2].partition('"')[0]
    assert document.number in words(operator.get(f"/arsip/{link}"))


def test_a_step_without_documents_is_a_page_and_an_unknown_asset_is_not(operator: Person) -> None:
    """A link made before its document exists opens; one to nothing says so."""
    empty = operator.get("/arsip/6310190000101/pemeliharaan/2")
    assert empty.status_code == 200
    assert "Belum ada naskah pada langkah ini." in words(empty)
    assert operator.get("/arsip/tidak-ada").status_code == 404
    assert operator.get("/arsip/tidak-ada/pemeliharaan/2").status_code == 404


def test_search_pages_filters_and_words(operator: Person, desk: Desk) -> None:
    """Words and filters narrow the list; what matches nothing says what to do."""
    document = letter(desk)
    for query in (
        "q=pemeliharaan+perangkat",
        f"aset=6310190000101&langkah=2&tahun={document.year}",
        "status=issued&jenis=nota_dinas",
    ):
        assert document.number in words(operator.get(f"/arsip?{query}"))
    assert "Tidak ada naskah yang cocok." in words(operator.get("/arsip?q=jerapah"))
    assert "Server Rack Aplikasi SPBE" in words(operator.get("/arsip?q=6310190000101"))


def test_files_have_strong_tags_ranges_and_good_names(operator: Person, desk: Desk) -> None:
    """PDF and Word are served with their SHA-256 as tag, in parts when asked, under a name one recognises."""
    document = letter(desk)
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, 1)
    whole = operator.get(f"/d/{document.id}/pdf")
    assert whole.headers["ETag"] == f'"{revision.pdf.sha256}"'
    assert f"Nota Dinas {document.number.replace('/', '-')}.pdf" in whole.headers["Content-Disposition"]
    assert whole.headers["Content-Disposition"].startswith("inline")
    part = operator.get(f"/d/{document.id}/pdf", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")
    known = operator.get(f"/d/{document.id}/pdf", headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    word = operator.get(f"/d/{document.id}/docx")
    assert word.headers["Content-Disposition"].startswith("attachment")
    assert f"/d/{document.id}/docx?srikandi=1" in operator.get(f"/d/{document.id}").text
    srikandi = operator.get(f"/d/{document.id}/docx?srikandi=1")
    assert (srikandi.status_code, srikandi.mimetype) == (200, word.mimetype)
    assert " (SRIKANDI).docx" in srikandi.headers["Content-Disposition"]
    picture = operator.get(f"/d/{document.id}/halaman/1.png?lebar=999999")
    assert picture.mimetype == "image/png"
    assert operator.get(f"/d/{document.id}/halaman/99.png").status_code == 404


def test_voiding_needs_a_reason_and_shows_everywhere(operator: Person, desk: Desk) -> None:
    """Without a reason nothing happens; with one, page, register and verification say so, at the same addresses."""
    document = letter(desk)
    operator.get(f"/d/{document.id}")
    refused = operator.post(f"/d/{document.id}/batalkan", {"reason": "  "})
    assert refused.status_code == 422
    assert "Tulis alasan pembatalan" in words(refused)
    operator.post(f"/d/{document.id}/batalkan", {"reason": "Salah alamat."})
    assert "Naskah ini batal" in words(operator.get(f"/d/{document.id}"))
    assert "Salah alamat." in words(operator.get(f"/agenda?tahun={document.year}"))
    assert "sudah dibatalkan" in words(operator.get(f"/verifikasi/{document.code}"))
    assert operator.get(f"/d/{document.id}/pdf").status_code == 200


def test_verification_is_public_and_forgiving(visitor: Person, desk: Desk) -> None:
    """Anyone may look up a code, in groups, in lower case, with letters misread; the contents are not shown."""
    document = letter(desk)
    typed = document.code.replace("1", "l").replace("0", "o").lower()
    grouped = " ".join(typed[start : start + 4] for start in range(0, 16, 4))
    found = visitor.get("/verifikasi", query_string={"kode": grouped}, follow_redirects=True)
    assert found.status_code == 200
    text = words(found)
    assert "Terdaftar dan asli dalam arsip" in text
    assert document.number in text
    assert "Terdaftar dalam arsip kantor ini; bukan tanda tangan elektronik tersertifikasi." in text
    assert desk.kinds["nota_dinas"].example["isi"][:40] not in text
    assert visitor.get(f"/d/{document.id}").status_code == 302  # the document itself is for the office


def test_verification_of_other_codes(visitor: Person, desk: Desk) -> None:
    """Unknown codes, previews and voided documents each say what they are."""
    unknown = visitor.get("/verifikasi/0000000000000000")
    assert unknown.status_code == 404
    assert "Kode tidak dikenal" in words(unknown)
    assert "yang Anda tulis 3" in words(visitor.get("/verifikasi/ABC"))
    assert "Ini hanya pratinjau" in words(visitor.get("/verifikasi/PRATINJAU"))
    document = letter(desk)
    void(desk, document.id, "Keliru", "uji")
    voided = words(visitor.get(f"/verifikasi/{document.code}"))
    assert "sudah dibatalkan" in voided
    assert "Keliru" not in voided  # the reason is the office's own


def test_what_a_restricted_letter_is_about_is_not_public(visitor: Person, desk: Desk) -> None:
    """With a security code above B, verification says that it is on record, and neither number nor subject."""
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update={"security_code": "R"}))
    document = letter(desk)
    text = words(visitor.get(f"/verifikasi/{document.code}"))
    assert "Terdaftar" in text
    assert document.number not in text
    assert document.title not in text


def test_guessing_codes_is_slow(visitor: Person) -> None:
    """Thirty unknown codes in a minute are enough."""
    codes = [visitor.get(f"/verifikasi/{number:016}").status_code for number in range(31)]
    assert codes[:30] == [404] * 30
    assert codes[30] == 429


def test_a_bundle_needs_documents_and_becomes_a_job(operator: Person, desk: Desk) -> None:
    """Nothing ticked says so; ticked documents become a job with a page of its own."""
    document = letter(desk)
    operator.get("/arsip")
    nothing = operator.post("/bundel", {"kembali": "/arsip"}, follow_redirects=True)
    assert "Centang dahulu" in words(nothing)
    job = operator.post("/bundel", {"documents": document.id, "kembali": "//jahat.example"})
    page = operator.get(job.location)
    assert "Bundel sedang dibuat" in words(page)
    assert operator.get(f"{job.location}.json").get_json()["status"] == "queued"
    assert operator.get(f"{job.location}.pdf").status_code == 404


def test_why_a_file_is_only_a_copy_is_said_in_both_languages(operator: Person, desk: Desk) -> None:
    """The document's page says it in the reader's language, though the archive holds the Indonesian sentence."""
    document = letter(desk)
    report = SignedFileReport(matched="isi", revision=1, takes_place=False, reason=say(OLDER, revision=1, current=2))
    with desk.catalogue.read() as tx:
        file = documents.get_revision(tx, document.id, 1).pdf
    copy = Attachment(sort="copy", name="salinan.pdf", file=file, report=report.to_json())
    task = Task(change="attached", at=desk.now(), by="sari", reason="Salinan", attachments=[copy])
    with desk.catalogue.write() as tx:
        line = promise(desk, tx, document.id, task, *documents.get_contents(tx, document.id))
    carry_out(desk, line)
    page = f"/d/{document.id}"
    assert "dibuat dari revisi 1, sedangkan revisi 2" in words(operator.get(page))
    operator.post("/bahasa", {"bahasa": "en", "next": "/"})
    assert "made from revision 1" in words(operator.get(page))


@pytest.mark.parametrize("query", ["tahun=99999999999999999999", "langkah=99999999999999999999", "tahun=-1"])
def test_a_year_or_step_beyond_reason_finds_nothing(operator: Person, query: str) -> None:
    """Numbers in an address that no database keeps are an empty search, never a fault of the service."""
    assert "/d/" not in operator.get(f"/arsip?{query}").text


def test_a_search_shows_how_many_where_and_what_narrows_it(operator: Person, desk: Desk) -> None:
    """Count, marked words, a passage of what the title does not hold; each filter is taken away alone."""
    document = letter(desk)
    found = operator.get(f"/arsip?q=server+rack&jenis=nota_dinas&dari={document.date}&sampai={document.date}")
    shown = words(found)
    assert "1 naskah" in shown
    assert "<mark>server</mark>" in found.text
    assert 'class="doc-passage"' in found.text
    assert "Hapus saringan Nota Dinas" in found.text
    assert f'href="/arsip?q=server+rack&amp;dari={document.date}&amp;sampai={document.date}"' in found.text
    assert "Tidak ada naskah yang cocok." in words(operator.get("/arsip?sampai=2001-01-01"))
    assert operator.get("/arsip?dari=kemarin&sampai=&pejabat=tidak-ada").status_code == 200
    assert f"/d/{document.id}/halaman/1.png" in found.text


def test_pages_of_a_search_lead_on_and_back(operator: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third page leads back to the second, the second to the first."""
    monkeypatch.setattr(archive, "PAGE", 1)
    letters = [letter(desk) for _ in range(3)][::-1]
    page, numbers_seen = operator.get("/arsip?langkah=2"), []
    for number, document in enumerate(letters, start=1):
        assert f"halaman {number}" in words(page)
        numbers_seen.append(document.number in words(page))
        link = re.search(r'href="(/arsip\?[^"]*)">Berikutnya', page.text)
        back = re.search(r'href="(/arsip\?[^"]*)"><svg[^>]*>.*?</svg> Sebelumnya', page.text)
        assert bool(back) == (number > 1)
        if link:
            page = operator.get(html.unescape(link[1]))
    assert numbers_seen == [True] * 3
    for document in letters[1::-1]:
        back = re.search(r'href="(/arsip\?[^"]*)"><svg[^>]*>.*?</svg> Sebelumnya', page.text)
        assert back
        page = operator.get(html.unescape(back[1]))
        assert document.number in words(page)
