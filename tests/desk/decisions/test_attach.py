"""What people bring is kept byte for byte, shown as they left it, and completes a letter without replacing it."""

from __future__ import annotations

import hashlib
import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.background.jobs import Jobs
from docgen.desk.bundles.build import Bundle, make_bundle
from docgen.desk.bundles.document_pages import warnings_of
from docgen.desk.bundles.request import BundleRequest
from docgen.desk.decisions.attach import attach
from docgen.desk.disposal.pack_dossier import pack_dossier
from docgen.desk.scans.sort import place_pages, receive, run_scan_job
from docgen.errors import InvalidSubmission
from docgen.render.pdf.pdfium import page_count, page_png, page_text
from docgen.signer import load_seal
from storage.catalogue import documents
from storage.records import Attachment, Document, Revision
from tests.support.files.annotated import with_ink, with_password
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.pdfs import pdf
from tests.support.files.scans import letter, printed, scanned, sheets, without_code
from tests.support.files.scans import stack as feeder
from tests.support.files.sealed import sealed_once, with_text_change
from tests.support.office.decisions import decide, relocation_plan
from tests.support.office.sealing import authority, current, office

__all__ = ["authority", "office"]  # fixtures

pytestmark = pytest.mark.office

PAGES_OF_FOUR = 175  # paragraphs


def revisions(desk: Desk, document: Document) -> list[Revision]:
    """All of a document."""
    with desk.catalogue.read() as tx:
        return documents.list_revisions(tx, document.id)


def newest(desk: Desk, document: Document) -> Attachment:
    """The last thing that was filed with a document."""
    return revisions(desk, document)[-1].attachments[-1]


def refusal(desk: Desk, document: Document, data: bytes, name: str) -> str:
    """Why a file is not filed."""
    with pytest.raises(InvalidSubmission) as caught:
        attach(desk, document.id, data, name, "sari")
    return caught.value.errors[0].message


def bundled(desk: Desk, document: Document) -> tuple[Bundle, list[str]]:
    """A bundle of one document, and which of its pages are typed ("" for a scanned one), front matter left out."""
    bundle = make_bundle(desk, BundleRequest(documents=[document.id]))
    texts = [" ".join(text.split()) for text in page_text(bundle.pdf)]
    mark = texts[2].rpartition("hal. ")[0][-40:]
    return bundle, [text if len(text) > len(mark) + 40 else "" for text in texts[2:]]


def blue(data: bytes, page: int) -> bool:
    """Whether there is blue ink on a page."""
    with Image.open(io.BytesIO(page_png(data, page, width=400))) as picture:
        colours = picture.convert("RGB").getcolors(1 << 24) or []
    return sum(count for count, (red, _, blue_) in colours if blue_ > red + 120) > 50  # type: ignore[misc, operator]


def test_ink_is_seen_wherever_the_document_is_shown_and_the_file_is_kept_as_it_came(desk: Desk, tmp_path: Path) -> None:
    """A letter signed on a tablet: byte for byte in the archive, with its ink in what is made of it."""
    document = relocation_plan(desk)
    sent = with_ink(printed(desk, document))
    attach(desk, document.id, sent, "tablet.pdf", "sari")
    scan = newest(desk, document)
    [original] = scan.originals
    assert desk.store.get(original.file.key) == sent
    assert (original.name, original.file.content_type, original.shared) == ("tablet.pdf", "application/pdf", False)
    assert original.file.key.startswith(revisions(desk, document)[-1].pdf.key.rpartition("/")[0].rpartition("/")[0])
    assert blue(desk.store.get(scan.file.key), 1)
    assert scan.report["sheets"][0] == {"source": "tablet.pdf", "sheet": 1, "page": 1, "of": scan.file.pages}
    bundle, pages = bundled(desk, document)
    assert [blue(bundle.pdf, page) for page in range(3, 3 + len(pages))] == [True] + [False] * (len(pages) - 1)
    bag = pack_dossier(desk, document.dossier, tmp_path / "bag", "sari")
    assert (bag.folder / "data" / original.file.key).read_bytes() == sent
    desk.store.remove(original.file.key)
    assert check_archive(desk).missing == [original.file.key]


