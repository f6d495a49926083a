"""Many letters in one Word file: cut apart again they are what each would have been alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from docx import Document

from docgen.errors import NotComposable, TemplateError
from docgen.libreoffice import Converter
from docgen.render.many.compose import compose_letters
from docgen.render.many.letter_starts import bookmark_suffix
from docgen.render.pdf.pdfium import page_text
from tests.support.files.word import edited, packed, saved, unpacked
from tests.support.office.letters import KINDS, images, kind, letter, photos, require_same, together
from tests.support.office.small_office import picture

BODY = "word/document.xml"
NUMBERING = "word/numbering.xml"
THREE = '<w:pgNumType w:start="3"/><w:titlePg'
WITH_PHOTOS = [slug for slug, one in KINDS.items() if any(field.type == "photos" for field in one.fields)]
ODD_TEXTS = {
    "pilcrow": "Pasal 5 ¶ ayat (2) § dan ¬ seterusnya\u00ad lunak",
    "right to left": "surat dari مكتب المحافظة dan משרד kepada dinas",
    "unbroken": "x" * 480,
    "unbroken wide": "報告書" * 120,
    "invisible": "a\u200bb\u2060c\ufeffd\u202ee\u202cf",
}


def test_numbered_pages_that_begin_with_a_table_are_refused() -> None:
    """A SOP begins with a table: LibreOffice 25.2 would number the pages of the second one on from the first."""
    docxs = [letter(kind("sop"), index) for index in range(2)]
    assert compose_letters(docxs[:1])
    with pytest.raises(NotComposable, match="nomor halaman dan berawal dengan tabel"):
        compose_letters(docxs)


@pytest.mark.office
def test_letters_of_two_sections_count_from_one(converter: Converter) -> None:
    """Letters with a landscape page between, each a section of its own, are numbered as alone."""
    docxs = []
    for index in range(3):
        docx = letter(kind("nota_dinas"), index)
        section = re.findall(rb"<w:sectPr.*?</w:sectPr>", unpacked(docx)[BODY], re.DOTALL)[-1].decode()
        turned = f"<w:p><w:pPr>{section}</w:pPr></w:p><w:p><w:r><w:t>Lampiran</w:t></w:r></w:p>"
        turned += section.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')
        assert "landscape" in turned
        docxs.append(edited(docx, BODY, section, turned))
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        alone = converter.convert(docx)
        require_same(part, alone)


@pytest.mark.office
@pytest.mark.parametrize("slug", WITH_PHOTOS[:2])
def test_photos_stay_with_their_letter(slug: str, converter: Converter) -> None:
    """Letters with photos of their own, with some in common and with none show theirs and hold no other's."""
    docxs = []
    for index, count in enumerate((3, 0, 2)):
        sent, kept = photos(index, count)
        if index == 2:
            shared, more = photos(0, 1)
            sent, kept = sent + shared, kept | more
        docxs.append(letter(kind(slug), index, {"foto": sent}, photos=kept))
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        alone = converter.convert(docx)
        require_same(part, alone)
        assert part.count(b"/Subtype/Image") == alone.count(b"/Subtype/Image")


@pytest.mark.office
@pytest.mark.parametrize("emblem", [picture(300, 400), picture(120, 90, "JPEG")], ids=["png", "jpeg"])
def test_the_emblem_stands_in_every_head(emblem: bytes, converter: Converter) -> None:
    """The office's emblem is in the whole once and in the head of each letter."""
    docxs = [letter(kind("nota_dinas"), index, emblem=emblem) for index in range(3)]
    whole = unpacked(compose_letters(docxs))
    assert len([name for name in whole if "/media/" in name]) == 1
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        require_same(part, converter.convert(docx))
        assert b"/Subtype/Image" in part


@pytest.mark.office
def test_paper_is_each_letters_own(converter: Converter) -> None:
    """F4 and A4 come out as F4 and A4, in one batch too."""
    docxs = [letter(kind("nota_dinas"), index, paper="A4" if index == 1 else "F4") for index in range(3)]
    parts = together(converter, docxs)
    for part, docx in zip(parts, docxs, strict=True):
        require_same(part, converter.convert(docx))
    assert [images(part)[0][0] for part in parts] == [(610, 936), (596, 842), (610, 936)]


@pytest.mark.office
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_breaks_as_it_does_alone(text: str, converter: Converter) -> None:
    """Signs that end paragraphs elsewhere, scripts from right to left and words without end change nothing."""
    nota = kind("nota_dinas")
    docxs = [letter(nota, 1), letter(nota, 0, {"hal": text, "isi": f"{text}\n\n{text} {text}"}), letter(nota, 0)]
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        require_same(part, converter.convert(docx))


@pytest.mark.office
def test_two_hundred_letters(converter: Converter) -> None:
    """200 Nota Dinas come out as 200 files, each with its own text; those looked at are as alone."""
    nota = kind("nota_dinas")
    data = [{"hal": f"Perihal yang ke-{index}#", "isi": "Isi. " * (1 + index)} for index in range(200)]
    docxs = [letter(nota, 0, one) for one in data]
    parts = together(converter, docxs)
    assert len(parts) == 200
    for index, part in enumerate(parts):
        found = re.findall(r"ke-(\d+)#", "".join(page_text(part)).replace("\n", ""))
        assert found == [str(index)]
    for index in (0, 77, 150, 199):
        require_same(parts[index], converter.convert(docxs[index]))


@pytest.mark.office
def test_numbered_lists_begin_anew(converter: Converter) -> None:
    """A list that Word numbers counts from 1 in each letter, and goes on within one."""
    docxs = [numbered(["satu", "dua", "tiga"]), numbered(["empat"]), numbered([]), numbered(["lima", "enam"])]
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        require_same(part, converter.convert(docx))


