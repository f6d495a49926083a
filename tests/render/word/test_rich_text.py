"""Rich text on paper: Word's own lists, tables with their heading on each page, pictures; whole, tagged, findable."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from lxml import etree

from docgen.errors import TemplateError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.pdf.tags.accessible import make_accessible
from docgen.render.srikandi.placeholders import with_signature_placeholder
from docgen.render.word.completeness import require_complete
from docgen.render.word.fill import render_docx
from docgen.render.word.prepare_photo import prepare_photo
from tests.support.files.word import saved, unpacked
from tests.support.office.letters import kind, letter, require_same, structure, together
from tests.support.office.rich_blocks import FILE, PRINTABLE, blocks_of, item, paragraph
from tests.support.office.small_office import KASI, picture

BODY, NUMBERING = "word/document.xml", "word/numbering.xml"
W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
NOTA = kind("nota_dinas")
PHOTO = prepare_photo(picture(900, 600)).data
PHOTOS = {f"{hashlib.sha256(PHOTO).hexdigest()}.jpg": PHOTO}
IMAGE = {"type": "image", "photo": {"file": next(iter(PHOTOS)), "caption": "Rak 3 sebelum dibersihkan"}}
WORDS = "Perangkat diperiksa, dicatat dan dirawat menurut ketentuan yang berlaku. "
TABLE = {
    "type": "table",
    "rows": [["No.", "Nama perangkat", "Harga satuan", "Paraf"]]
    + [[str(number), f"Sakelar {number}", f"Rp{number}.500.000,00", ""] for number in range(1, 41)],
}
NESTED = [
    paragraph("Sehubungan dengan hal tersebut, kami merencanakan:"),
    *(item(WORDS * 4) for _ in range(3)),
    item(WORDS * 2, 2, "a."),
    item(WORDS * 2, 2, "a."),
    paragraph(f"Lanjutan. {WORDS}", level=2),
    *(item(WORDS * 3, 3, "1)") for _ in range(3)),
    item(WORDS * 2, 4, "a)"),
    item(WORDS * 2, 2, "a."),
    item(WORDS * 3),
    item("butir", 2, "bullet"),
    paragraph([{"text": "Antara ", "bold": True}, {"text": WORDS, "italic": True}]),
    item("Sesudahnya.", continues=True),
]


def nota(*blocks: Any, photos: Mapping[str, bytes] | None = None) -> bytes:
    """A Nota Dinas with these blocks as its body."""
    return letter(NOTA, 0, {"isi": list(blocks)}, photos=photos)


def test_plain_text_is_set_as_ever() -> None:
    """Each paragraph is one of the template's own style and nothing else: one run, no look of its own."""
    body = unpacked(letter(NOTA, 0, {"isi": "Satu & dua.\n\nTiga\nempat."}))[BODY].decode()
    own = '<w:p><w:pPr><w:pStyle w:val="Isi"/></w:pPr><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>'
    assert own.format("Satu &amp; dua.") in body
    assert own.format('Tiga</w:t><w:br/><w:t xml:space="preserve">empat.') in body


@settings(max_examples=60, deadline=None)
@given(blocks_of(PRINTABLE))
def test_any_text_makes_a_sound_word_file(blocks: list[dict[str, Any]]) -> None:
    """Whatever is written, python-docx opens the file, and each list it names is there."""
    docx = letter(NOTA, 0, {"isi": [*blocks, item("x")]}, photos={FILE: PHOTO})
    Document(io.BytesIO(docx))
    parts = unpacked(docx)
    named = etree.fromstring(parts[BODY]).xpath("//w:numPr/w:numId/@w:val", namespaces=W)
    assert set(named) <= set(etree.fromstring(parts[NUMBERING]).xpath("//w:num/@w:numId", namespaces=W))


@pytest.mark.office
def test_a_nested_list_over_two_pages(converter: Converter) -> None:
    """Numbers are LibreOffice's own and ours: each level begins anew, goes on behind its text, none is lost."""
    docx = nota(*NESTED)
    pdf = converter.convert(docx)
    assert len(require_complete(docx, pdf)) >= 2
    numbers = re.findall(r"^(\d\.|[a-z]\.|\d\)|[a-z]\)|•)\s", "\n".join(page_text(pdf)), re.MULTILINE)
    assert numbers == ["1.", "2.", "3.", "a.", "b.", "1)", "2)", "3)", "a)", "c.", "4.", "•", "5."]


@pytest.mark.office
def test_a_table_of_forty_rows(converter: Converter) -> None:
    """Its heading stands on each page, no column is lost though nothing is written in it, amounts stay whole."""
    docx = nota(paragraph("Rincian:"), TABLE)
    pdf = converter.convert(docx)
    pages = require_complete(docx, pdf)
    assert [("Nama perangkat" in page, "Paraf" in page) for page in pages] == [(True, True)] * 2
    assert "Rp40.500.000,00" in pages[1]


