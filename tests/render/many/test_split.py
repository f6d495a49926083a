"""Cutting the PDF of many letters: each part is a whole archival PDF of its letter and of nothing else."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

import pytest
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.many.compose import compose_letters
from docgen.render.many.letter_starts import bookmark_suffix
from docgen.render.many.split import split_letters
from docgen.render.pdf.pdfium import page_count, page_text
from docgen.render.stamps.free_space import find_free_areas
from docgen.render.stamps.verification_band import stamp_band
from docgen.render.word.package import BODY, STYLES, WordParts, packed
from docgen.render.word.tags.tagged_parts import CORE
from tests.support.files.pdfs import pdf, with_link
from tests.support.office.letters import destinations, information, kind, letter, photos, require_same, title, together
from tests.support.office.small_office import OFFICE, picture

HOSTILE = [
    ">> stream\nendstream endobj",
    "1 0 R 2 0 R 3 0 obj << /Type /Page >> endobj",
    "endobj\nxref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF",
    "(buka ((buka \\( tutup) \\) /Kids [1 0 R] /Contents 5 0 R",
    "cap capkepalabidang /cap[1 0 R/XYZ 0 0 0]",
    f"{bookmark_suffix(0)} {bookmark_suffix(1)} {bookmark_suffix(2)} naskah cap{bookmark_suffix(1)}",
    "</rdf:RDF> <dc:title>x</dc:title> ]]> &amp; \\g<1> \\1",
    "https://contoh.go.id/?a=(1 0 R)&b=) 2 0 R( <FEFF0041>",
    "\ufeff\u200f😀 \\u0000 \U0001f5a8",
]


@pytest.fixture(scope="module")
def docxs() -> list[bytes]:
    """Three Berita Acara of different length, with properties of their own."""
    return [letter(kind("berita_acara_serah_terima"), index) for index in range(3)]


@pytest.fixture(scope="module")
def whole(docxs: list[bytes], converter: Converter) -> bytes:
    """Their PDF, as LibreOffice wrote it."""
    return converter.convert(compose_letters(docxs))


@pytest.fixture(scope="module")
def parts(whole: bytes, docxs: list[bytes]) -> list[bytes]:
    """Its parts."""
    return split_letters(whole, docxs)


def with_properties(docx: bytes, **texts: str) -> bytes:
    """The Word file with these core properties (dc:title …) and no others."""
    elements = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in ((name.replace("_", ":"), texts[name]) for name in texts)
    )
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{elements}</cp:coreProperties>'
    )
    return packed({**WordParts(docx), CORE: core.encode()})


def root_of(part: bytes) -> Any:
    return PdfReader(io.BytesIO(part), strict=True).trailer["/Root"]


def xmp_of(part: bytes) -> Any:
    return PdfReader(io.BytesIO(part)).xmp_metadata


@pytest.mark.office
def test_each_part_is_archival_and_tagged(parts: list[bytes]) -> None:
    """PDF/A-2b marks, output intent, tags and the elements' way back to the page are those of a file of its own."""
    for part in parts:
        root = root_of(part)
        xmp = root["/Metadata"].get_data()
        assert b"<pdfaid:part>2</pdfaid:part>" in xmp
        assert b"<pdfaid:conformance>B</pdfaid:conformance>" in xmp
        assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"]
        keys = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
        pages = PdfReader(io.BytesIO(part)).pages
        assert {page["/StructParents"] for page in pages} <= set(keys[::2])
        assert keys[::2] == sorted(keys[::2])


@pytest.mark.office
def test_elements_lead_to_the_parts_own_pages(parts: list[bytes]) -> None:
    """Every page and every element of the structure that a part holds is of that part."""
    for part in parts:
        reader = PdfReader(io.BytesIO(part))
        pages = {page.indirect_reference.idnum for page in reader.pages if page.indirect_reference}
        assert {int(number) for number in re.findall(rb"/Pg (\d+) 0 R", part)} == pages
        assert len(re.findall(rb"/Type/Page\b", part)) == len(pages)


