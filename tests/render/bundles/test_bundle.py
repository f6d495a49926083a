"""Bundles: everything in, in order, numbered and bookmarked, and still archival."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from PIL import Image, ImageChops
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_png, page_text
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.bundling import Member, bookmarks, check_with_qpdf, merge
from tests.support.files.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf, with_field, with_link

FRONT = pdf("Berkas pemeliharaan", "Daftar isi")


def letter(number: str, *texts: str, **shape: Any) -> bytes:
    url = f"https://arsip.example.go.id/verifikasi/{number.replace('/', '')}"
    return stamp_band(pdf(*texts, **shape), number=number, code="ABCDEFGH", url=url).data


def members() -> list[Member]:
    return [
        Member("Nota Dinas B/1", letter("B/1", "satu", "lanjutan"), "Pemeliharaan, langkah 2"),
        Member("Persetujuan B/2", letter("B/2", "dua", size=F4), "Pemeliharaan, langkah 3"),
        Member("Nota Dinas B/3", letter("B/3", "tiga", size=LANDSCAPE), "Pemeliharaan, langkah 3"),
        Member("Lampiran", pdf("empat", rotate=90)),
    ]


def test_everything_is_there_in_order(tmp_path: Path) -> None:
    """Front first, then every page of every member; the file is sound to qpdf and to a strict reader."""
    made = merge(FRONT, members(), title="Berkas")
    texts = page_text(made.data)
    expected = ["Berkas pemeliharaan", "Daftar isi", "satu", "lanjutan", "dua", "tiga", "empat"]
    assert [word for word, text in zip(expected, texts, strict=True) if word in text] == expected
    assert (made.pages, made.starts) == (7, [3, 5, 6, 7])
    check_with_qpdf(made.data, tmp_path)
    assert len(PdfReader(io.BytesIO(made.data), strict=True).pages) == 7


def test_every_page_but_the_cover_says_its_place() -> None:
    """The page number in the contents is found on paper, beside the document's own page count."""
    texts = page_text(merge(FRONT, members(), title="Berkas").data)
    assert "hal." not in texts[0]
    for number, text in enumerate(texts[1:], start=2):
        assert f"hal. {number}/7" in text
    assert "Halaman 2 dari 2" in texts[3]


def test_bookmarks_lead_to_the_documents() -> None:
    """Sampul, Daftar Isi, then the steps with their documents; a document without a step stands by itself."""
    reader = PdfReader(io.BytesIO(merge(FRONT, members(), title="Berkas").data))
    assert bookmarks(reader) == [
        ("Sampul", 1),
        ("Daftar Isi", 2),
        ("Pemeliharaan, langkah 2", 3),
        [("Nota Dinas B/1", 3)],
        ("Pemeliharaan, langkah 3", 5),
        [("Persetujuan B/2", 5), ("Nota Dinas B/3", 6)],
        ("Lampiran", 7),
    ]


def test_pages_look_as_they_did() -> None:
    """Below the page count, a page in a bundle is the picture of the page in its own file."""
    all_members = members()
    made = merge(FRONT, all_members, title="Berkas")
    for member, start in zip(all_members, made.starts, strict=True):
        alone, bundled = (
            Image.open(io.BytesIO(page_png(data, page))) for data, page in ((member.pdf, 1), (made.data, start))
        )
        box = ImageChops.difference(alone, bundled).getbbox()
        assert box is not None
        assert box[3] < alone.width / A4[0] * 40


def test_what_documents_share_is_kept_once() -> None:
    """Fifty copies of a letter cost little more than one."""
    one = letter("B/1", "satu")
    made = merge(FRONT, [Member(str(number), one) for number in range(50)], title="Berkas")
    assert len(made.data) < len(one) + len(FRONT) + 50 * 2500
    assert all("satu" in text for text in page_text(made.data)[2:])


def test_the_same_input_gives_the_same_bytes() -> None:
    """A bundle can be made again and compared."""
    assert merge(FRONT, members(), title="Berkas").data == merge(FRONT, members(), title="Berkas").data