@pytest.mark.office
def test_tags_say_what_each_block_is(converter: Converter, tmp_path: Path, verapdf: Callable[..., Any]) -> None:
    """Items are in lists, the first row is of headings, a picture says its caption; PDF/A-2b and PDF/UA-1 hold."""
    files = {"nested": nota(*NESTED), "table": nota(TABLE), "picture": nota(IMAGE, photos=PHOTOS)}
    pdfs = {name: make_accessible(converter.convert(docx)) for name, docx in files.items()}
    for name, pdf in pdfs.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    failures_by_file = verapdf(tmp_path, "2b", "ua1")
    assert {name: failures for name, failures in failures_by_file.items() if failures} == {}
    kinds = {name: {sort for _, sort in structure(pdf)} for name, pdf in pdfs.items()}
    assert {"/L", "/LI", "/LBody"} <= kinds["nested"]
    assert {"/Table", "/TH", "/TD"} <= kinds["table"]
    assert "/Figure" in kinds["picture"]


@pytest.mark.office
def test_letters_of_one_file_keep_their_own_lists(converter: Converter) -> None:
    """Composed and cut apart, each letter has its numbers and tables, as if it had been made alone."""
    docxs = [nota(*NESTED), letter(NOTA, 0), nota(item("satu"), item("dua"), TABLE), nota(item("x", 1, "a)"))]
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        require_same(part, converter.convert(docx))


@pytest.mark.office
def test_pictures_in_one_file(converter: Converter) -> None:
    """Letters that all show pictures go together; with others they do not, which would then look otherwise."""
    docxs = [nota(IMAGE, photos=PHOTOS), nota(item("x"), IMAGE, photos=PHOTOS)]
    for part, docx in zip(together(converter, docxs), docxs, strict=True):
        require_same(part, converter.convert(docx))


def test_the_word_file_of_another_system_has_it_too() -> None:
    """SRIKANDI's placeholder stands above the signer, and the lists are Word's own still."""
    twin = unpacked(with_signature_placeholder(nota(*NESTED), [KASI.name]))
    assert b"${ttd_pengirim}" in twin[BODY]
    assert len(re.findall(b"<w:numPr>", twin[BODY])) == len([block for block in NESTED if block["type"] == "item"])


def office_template(tag: str) -> bytes:
    """A template as an office writes it in Word: no numbered list, no table style, its own font in the run."""
    document = Document()
    run = document.add_paragraph("").add_run(tag)
    run.font.name, run.font.bold = "Liberation Serif", True
    return saved(document)


def test_a_template_of_the_office_needs_nothing_for_it() -> None:
    """The text has the look of the tag's paragraph and run; list, table and picture bring what they need."""
    context = {"isi": [{"type": "paragraph", "runs": [{"text": "a"}]}, {"type": "item", "runs": [{"text": "b"}]}, {
        "type": "table", "rows": [[[{"text": "c"}]], [[{"text": "d"}]]]}, IMAGE], "kantor": {}}  # fmt: skip
    document = Document(io.BytesIO(render_docx(office_template("{{p isi }}"), context, photos=PHOTOS)))
    texts = [line.text for line in document.paragraphs if line.text]
    assert texts == ["a", "b", "Rak 3 sebelum dibersihkan"]
    assert [line.runs[0].font.name for line in document.paragraphs[:2]] == ["Liberation Serif"] * 2
    assert document.paragraphs[1].style.name == "List Paragraph"  # type: ignore[union-attr]
    assert [cell.text for row in document.tables[0].rows for cell in row.cells] == ["c", "d"]
    assert len(document.inline_shapes) == 1


def test_lists_and_tables_need_the_tag_of_a_paragraph() -> None:
    """`{{ isi }}` inside a sentence cannot hold them, and says so instead of printing what nobody wrote."""
    with pytest.raises(TemplateError, match="daftar atau rincian"):
        render_docx(office_template("Isi: {{ isi }}"), {"isi": [{"type": "item", "runs": []}], "kantor": {}})
    with pytest.raises(TemplateError, match="rich_text"):
        render_docx(office_template("{{p isi }}"), {"isi": {"a": 1}, "kantor": {}})


def test_a_text_that_nobody_wrote_leaves_its_paragraph_empty() -> None:
    """A field that may stay empty makes no letter fail; where its tag stood is an empty line."""
    docx = render_docx(office_template("{{p isi }}"), {"isi": [], "kantor": {}})
    assert [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs] == [""]
