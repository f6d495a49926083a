"""What documents are made of: scans of any paper, files that cannot be read, signed files."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from docgen.desk import Desk
from docgen.desk.bundles.build import Bundle, BundleRequest, make_bundle
from docgen.desk.decisions.attach import attach, attach_scan
from docgen.desk.decisions.seal import seal
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.attachment_report import ScanReport
from docgen.render.pdf.pdfium import page_text
from docgen.signer import load_seal
from storage.catalogue import documents, registers
from storage.records import Document
from tests.support.files.bundling import check_with_qpdf
from tests.support.files.certificates import PASSWORD, YEAR, Authority, now
from tests.support.files.pdfs import A3, A4, BROKEN, F4, LANDSCAPE, LETTER, locked, pdf
from tests.support.files.sealed import sealed_once
from tests.support.office.sealing import authority, current, office

__all__ = ["authority", "office"]  # fixtures

pytestmark = pytest.mark.office

SHAPES: list[dict[str, Any]] = [
    {"size": A3}, {"size": LETTER}, {"size": LANDSCAPE},
    {"size": F4}, {"size": A4, "rotate": 90}, {"size": A3[::-1]},
]  # fmt: skip


def letters(desk: Desk, count: int) -> list[Document]:
    """Letters of one dossier."""
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    data = desk.kinds["nota_dinas"].example
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=data)
    first = issue(desk, request, "sari")
    more = request.model_copy(update={"dossier": first.dossier})
    return [first, *(issue(desk, more, "sari") for _ in range(count - 1))]


def words(bundle: Bundle) -> list[str]:
    """The words of each page."""
    return [" ".join(text.split()) for text in page_text(bundle.pdf)]


def test_three_hundred_scanned_pages_of_all_sizes_come_out_on_the_offices_paper(desk: Desk, tmp_path: Path) -> None:
    """Scans of A3, Letter, F4, lying and turned pages: each sheet is A4, every page is there at its number.

    Nothing says which pages of the letters they are: they follow the letters, which stay whole.
    """
    made = letters(desk, len(SHAPES))
    for number, (document, shape) in enumerate(zip(made, SHAPES, strict=True)):
        scan = pdf(*(f"pindaian {number}-{page}" for page in range(50)), **shape)
        attach_scan(desk, document.id, scan, "pindaian.pdf", "sari", ScanReport())
    bundle = make_bundle(desk, BundleRequest(documents=[one.id for one in made]))
    check_with_qpdf(bundle.pdf, tmp_path)
    reader = PdfReader(io.BytesIO(bundle.pdf), strict=True)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(595, 842)}
    texts = words(bundle)
    assert bundle.pages == 2 + 306
    assert texts[1].count("Di belakangnya 50 halaman pindaian lain") == len(SHAPES)
    for number, one in enumerate(bundle.manifest.documents):
        assert one.pages == 51
        for page in range(50):
            place = one.starts_at + 1 + page
            assert f"pindaian {number}-{page}" in texts[place - 1]
            assert f"hal. {place}/308" in texts[place - 1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [(locked(), "terkunci dengan kata sandi"), (BROKEN["no pages"], "rusak")],
    ids=["locked", "broken"],
)
def test_a_member_that_cannot_be_read_has_a_page_that_says_why(desk: Desk, data: bytes, reason: str) -> None:
    """Named on the contents as what cannot be merged, at the page of its sheet; the rest goes on at its numbers."""
    made = letters(desk, 3)
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, made[1].id, 1).pdf.key
    desk.store.remove(key)
    desk.store.put(key, data, "application/pdf")
    bundle = make_bundle(desk, BundleRequest(documents=[one.id for one in made], duplex=True))
    texts = words(bundle)
    for document, one in zip(made, bundle.manifest.documents, strict=True):
        page = texts[one.starts_at - 1]
        assert document.number in page
        assert re.search(rf"\b{one.starts_at}\b", texts[1])
        assert ("TIDAK DAPAT DIGABUNG" in page) == (one.unreadable is not None)
    assert [one.unreadable is not None for one in bundle.manifest.documents] == [False, True, False]
    assert reason in texts[bundle.manifest.documents[1].starts_at - 1]
    assert "Tidak dapat digabung" in texts[1]


def test_a_signed_document_is_bundled_as_a_copy_and_its_signature_is_told(
    office: Desk, authority: Authority, tmp_path: Path
) -> None:
    """The contents say who signed and who sealed; the signed file stays byte for byte, no signature seems broken."""
    certified, sealed = letters(office, 2)
    _, archived = current(office, certified)
    elsewhere = load_seal(authority.pkcs12(authority.issue("Ahmad Fauzi", now() - YEAR, now() + YEAR)), PASSWORD)
    signed = sealed_once(archived, elsewhere)
    attach(office, certified.id, signed, "BSrE.pdf", "sari")
    seal(office, sealed.id, "sari")
    before = [current(office, one)[1] for one in (certified, sealed)]
    bundle = make_bundle(office, BundleRequest(documents=[certified.id, sealed.id]))
    check_with_qpdf(bundle.pdf, tmp_path)
    reader = PdfReader(io.BytesIO(bundle.pdf), strict=True)
    assert "/AcroForm" not in reader.root_object
    texts = words(bundle)
    assert "Tanda tangan elektronik tersertifikasi: Ahmad Fauzi" in texts[1]
    assert "Disegel secara elektronik oleh kantor" in texts[1]
    first, second = (texts[one.starts_at - 1] for one in bundle.manifest.documents)
    assert certified.number in first
    assert "Balai Besar Sertifikasi Elektronik" in first
    assert sealed.number in second
    assert [current(office, one)[1] for one in (certified, sealed)] == before
    assert bundle.manifest.documents[0].sha256 == current(office, certified)[0].pdf.sha256


def test_a_signature_that_is_not_proven_is_told_so(desk: Desk, authority: Authority) -> None:
    """Of a copy signed by somebody whose authority nobody here knows, the contents do not say that it is certified."""
    (document,) = letters(desk, 1)
    unknown = sealed_once(current(desk, document)[1], load_seal(authority.pkcs12(authority.office), PASSWORD))
    attach(desk, document.id, unknown, "lain.pdf", "sari")
    contents = words(make_bundle(desk, BundleRequest(documents=[document.id])))[1]
    assert "belum terbukti sah: Sekretariat Daerah" in contents
    assert "tersertifikasi" not in contents