@pytest.mark.office
def test_title_and_subject_are_the_letters_own(parts: list[bytes]) -> None:
    """Info and XMP name each letter, signs included that PDF or XML means something by, and no other letter."""
    handover = kind("berita_acara_serah_terima")
    for index, part in enumerate(parts):
        assert information(part)["/Title"] == title(handover, index)
        assert information(part)["/Subject"] == f"Perihal {index}"
        xmp = xmp_of(part)
        assert xmp.dc_title == {"x-default": title(handover, index)}
        assert xmp.dc_description == {"x-default": f"Perihal {index}"}
        assert xmp.dc_creator == [OFFICE.name]


@pytest.mark.office
def test_properties_are_those_a_letter_has_alone(converter: Converter) -> None:
    """Title, subject, author and keywords in Info and XMP are the letter's; what it does not say stays unsaid."""
    plain = letter(kind("nota_dinas"))
    docxs = [
        with_properties(plain, dc_title="Satu", dc_subject="Rahasia", dc_creator="Dinas", cp_keywords="aset,  nota ,;"),
        with_properties(plain),
        with_properties(plain, dc_title=" Tiga  kali ", dc_creator="Bagian", cp_keywords="kata kunci"),
    ]
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        alone = converter.convert(docx)
        assert information(part) == information(alone)
        assert b"Rahasia" not in part or docx is docxs[0]


@pytest.mark.office
def test_rooms_for_stamps_keep_their_names(parts: list[bytes], converter: Converter) -> None:
    """A decision's stamp finds the room that the template reserves, under the name the template gives it."""
    for index, part in enumerate(parts):
        alone = converter.convert(letter(kind("berita_acara_serah_terima"), index))
        assert list(destinations(part)) == ["/cap"]
        assert b"naskah" not in part
        assert [one and one[1] for one in (find_free_areas(part, 1),)] == [
            one and one[1] for one in (find_free_areas(alone, 1),)
        ]


@pytest.mark.office
def test_parts_can_be_stamped(parts: list[bytes]) -> None:
    """The verification band goes on each page of a part, counted from 1."""
    for part in parts:
        stamped = stamp_band(part, number="B/1", code="ABCD2345", url="https://contoh.go.id/v/ABCD2345", office="Dinas")
        texts = page_text(stamped.data)
        assert stamped.pages == len(texts) == page_count(part)
        for at, text in enumerate(texts, start=1):
            assert f"Halaman {at} dari {len(texts)}" in text


@pytest.mark.office
def test_a_part_holds_no_text_font_or_picture_of_others(converter: Converter) -> None:
    """What only one letter writes or shows is in its part alone."""
    report = kind("laporan_pemeliharaan")
    sent, kept = photos(5, 2)
    docxs = [
        letter(report, 0, {"umum": "RAHASIA-SATU 報告書"}),
        letter(report, 1, {"foto": sent}, photos=kept),
        letter(report, 0, {"umum": "RAHASIA-TIGA מכתב"}),
    ]
    found = together(converter, docxs)
    alone = [converter.convert(docx) for docx in docxs]
    for part, one in zip(found, alone, strict=True):
        require_same(part, one)
        assert part.count(b"/Subtype/Image") == one.count(b"/Subtype/Image")
        assert fonts(part) == fonts(one)
    assert [("RAHASIA-SATU" in "".join(page_text(part))) for part in found] == [True, False, False]
    assert [("RAHASIA-TIGA" in "".join(page_text(part))) for part in found] == [False, False, True]


@pytest.mark.office
def test_hostile_texts_are_texts(converter: Converter) -> None:
    """What looks like the inside of a PDF, a bookmark or a letter's mark is printed and named as it was written."""
    nota = kind("nota_dinas")
    docxs = [
        with_properties(
            letter(nota, 0, {"hal": text.replace("\n", " "), "isi": f"{text}\n\n{text}", "tembusan": [text] * 3}),
            dc_title=text,
            dc_subject=other,
        )
        for text, other in zip(HOSTILE, HOSTILE[::-1], strict=True)
    ]
    for index, (part, docx) in enumerate(zip(together(converter, docxs), docxs, strict=True)):
        require_same(part, converter.convert(docx))
        assert information(part)["/Title"] == HOSTILE[index]
        assert information(part)["/Subject"] == HOSTILE[-1 - index]
        assert xmp_of(part).dc_title == {"x-default": HOSTILE[index]}


