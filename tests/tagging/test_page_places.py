"""Words in a Word file are found on the pages of its PDF."""

from __future__ import annotations

import pytest

from docgen.foreign import tagging as in_child
from docgen.kinds.samples import full_context
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_size, text_within
from docgen.render.pdf.text_search import TextBox
from docgen.render.word.fill import render_docx
from docgen.render.word.template import open_template
from docgen.tagging.find import find_template_tags
from docgen.tagging.page_places import boxes_of
from docgen.tagging.propose import propose_sheet
from docgen.tagging.word_text import read_word_text
from docgen.template_lint.finding import Place
from tests.support.files.office_letters import OFFICE_TEMPLATES, untagged_letter
from tests.support.files.word import letter
from tests.support.files.word_by_hand import para as line
from tests.support.files.word_by_hand import part, word

BODY = "word/document.xml"
pytestmark = pytest.mark.office


def under(pdf: bytes, box: TextBox) -> str:
    """What the PDF prints in a box, without the spaces."""
    width, height = page_size(pdf, box.page)
    left, right = box.left * width - 1, (box.left + box.width) * width + 1
    top, bottom = (1 - box.top) * height, (1 - box.top - box.height) * height
    return "".join(text_within(pdf, box.page, (left, bottom, right, top)).split())


def place_of(docx: bytes, words: str, nth: int = 0) -> Place:
    """The n-th place of these words in the body."""
    body = read_word_text(docx).parts[BODY]
    places = [
        Place(BODY, index, at, at + len(words))
        for index in range(len(body.paragraphs))
        for at in range(len(body.text(index)))
        if body.text(index).startswith(words, at)
    ]
    return places[nth]


@pytest.mark.parametrize("name", ["untagged", *OFFICE_TEMPLATES])
def test_every_word_of_a_letter_is_found_on_its_page(converter: Converter, name: str) -> None:
    """Each paragraph of the printed body has boxes, and the PDF prints its words there."""
    docx = untagged_letter() if name == "untagged" else OFFICE_TEMPLATES[name]()
    pdf = converter.convert(docx)
    body = read_word_text(docx).parts[BODY]
    texts = {index: body.text(index) for index in range(len(body.paragraphs)) if not body.is_copy(index)}
    places = [Place(BODY, index, 0, len(text)) for index, text in texts.items() if text.strip()]
    for place, boxes in zip(places, boxes_of(pdf, docx, places), strict=True):
        text = "".join(texts[place.paragraph].split())
        assert "".join(under(pdf, box) for box in boxes).startswith(text)  # a note's number may stand right behind


def test_the_nth_of_equal_words_is_the_nth_on_the_page(converter: Converter) -> None:
    """Words that stand several times are told apart by their order."""
    docx = letter("Siti hadir.", "Budi hadir.", "Siti hadir.", "Siti dan Siti hadir.")
    pdf = converter.convert(docx)
    places = [place_of(docx, "Siti", nth) for nth in range(4)]
    boxes = [lines[0] for lines in boxes_of(pdf, docx, places)]
    assert [under(pdf, box) for box in boxes] == ["Siti"] * 4
    assert [box.top for box in boxes] == sorted(box.top for box in boxes)
    assert boxes[2].left < boxes[3].left


def test_a_paragraph_over_two_pages_has_boxes_on_both(converter: Converter) -> None:
    """Words before and after the end of a page are found, in spite of header and footer between them."""
    long = " ".join(f"kata{number} yang panjang" for number in range(400))
    docx = word(line(long), {"word/header1.xml": part("hdr", line("Kepala surat ini"))})
    pdf = converter.convert(docx)
    last, header = boxes_of(pdf, docx, [place_of(docx, "kata399"), Place("word/header1.xml", 0, 0, 6)])
    assert last[0].page > 1
    assert under(pdf, last[0]) == "kata399"
    assert [box.page for box in header] == list(range(1, last[0].page + 1))
    (whole,) = boxes_of(pdf, docx, [Place(BODY, 0, 0, len(long))])
    assert {box.page for box in whole} == set(range(1, last[0].page + 1))
    assert "".join(under(pdf, box) for box in whole if box.page == 1).startswith("kata0yangpanjangkata1")


def test_tags_of_a_letter_that_is_filled_in_lead_to_their_paragraph(converter: Converter) -> None:
    """On the page of a filled letter a tag has the boxes of the words around it, and other words their own."""
    docx = letter("Rapat {{ acara }} diadakan pada hari ini.", "Hal: {{ hal }}")
    sheet, example = propose_sheet(docx, "Surat")
    pdf = converter.convert(render_docx(open_template(docx), full_context(sheet, example)))
    tags = [tag.place for tag in find_template_tags(docx)]
    around, label = boxes_of(pdf, docx, tags)
    assert under(pdf, around[0]).startswith("Rapat")
    assert under(pdf, label[0]).startswith("Hal:")
    (day,) = boxes_of(pdf, docx, [place_of(docx, "diadakan")])
    assert [under(pdf, box) for box in day] == ["diadakan"]


def test_what_is_not_printed_has_no_box(converter: Converter) -> None:
    """A property of the file and a place that is not there have no boxes; the child says the same as we do."""
    docx = letter("Isi surat")
    pdf = converter.convert(docx)
    places = [Place("docProps/core.xml", 0, 0, 3), Place(BODY, 99, 0, 1), place_of(docx, "surat")]
    boxes = boxes_of(pdf, docx, places)
    assert [len(lines) for lines in boxes] == [0, 0, 1]
    assert in_child.boxes_of(pdf, docx, places) == boxes