@pytest.mark.parametrize(
    "before", [b"\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"]
)
def test_a_signed_file_is_known_whatever_stands_before_its_header(
    office: Desk, authority: Authority, before: bytes
) -> None:
    """Its signatures are judged on the PDF itself, which becomes the document's; what came is kept beside it."""
    document = relocation_plan(office)
    signed = sealed_once(current(office, document)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    attach(office, document.id, before + signed, "gerbang.pdf", "sari")
    revision, kept = current(office, document)
    assert kept == signed
    [attachment] = revision.attachments
    assert (attachment.sort, attachment.report["signatures"][0]["intact"]) == ("signed", True)
    assert office.store.get(attachment.originals[0].file.key) == before + signed


def test_a_signature_that_does_not_hold_is_told_not_taken_off(office: Desk, authority: Authority) -> None:
    """Behind a line break as well, a changed signed file is refused by its signer's name; nothing is filed."""
    document = relocation_plan(office)
    signed = sealed_once(current(office, document)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    assert "Sekretariat Daerah" in refusal(office, document, b"\n" + with_text_change(signed), "ubah.pdf")
    assert len(revisions(office, document)) == 1


def test_a_signed_file_with_an_owners_password_is_one_like_others(office: Desk, authority: Authority) -> None:
    """Who may read it may judge it: its signature counts, a decision is signed behind it, copies of it open."""
    document = relocation_plan(office)
    limited = with_password(current(office, document)[1], user="")
    signer = load_seal(authority.pkcs12(authority.office), PASSWORD)
    signed = sealed_once(limited, signer)
    attach(office, document.id, signed, "terbatas.pdf", "sari")
    revision, kept = current(office, document)
    assert kept == signed
    assert revision.attachments[0].report["signatures"][0]["intact"] is True
    decide(office, document, "kepala-bidang", "setuju")
    decided = current(office, document)[1]
    assert decided.startswith(signed)
    assert [one.intact for one in office.signing.reports(decided)] == [True, True]
    bundle, pages = bundled(office, document)
    assert all(pages)
    assert bundle.manifest.documents[0].unreadable is None


def test_a_file_that_only_speaks_of_signatures_is_a_scan(desk: Desk) -> None:
    """A /ByteRange in a comment signs nothing."""
    document = relocation_plan(desk)
    attach(desk, document.id, pdf("x") + b"% /ByteRange [0 1 2 3]\n", "ucapan.pdf", "sari")
    assert newest(desk, document).sort == "scan"


def test_a_scan_completes_the_letter(desk: Desk) -> None:
    """Pages that were scanned stand in their places, the newest of each, all others are the archived ones."""
    document = letter(desk, PAGES_OF_FOUR)
    files = dict(sheets(desk, document))
    names = list(files)
    count = len(names)
    assert count >= 4
    attach(desk, document.id, files[names[-1]], names[-1], "sari")
    [told] = warnings_of(revisions(desk, document))
    assert f"1 dari {count} halaman dipindai" in told
    bundle, pages = bundled(desk, document)
    assert [bool(text) for text in pages] == [True] * (count - 1) + [False]
    assert f"Halaman {count}: hasil pindai" in " ".join(page_text(bundle.pdf)[1].split())
    again = scanned(printed(desk, document), count, random.Random(7))
    attach(desk, document.id, feeder([files[names[1]], again]), "susulan.pdf", "sari")
    last = newest(desk, document)
    bundle, pages = bundled(desk, document)
    assert [bool(text) for text in pages] == [True, False, *[True] * (count - 3), False]
    assert f"Halaman 2 dan {count}: hasil pindai" in " ".join(page_text(bundle.pdf)[1].split())
    [held] = bundle.manifest.documents
    assert held.pages == count
    assert held.parts is not None
    assert held.parts[-1].to_json() == {"sha256": last.file.sha256, "pages": 1}
    plain = make_bundle(desk, BundleRequest(documents=[document.id], copies="plain"))
    assert page_count(plain.pdf) == 2 + count
    attach(desk, document.id, feeder([files[name] for name in names[::-1]]), "semua.pdf", "sari")
    assert warnings_of(revisions(desk, document)) == []
    bundle, pages = bundled(desk, document)
    assert pages == [""] * count
    assert "Pindaian cetakan bertanda tangan" in " ".join(page_text(bundle.pdf)[1].split())


def test_pages_that_nobody_knows_lie_beside_the_letter(desk: Desk) -> None:
    """Without a code, or twice: the letter stays whole, they follow it, and that is told."""
    document = letter(desk, 1)
    [(name, sheet)] = sheets(desk, document)
    attach(desk, document.id, without_code(sheet), name, "sari")
    [told] = warnings_of(revisions(desk, document))
    assert told.startswith("1 halaman pindaian tidak dikenal sebagai halaman naskah ini (1 halaman)")
    _, pages = bundled(desk, document)
    assert [bool(text) for text in pages] == [True, False]
    attach(desk, document.id, feeder([sheet, sheet]), "kembar.pdf", "sari")
    bundle, pages = bundled(desk, document)
    assert pages == ["", "", ""]
    assert "2 halaman pindaian lain" in " ".join(page_text(bundle.pdf)[1].split())


def test_a_stack_is_kept_and_says_which_of_its_pages_are_whose(desk: Desk, tmp_path: Path) -> None:
    """A file of two documents' pages is one original for both, never handed over with one dossier alone."""
    first, second = letter(desk, 1), relocation_plan(desk)
    [(_, one)], others = sheets(desk, first), [data for _, data in sheets(desk, second)]
    stack, alone = feeder([*others, one]), feeder([blank_jpeg(), one])
    sort_stack(desk, [("tumpukan.pdf", stack)])
    for document, pages in ((first, [len(others) + 1]), (second, list(range(1, len(others) + 1)))):
        [original] = newest(desk, document).originals
        assert (original.name, original.pages, original.shared) == ("tumpukan.pdf", pages, True)
        assert desk.store.get(original.file.key) == stack
    assert check_archive(desk).findings() == []
    sort_stack(desk, [("sendiri.pdf", alone)])
    [original] = newest(desk, first).originals
    assert (original.pages, original.shared) == ([2], False)
    bag = pack_dossier(desk, first.dossier, tmp_path / "bag", "sari")
    assert (bag.folder / "data" / original.file.key).read_bytes() == alone
    key = f"_uploads/{hashlib.sha256(stack).hexdigest()}.pdf"
    assert not (bag.folder / "data" / key).exists()
    assert f"Left-Out: {key}" in (bag.folder / "bag-info.txt").read_text()


def sort_stack(desk: Desk, files: list[tuple[str, bytes]]) -> dict[str, Any]:
    """What becomes of a stack of files."""
    job = Jobs(desk, {"scan": run_scan_job}).submit("scan", receive(desk, files), "sari")
    return run_scan_job(desk, job, lambda done, total: None)


def test_what_one_stack_lacks_the_next_one_brings(desk: Desk) -> None:
    """A page that was filed alone counts: with the rest the document is whole, and nothing is asked of anybody."""
    document = letter(desk, 12)
    first, second = sheets(desk, document)
    result = sort_stack(desk, [first])
    assert result["documents"][0]["missing"] == [2]
    place_pages(desk, result, {}, {document.id}, "sari")
    [entry] = sort_stack(desk, [second])["documents"]
    assert (entry["state"], entry["missing"]) == ("filed", [])
    assert warnings_of(revisions(desk, document)) == []
    assert bundled(desk, document)[1] == ["", ""]


def test_a_signed_file_in_a_stack_goes_to_its_letter_whole(office: Desk, authority: Authority) -> None:
    """Taken apart into pages it would lose its signature: its bytes are filed as they are, and no page is sorted."""
    document = relocation_plan(office)
    signed = sealed_once(current(office, document)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    assert sort_stack(office, [("BSrE.pdf", b"\n" + signed)])["pages"] == []
    assert len(revisions(office, document)) == 2
    assert office.store.get(newest(office, document).file.key) == signed


def test_odd_files_are_taken_or_refused_with_the_right_word(desk: Desk) -> None:
    """What opens without password is filed; what does not, is endless or empty says so, its name once."""
    document = relocation_plan(desk)
    for algorithm in ("RC4-128", "AES-256"):
        sent = with_password(pdf(algorithm), user="", algorithm=algorithm)
        attach(desk, document.id, sent, "terbatas.pdf", "sari")
        assert page_text(desk.store.get(newest(desk, document).file.key)) == [algorithm]
    assert "terkunci dengan kata sandi" in refusal(desk, document, with_password(pdf(), user="x"), "kunci.pdf")
    attach(desk, document.id, pdf("a", "b", "c").replace(b"/Count 3", b"/Count 9"), "salah.pdf", "sari")
    assert newest(desk, document).file.pages == 3
    attach(desk, document.id, pdf(*(["tulisan"] * 300)), "tebal.pdf", "sari")
    assert newest(desk, document).file.pages == 300
    long = refusal(desk, document, pdf(*(["tulisan"] * 1001)), "panjang.pdf")
    assert long.startswith("panjang.pdf: Berkas ini 1001 halaman; paling banyak 1000. Bagi menjadi beberapa berkas")
    many = refusal(desk, document, feeder([blank_jpeg()] * 101), "pindaian.pdf")
    assert many.count("pindaian.pdf") == 1
    assert "101 halaman pindaian" in many
    assert "menu Pindaian" in many


def blank_jpeg() -> bytes:
    """A small scanned page."""
    out = io.BytesIO()
    Image.new("L", (200, 280), 250).save(out, "JPEG", dpi=(24, 24))
    return out.getvalue()
