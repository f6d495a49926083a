"""The Word file counts its lists itself and names its headings, as a clerk who edits it expects."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator

import pytest
from docx import Document
from docx.text.paragraph import Paragraph

from tests.support.office.letters import KINDS, kind, letter

TYPED = re.compile(r"\s*(\d{1,2}|[a-zA-Z]|[IVX]+)[.)]\t")
# The sheet behind a Surat Perjalanan Dinas is a form: its boxes are called I to V, with boxes without a number between.
BOX = re.compile(r"[IV]+\.\t(Berangkat dari|Tiba di)\t")


@pytest.mark.parametrize("slug", KINDS)
def test_no_number_of_a_list_is_typed(slug: str) -> None:
    """No paragraph of any kind begins with a number or letter and a tab, but the boxes of a form: Word counts."""
    texts = [paragraph.text for paragraph in _paragraphs(letter(kind(slug), 1))]
    assert not [text for text in texts if TYPED.match(text) and not BOX.match(text)]


@pytest.mark.parametrize("slug", KINDS)
def test_headings_are_styles_with_a_level(slug: str) -> None:
    """Word's navigation pane shows the title at level 1, the sections below it, and no level is skipped."""
    file = Document(io.BytesIO(letter(kind(slug), 1)))
    levels = {style.style_id: style.element.xpath("string(.//w:outlineLvl/@w:val)") for style in file.styles}
    found = [levels[p.style.style_id] for p in _paragraphs(letter(kind(slug), 1)) if p.style and p.text.strip()]
    outline = [int(level) for level in found if level not in ("", "9")]
    assert outline[0] == 0
    assert all(later <= level + 1 for level, later in itertools.pairwise(outline))


def test_each_list_begins_at_one() -> None:
    """Basis and suggestions of a report are two lists, lettered, each of its own definition in word/numbering.xml."""
    lists = _lists(letter(kind("laporan_pengadaan"), 1))
    dasar, saran = (_list_with(lists, word) for word in ("Peraturan", "Barang segera"))
    assert dasar[0] != saran[0]
    assert dasar[1] == saran[1] == "lowerLetter"


@pytest.mark.parametrize(("texts", "counted"), [(["Satu."], False), (["Satu.", "Dua."], True)])
def test_one_item_alone_has_no_number(texts: list[str], counted: bool) -> None:
    """A list of one text carries no number, and stands where a numbered text's number would."""
    file = letter(kind("telaahan"), 0, {"fakta": texts})
    assert any(text.startswith("Satu") for _, text in _lists(file)) is counted


def test_what_is_below_a_number_has_a_letter() -> None:
    """Below "2. Praanggapan" stand a. and b.; below a letter stands a number: 1. a. 1) a)."""
    lists = _lists(letter(kind("telaahan"), 1))
    assert {form for (_, form), text in lists if "Papan utama" in text} == {"lowerLetter"}
    assert {form for (_, form), text in lists if text == "Praanggapan"} == {"decimal"}


def _list_with(lists: list[tuple[tuple[str, str], str]], words: str) -> tuple[str, str]:
    return next(reference for reference, text in lists if words in text)


def _lists(docx: bytes) -> list[tuple[tuple[str, str], str]]:
    """Each counted paragraph: its list's number, the form of its level, and its text."""
    file = Document(io.BytesIO(docx))
    numbering = file.part.numbering_part.element
    found = []
    for paragraph in _paragraphs(docx):
        properties = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
        if properties is None:
            continue
        number, level = properties.numId.val, properties.ilvl.val
        definition = numbering.xpath(f'string(w:num[@w:numId="{number}"]/w:abstractNumId/@w:val)')
        form = numbering.xpath(
            f'string(w:abstractNum[@w:abstractNumId="{definition}"]/w:lvl[@w:ilvl="{level}"]/w:numFmt/@w:val)'
        )
        found.append(((definition, form), paragraph.text))
    return found


def _paragraphs(docx: bytes) -> Iterator[Paragraph]:
    """Every paragraph of the body, in order, those in tables too."""
    file = Document(io.BytesIO(docx))
    for element in file.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        yield Paragraph(element, file._body)
