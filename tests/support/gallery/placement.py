"""Checks of where things stand on a page: margins, edges, band, stamps, page numbers, letterhead.

Each check takes a paper and yields what is wrong, a sentence each, beginning with the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.support.gallery.reading import Box, Line, Page, Paper

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 20 * MM, 20 * MM, 25 * MM
BAND = 22 * MM  # what the verification band may take from the foot of a page
SLACK = 1.5  # points: the overhang of a letter, and LibreOffice's rounding
SMALLEST = 7.0  # points
WATERMARK = 24.0  # points: larger letters lie across a page
_PAGE_NUMBER = re.compile(r"- (\d+) -")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
_ANNEX = re.compile(r"lampiran( [ivx]+)?\b", re.IGNORECASE)


def beyond_margins(paper: Paper) -> Iterator[str]:
    """Yield text that reaches into a margin: 30 mm at the left, 20 at the right and top, 25 at the foot."""
    for node in paper.paragraphs:
        for line in node.lines:
            page = paper.pages[line.page - 1]
            box = line.box
            for side, over in (
                ("left", LEFT - box.left),
                ("right", box.right - (page.width - RIGHT)),
                ("top", box.top - (page.height - TOP)),
                ("bottom", BOTTOM - box.bottom),
            ):
                if over > SLACK:
                    yield f"p. {line.page}: {over / MM:.1f} mm into the {side} margin: {_short(line)}"


def clipped(paper: Paper) -> Iterator[str]:
    """Yield text of any sort that leaves the paper."""
    for page in paper.pages:
        for line in [*page.marks, *paper.lines(page.number)]:
            box = line.box
            if box.left < 0 or box.bottom < 0 or box.right > page.width or box.top > page.height:
                yield f"p. {page.number}: leaves the paper: {_short(line)}"


def text_on_text(paper: Paper) -> Iterator[str]:
    """Yield lines that are printed over each other, a watermark's left out."""
    for page in paper.pages:
        marks = [line for line in page.marks if line.size < WATERMARK]
        lines = sorted([*paper.lines(page.number), *marks], key=lambda line: -line.box.top)
        for at, line in enumerate(lines):
            for other in lines[at + 1 :]:
                if other.box.top < line.box.bottom:
                    break
                across, down = line.box.overlap(other.box)
                if across > 1.5 and down > 0.4 * min(line.size, other.size):
                    yield f"p. {page.number}: {_short(line)} and {_short(other)} overlap"


def under_stamp(paper: Paper) -> Iterator[str]:
    """Yield text of the letter under what was stamped onto it; the letters of a watermark's outline do not count."""
    for page in paper.pages:
        for stamp in page.drawings:
            for line in paper.lines(page.number):
                across, down = line.box.overlap(stamp)
                if across > 0.5 and down > 1 and not _watermark(page, stamp):
                    yield f"p. {page.number}: under a stamp: {_short(line)}"


def too_small(paper: Paper) -> Iterator[str]:
    """Yield what is printed in less than 7 points."""
    for page in paper.pages:
        for line in [*page.marks, *paper.lines(page.number)]:
            if line.size < SMALLEST - 0.05:
                yield f"p. {page.number}: {line.size:.1f} pt: {_short(line)}"


def page_numbers(paper: Paper) -> Iterator[str]:
    """Yield pages without "- n -" at the top in the middle; the first has none, nor has the first of an annex, whose
    next is 2."""
    last = 0
    for page in paper.pages:
        printed = [line for line in page.marks if _PAGE_NUMBER.fullmatch(line.text)]
        number = int(_PAGE_NUMBER.fullmatch(printed[0].text)[1]) if printed else 0  # type: ignore[index]
        begins = page.number == 1 or starts_annex(paper, page)
        expected = {0, last + 1} if begins and page.number > 1 else {0} if begins else {last + 1}
        if number not in expected:
            yield f"p. {page.number}: is numbered {number or 'not'}, expected {' or '.join(map(str, sorted(expected)))}"
        last = number or 1
        for line in printed:
            middle = (LEFT + page.width - RIGHT) / 2
            if abs((line.box.left + line.box.right) / 2 - middle) > 3:
                yield f"p. {page.number}: its number is not in the middle"
            if line.box.bottom < page.height - TOP - 30:
                yield f"p. {page.number}: its number is not at the top"