@pytest.mark.office
def test_pages_that_do_not_begin_with_one(converter: Converter) -> None:
    """A template whose pages count from 3 does so in every letter of a batch."""
    docxs = [edited(letter(kind("nota_dinas"), index), BODY, "<w:titlePg", THREE) for index in (1, 0, 1)]
    parts = together(converter, docxs)
    for part, docx in zip(parts, docxs, strict=True):
        require_same(part, converter.convert(docx))
    assert all("- 4 -" in page_text(parts[index])[1] for index in (0, 2))


@pytest.mark.office
def test_one_letter_is_a_batch(converter: Converter) -> None:
    """A batch of one letter is that letter."""
    docx = letter(kind("telaahan"), 1)
    (part,) = together(converter, [docx])
    require_same(part, converter.convert(docx))


def test_the_same_letters_give_the_same_bytes() -> None:
    """Composing draws no lots and reads no clock."""
    docxs = [letter(kind("laporan_pemeliharaan"), index) for index in range(2)]
    assert compose_letters(docxs) == compose_letters(docxs)


def test_letters_of_two_templates_are_refused() -> None:
    """A Nota Dinas and a Disposisi are not put together, whichever comes first."""
    one, other = letter(kind("nota_dinas")), letter(kind("disposisi"))
    for docxs in ([one, other], [other, one]):
        with pytest.raises(NotComposable, match="satu per satu"):
            compose_letters(docxs)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> NUMPA</w:instrText></w:r>'
         '<w:r><w:instrText>GES </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>', "NUMPAGES"),
        ('<w:fldSimple w:instr=" SECTIONPAGES "/>', "SECTIONPAGES"),
        ('<w:fldSimple w:instr="REF cap"/>', "REF"),
        ('<w:r><w:footnoteReference w:id="2"/></w:r>', "catatan kaki"),
    ],
)  # fmt: skip
def test_what_is_counted_over_the_file_is_refused(inside: str, named: str) -> None:
    """A template with the number of pages, a reference or a footnote is refused by name, not made wrongly."""
    docx = edited(letter(kind("nota_dinas")), BODY, "<w:sectPr", f"<w:p>{inside}</w:p><w:sectPr")
    with pytest.raises(NotComposable, match=named):
        compose_letters([docx, docx])


def test_a_head_with_the_number_of_pages_is_refused() -> None:
    """It is looked for in heads and feet, too."""
    docx = letter(kind("nota_dinas"))
    head = next(name for name in unpacked(docx) if re.fullmatch(r"word/header\d\.xml", name))
    counted = edited(docx, head, "</w:hdr>", '<w:p><w:fldSimple w:instr=" NUMPAGES "/></w:p></w:hdr>')
    with pytest.raises(NotComposable, match="NUMPAGES"):
        compose_letters([docx, counted])


def test_styles_that_number_are_refused() -> None:
    """A list that a style numbers is one list for the whole file, so it is refused."""
    docx = saved(Document())
    with pytest.raises(NotComposable, match="gaya bernomor"):
        compose_letters([docx, docx])


@pytest.mark.parametrize("hurt", ["not a zip", "cut short", "a part damaged", "body is no XML", "body missing"])
def test_a_broken_file_is_a_template_error(hurt: str) -> None:
    """Whatever is wrong with a file, the error is one of docgen's and says what to do."""
    docx = letter(kind("nota_dinas"))
    parts = unpacked(docx)
    broken = {
        "not a zip": b"bukan zip",
        "cut short": docx[:-400],
        "a part damaged": docx[:200] + bytes(400) + docx[600:],
        "body is no XML": packed(parts | {BODY: b"<w:document"}),
        "body missing": packed({name: data for name, data in parts.items() if name != BODY}),
    }[hurt]
    for docxs in ([broken], [docx, broken], [broken, docx]):
        with pytest.raises(TemplateError):
            compose_letters(docxs)


def test_no_letters_are_no_batch() -> None:
    """Composing nothing is a mistake of the program, not of a person."""
    with pytest.raises(ValueError, match="0 letters"):
        compose_letters([])


def test_endings_are_letters_and_differ() -> None:
    """The endings that tell letters apart are as long as each other and hold letters only."""
    endings = [bookmark_suffix(index) for index in (*range(30), 675, 676, 26**4 - 1)]
    assert len(set(endings)) == len(endings)
    assert all(re.fullmatch("naskah[a-z]{4}", ending) for ending in endings)


def numbered(items: list[str]) -> bytes:
    """A letter with two lists that Word numbers by the same list of the template."""
    document = Document()
    for text in ("Dasar", *items, "Tembusan", *items):
        document.add_paragraph(text)
    parts: Mapping[str, Any] = unpacked(saved(document))
    body, styles = parts[BODY].decode(), parts["word/styles.xml"].decode()
    use = re.findall(r'<w:num w:numId="(\d+)"', parts[NUMBERING].decode())[0]
    for text in items:
        look = f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{use}"/></w:numPr></w:pPr>'
        body = body.replace(f"<w:p><w:r><w:t>{text}</w:t>", f"<w:p>{look}<w:r><w:t>{text}</w:t>")
    assert body.count("<w:numPr>") == 2 * len(items)
    styles = re.sub(r"<w:numPr>.*?</w:numPr>", "", styles, flags=re.DOTALL)
    core = re.sub(rb"<dcterms:\w+ [^>]*>[^<]*</dcterms:\w+>", b"", parts["docProps/core.xml"])
    return packed({**parts, BODY: body.encode(), "word/styles.xml": styles.encode(), "docProps/core.xml": core})