def test_a_bundle_of_nothing_is_its_front() -> None:
    """No members: the front alone, with its bookmarks."""
    made = merge(FRONT, [], title="Berkas")
    assert (made.pages, made.starts) == (2, [])
    assert bookmarks(PdfReader(io.BytesIO(made.data))) == [("Sampul", 1), ("Daftar Isi", 2)]


def test_form_fields_become_print() -> None:
    """A filled or signed form shows its words in the bundle and leaves no field that would seem a broken signature."""
    made = merge(FRONT, [Member("Formulir", with_field("Permohonan laptop"))], title="Berkas")
    assert "Permohonan laptop" in page_text(made.data)[2]
    assert "/AcroForm" not in PdfReader(io.BytesIO(made.data)).root_object


def test_links_inside_a_member_stay_inside_it() -> None:
    """A link from one page of a document to another leads to that page of the bundle, in each copy."""
    linked = with_link()
    reader = PdfReader(io.BytesIO(merge(FRONT, [Member("A", linked), Member("B", linked)], title="Berkas").data))
    links: list[Any] = [reader.pages[start]["/Annots"][0].get_object() for start in (2, 4)]  # type: ignore[index]
    assert [link["/Dest"][0].idnum for link in links] == [
        reader.pages[target].indirect_reference.idnum  # type: ignore[union-attr]
        for target in (3, 5)
    ]


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_member_is_named(data: bytes) -> None:
    """The person learns which document stops the bundle."""
    with pytest.raises(PdfError, match=r"^Lampiran 3: .*PDF"):
        merge(FRONT, [Member("Nota Dinas", pdf()), Member("Lampiran 3", data)], title="Berkas")


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_front_is_refused(data: bytes) -> None:
    """The front matter is held to the same."""
    with pytest.raises(PdfError, match="PDF"):
        merge(data, [], title="Berkas")


@pytest.fixture(scope="module")
def archival_front(converter: Converter) -> bytes:
    """Cover and contents as LibreOffice makes them: tagged PDF/A-2b."""
    document = Document()
    document.core_properties.title = "Judul lama"
    document.add_paragraph("Sampul").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Daftar isi")
    saved = io.BytesIO()
    document.save(saved)
    return converter.convert(saved.getvalue())


def xmp_of(reader: PdfReader) -> bytes:
    metadata: Any = reader.root_object["/Metadata"]
    return bytes(metadata.get_data())


@pytest.mark.office
def test_a_bundle_of_pdf_a_stays_pdf_a(archival_front: bytes, tmp_path: Path) -> None:
    """Output intent and claim stay; XMP and Info have the bundle's title, /ID is its own; PDF/UA is
    not claimed where a part does not.
    """
    member = Member(
        "Nota Dinas",
        stamp_band(archival_front, number="B/1", code="X", url="https://example.go.id/v/X").data,
    )
    made = merge(archival_front, [member, member], title="Berkas <A> & B")
    reader = PdfReader(io.BytesIO(made.data), strict=True)
    assert b"<pdfaid:part>2</pdfaid:part>" in xmp_of(reader)
    assert b"Berkas &lt;A&gt; &amp; B" in xmp_of(reader)
    assert reader.metadata is not None
    assert reader.metadata.title == "Berkas <A> & B"
    assert "/OutputIntents" in reader.root_object
    assert reader.trailer["/ID"][0] != PdfReader(io.BytesIO(archival_front)).trailer["/ID"][0]  # type: ignore[index]
    assert b"<pdfuaid:part>" not in xmp_of(reader)
    assert "/StructParents" not in reader.pages[0]
    check_with_qpdf(made.data, tmp_path)


@pytest.mark.office
def test_the_claim_is_taken_back_when_a_member_makes_none(archival_front: bytes) -> None:
    """A bundle with an ordinary PDF in it does not say that it is archival."""
    reader = PdfReader(io.BytesIO(merge(archival_front, [Member("Pindaian", pdf())], title="Berkas").data))
    assert b"pdfaid:part" not in xmp_of(reader)