@pytest.mark.office
def test_hostile_captions_are_captions(converter: Converter) -> None:
    """The same in the alternative text of a photo, which stands in the PDF as a string."""
    report = kind("laporan_pemeliharaan")
    docxs = []
    for index, text in enumerate(HOSTILE):
        (sent,), kept = photos(index, 1)
        docxs.append(letter(report, 0, {"foto": [sent | {"caption": text.replace("\n", " ")}]}, photos=kept))
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        alone = converter.convert(docx)
        require_same(part, alone)
        assert alternatives(part) == alternatives(alone)


@pytest.mark.office
def test_the_same_pdf_gives_the_same_parts(whole: bytes, docxs: list[bytes]) -> None:
    """Splitting draws no lots; the identity of a part is its own."""
    once, again = split_letters(whole, docxs), split_letters(whole, docxs)
    assert once == again
    assert len({str(PdfReader(io.BytesIO(part)).trailer["/ID"]) for part in once}) == 3


@pytest.mark.office
@pytest.mark.parametrize("letters", [0, 1, 2, 4])
def test_another_number_of_letters_is_refused(whole: bytes, letters: int) -> None:
    """A PDF that does not hold as many letters as said is refused, so that none gets another's pages."""
    docx = letter(kind("berita_acara_serah_terima"))
    with pytest.raises(PdfError):
        split_letters(whole, [docx] * letters)


@pytest.mark.office
def test_an_emblem_is_in_every_part(converter: Converter) -> None:
    """A picture that the whole holds once is in each part that shows it."""
    docxs = [letter(kind("disposisi"), index, emblem=picture(40, 50)) for index in range(2)]
    assert all(b"/Subtype/Image" in part for part in together(converter, docxs))


@pytest.mark.office
def test_a_damaged_pdf_is_a_pdf_error(whole: bytes, docxs: list[bytes]) -> None:
    """Wherever a file is cut or overwritten, the answer is an error of docgen's or files that can be read."""
    for at in range(0, len(whole), len(whole) // 97):
        for damaged in (whole[:at], whole[:at] + b"\0" * 60 + whole[at + 60 :], whole[:at] + whole[at + 7 :]):
            try:
                found = split_letters(damaged, docxs)
            except PdfError:
                continue
            assert len(found) == 3


@pytest.mark.parametrize("other", [b"", b"%PDF-1.7\n", pdf("satu", "dua"), with_link()])
def test_pdfs_of_other_programs_are_refused(other: bytes) -> None:
    """What LibreOffice has not written as expected is a PdfError, so that letters are then made one by one."""
    with pytest.raises(PdfError):
        split_letters(other, [letter(kind("nota_dinas"))] * 2)


def fonts(part: bytes) -> set[str]:
    """The fonts in a file, without the six letters of their subset."""
    return {name.decode() for name in re.findall(rb"/FontName/[A-Z]{6}\+([^\s/>]+)", part)}


def alternatives(part: bytes) -> list[str]:
    """The alternative texts of its pictures."""
    found = []
    root = root_of(part)

    def walk(element: Any) -> None:
        element = element.get_object()
        for one in element if isinstance(element, list) else [element]:
            node = one.get_object()
            if isinstance(node, dict):
                found.extend(str(node[key]) for key in ("/Alt",) if key in node)
                if "/K" in node:
                    walk(node["/K"])

    walk(root["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.office
def test_a_letter_without_its_head_is_refused(converter: Converter) -> None:
    """Letters whose first pages came out as second ones, without the office's head, are not taken."""
    docxs = [letter(kind("nota_dinas"))] * 3
    parts = dict(WordParts(compose_letters(docxs)))
    for name in (BODY, STYLES):
        parts[name] = parts[name].replace(b"NaskahBaru", b"Naskah")  # what tells the worker of letters
    broken = b'<w:basedOn w:val="Judul"/><w:pPr><w:pageBreakBefore/></w:pPr></w:style>'
    parts[STYLES] = parts[STYLES].replace(b'<w:basedOn w:val="Judul"/></w:style>', broken)
    with pytest.raises(PdfError, match="Kepala surat"):
        split_letters(converter.convert(packed(parts)), docxs)