def starts_annex(paper: Paper, page: Page) -> bool:
    """Return whether an annex begins on a page: its first words say so."""
    lines = paper.lines(page.number)
    return bool(lines) and bool(_ANNEX.match(lines[0].text))


def annex_heads(paper: Paper) -> Iterator[str]:
    """Yield annexes whose head (Lampiran, Nomor if the letter has one, Tanggal) is not about the right half with colons
    in line, or has no number behind Nomor."""
    for page in paper.pages:
        if page.number == 1 or not starts_annex(paper, page):
            continue
        lines = sorted(paper.lines(page.number), key=lambda line: -line.box.top)
        head = [line for line in lines if re.match(r"(lampiran|nomor|tanggal)\b", line.text, re.IGNORECASE)][:3]
        names = [line.words[0].casefold() for line in head]
        if names not in (["lampiran", "nomor", "tanggal"], ["lampiran", "tanggal"]):
            yield f"p. {page.number}: the annex's head is {names}"
        middle = (LEFT + page.width - RIGHT) / 2
        for line in head:
            if line.box.left < middle - 64:
                yield f"p. {page.number}: not in the right half: {_short(line)}"
        numbers = [
            line for line in lines if re.search(r"/\d{4}$|^\d{4}$", line.text) and line.box.top > head[-1].box.top
        ]
        if any("/" not in line.text for line in numbers):
            yield f"p. {page.number}: the annex's head parts its number"
        if "nomor" in names and not any("/" in line.text for line in numbers):
            yield f"p. {page.number}: the annex's head has no number"
        colons = [line.box.left for line in lines if line.text == ":" and line.box.bottom >= head[-1].box.bottom - 6]
        if not colons or len(colons) < len(head) - 1 or max(colons) - min(colons) > 1:
            yield f"p. {page.number}: the colons of the annex's head are not below each other"


def annex_order(paper: Paper) -> Iterator[str]:
    """Yield annexes that do not stand in the order of their numbers."""
    begun = [page for page in paper.pages if page.number > 1 and starts_annex(paper, page)]
    for number, page in zip(_ROMAN, begun, strict=False):
        first = paper.lines(page.number)[0]
        said = re.match(r"lampiran\s([ivx]+)\b", first.text, re.IGNORECASE)
        if (said[1].upper() if said else "I") != number:
            yield f"p. {page.number}: {_short(first)} stands in place of {number}"


def letterhead(paper: Paper) -> Iterator[str]:
    """Yield letterheads whose office takes more than three lines, and text beside or below them that touches."""
    page = paper.pages[0]
    largest = [line for line in page.marks if line.size > 12.5 and line.box.top > page.height * 0.7]
    if len(largest) > 3:
        yield f"p. 1: the office's name takes {len(largest)} lines"
    for line in page.marks:
        if line.box.top > page.height * 0.7 and re.fullmatch(r"\d{5}", line.text):
            yield f"p. 1: a postcode alone on a line: {line.text}"
    heads = [line for line in page.marks if line.box.top > page.height * 0.7]
    for line, below in pairwise(heads):
        if below.box.top < line.box.top and line.box.overlap(below.box)[1] > 2:
            yield f"p. 1: lines of the letterhead touch: {_short(line)}"


def _watermark(page: Page, box: Box) -> bool:
    """Return whether a drawing covers so much of a page that it can only be a watermark."""
    return (box.right - box.left) * (box.top - box.bottom) > 0.25 * page.width * page.height


def _short(line: Line) -> str:
    text = line.text if len(line.text) <= 60 else f"{line.text[:57]}..."
    return f'"{text}"'
