"""Read how a letter calls what stands at a place: the words before it, the cell beside it, a column's heading."""

from __future__ import annotations

import re
from typing import Any

from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.tags.tagged_parts import CORE
from docgen.tagging.word_text import TC, TR, P, PartText, nearest, separated_text, text_of
from docgen.template_lint.finding import Place

MOST_WORDS = 6  # of a label: more is a sentence
_BEFORE_COLON = re.compile(r"(?:^|[\n\t]|[.;,]\s)([^\n\t:;{}]{2,60}?)\s*:\s*$")
_SIGNS = " \t\n:.,;-–*"


def label_at(part: PartText, place: Place) -> str:
    """Return how the letter calls what stands at a place; "" if it does not."""
    paragraph = part.paragraphs[place.paragraph]
    if part.name == CORE:
        return ""
    before, _ = around(part, place)
    match = _BEFORE_COLON.search(before)
    if match:
        return as_label(match[1])
    return _label_beside(paragraph) if not before.strip(_SIGNS) else ""


def around(part: PartText, place: Place) -> tuple[str, str]:
    """Return the text before and after a place in its paragraph, with tabs and breaks, up to other tags."""
    text, numbers = separated_text(part.paragraphs[place.paragraph])
    end = next((at for at, number in enumerate(numbers) if number >= place.end), len(text))
    start = max((at for at, number in enumerate(numbers) if number <= place.start), default=0)
    before = re.split(r"\}\}|%\}|#\}", text[:start])[-1]
    return before, re.split(r"\{[{%#]", text[end:])[0]


def column_label(paragraph: Any) -> str:
    """Return the heading of the column in which a paragraph stands; "" if there is none."""
    cell, row = nearest(paragraph, TC), nearest(paragraph, TR)
    if cell is None or row is None:
        return ""
    number, count = row.findall(TC).index(cell), len(row.findall(TC))
    for heading in row.getparent().findall(TR):
        cells = heading.findall(TC)
        text = _text(cells[number]) if len(cells) == count else ""
        if heading is row or next(find_tags(text), None):
            break
        if text:
            return as_label(re.sub(r"\s*\(Rp\.?\)\s*$", "", text))
    return ""


def as_label(text: str) -> str:
    """Return words as a field's label; "" for what is a sentence or no words."""
    words = " ".join(text.split()).strip(_SIGNS)
    if len(words.split()) > MOST_WORDS or not re.search(r"[A-Za-z]{2}", words) or len(words) > 60:
        return ""
    return words[:1].upper() + (words[1:].lower() if words.isupper() and len(words) > 5 else words[1:])


def _label_beside(paragraph: Any) -> str:
    """Return the words of the nearest cell to the left that has any."""
    cell = nearest(paragraph, TC)
    for other in cell.itersiblings(TC, preceding=True) if cell is not None else ():
        text = _text(other)
        if text.strip(_SIGNS):
            return "" if next(find_tags(text), None) else as_label(text)
    return ""


def _text(cell: Any) -> str:
    return " ".join(filter(None, (text_of(paragraph).strip() for paragraph in cell.iter(P))))


def is_numbered(paragraph: Any) -> bool:
    """Return whether a paragraph has a number or a bullet, by itself or by a style for lists."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    by_style = style is not None and style.get(f"{W}val", "").lower().startswith("list")
    return by_style or paragraph.find(f"{W}pPr/{W}numPr") is not None
