"""Find what moved between the golden pages of a letter and those that a LibreOffice makes now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from PIL import Image, ImageChops, ImageOps

from tests.support.golden.printed import CELL, PrintedPage

TOLERANCE = 64  # of 255: what a pixel's grey may change, because letters moved by a part of a point
_SHORT = 160  # characters of what is told of some lines
_ENLARGED = 3


def moves(golden: Sequence[PrintedPage], current: Sequence[PrintedPage]) -> Iterator[str]:
    """Yield what moved, a sentence each: number of pages, where pages begin, and lines with their old and new words.

    Lines that move in the same way are told of once, with the first of their places.
    """
    if len(golden) != len(current):
        yield f"{len(golden)} pages, now {len(current)}"
    for number, (page, current_page) in enumerate(zip(golden, current, strict=False), start=1):
        if number > 1 and page.lines[:1] != current_page.lines[:1]:
            yield f"page {number} begins with {_quoted(page.lines[:1])}, now with {_quoted(current_page.lines[:1])}"
    before, after = _numbered(golden), _numbered(current)
    texts, new_texts = [text for *_, text in before], [text for *_, text in after]
    places: dict[tuple[str, str], list[str]] = {}
    for action, begin, end, new_begin, new_end in SequenceMatcher(None, texts, new_texts, False).get_opcodes():
        if action != "equal":
            page_number, line_number, _ = [*before, (len(golden), 0, "")][begin]
            change = _quoted(texts[begin:end]), _quoted(new_texts[new_begin:new_end])
            places.setdefault(change, []).append(f"page {page_number}, line {line_number}")
    for (old, new), (first, *others) in places.items():
        yield f"{first}{f' and {len(others)} more' if others else ''}: {old}, now {new}"


def changed_pictures(
    golden: Sequence[PrintedPage], current: Sequence[PrintedPage]
) -> Iterator[tuple[int, Image.Image]]:
    """Yield the number of each page that looks different, with a picture: golden, now, and one upon the other.

    In the third what is gone is red and what is new is blue.
    """
    blank = Image.new("L", (CELL, CELL), 255)
    for number, (page, current_page) in enumerate(zip_longest(golden, current), start=1):
        old = page.picture if page else blank
        new = current_page.picture if current_page else blank
        if ImageChops.difference(old, new).getextrema()[1] > TOLERANCE:
            yield number, _side_by_side(old, new)


def _numbered(pages: Sequence[PrintedPage]) -> list[tuple[int, int, str]]:
    """Return all lines with the numbers (from 1) of their page and of the line on it."""
    return [
        (page_number, line_number, text)
        for page_number, page in enumerate(pages, start=1)
        for line_number, text in enumerate(page.lines, start=1)
    ]


def _quoted(lines: Sequence[str]) -> str:
    """Return lines as they are told, with a bar where they break; "nothing" where there are none."""
    text = " | ".join(lines)
    if not lines:
        return "nothing"
    return f'"{text}"' if len(text) <= _SHORT else f'"{text[: _SHORT - 3]}..."'


def _side_by_side(old: Image.Image, new: Image.Image) -> Image.Image:
    upon = Image.merge("RGB", (new, ImageChops.darker(old, new), old))
    sheet = Image.new("RGB", (CELL * 3, CELL), "white")
    for index, picture in enumerate((old.convert("RGB"), new.convert("RGB"), upon)):
        sheet.paste(picture, (CELL * index, 0))
    return ImageOps.scale(sheet, _ENLARGED, Image.Resampling.NEAREST)
