"""Find where a text stands on the pages of a PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pypdfium2

from docgen.render.pdf.pdfium import opened

SHORTEST_FOUND = 3  # letters of a text that is looked for: shorter ones stand everywhere
_HYPHENS = dict.fromkeys((0x02, 0x2010, 0x2011), "-")
LEAST_FOUND = 40  # letters that are enough to know a text by its beginning


@dataclass(frozen=True)
class TextBox:
    """A line of text on page `page` (from 1); left, top, width and height as fractions of the page (0 to 1)."""

    page: int
    left: float
    top: float
    width: float
    height: float


Box = tuple[float, float, float, float]  # left, top, right, bottom as fractions of the page


@dataclass(frozen=True)
class PageLetters:
    """The letters of a page as `fold` returns them, and the box of each."""

    letters: str
    boxes: Sequence[Box]


def page_letters(pdf: bytes, most: int | None = None) -> list[PageLetters]:
    """Return the letters of each page, or of the first `most`, in the order of drawing. Raises PdfError."""
    pages = []
    with opened(pdf) as document:
        for index in range(len(document))[:most]:
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                letters, places = fold(text.get_text_range())
                width, height = page.get_width(), page.get_height()
                boxes = []
                for place in places:
                    left, bottom, right, top = text.get_charbox(place, loose=True)
                    boxes.append((left / width, 1 - top / height, right / width, 1 - bottom / height))
                pages.append(PageLetters(letters, boxes))
    return pages


def line_boxes(letters: Iterable[tuple[int, Box]]) -> list[TextBox]:
    """Return a box for each line of letters, which are given by page (from 1) and box in the order of drawing."""
    lines: list[tuple[int, Box]] = []
    for page, box in letters:
        if lines and lines[-1][0] == page and _is_beside(lines[-1][1], box):
            lines[-1] = (page, _around(lines[-1][1], box))
        else:
            lines.append((page, box))
    return [TextBox(page, x0, y0, x1 - x0, y1 - y0) for page, (x0, y0, x1, y1) in lines]


def _is_beside(line: Box, letter: Box) -> bool:
    """Return whether a letter goes on with a line: at its height, and not far behind it."""
    height = line[3] - line[1]
    return min(line[3], letter[3]) - max(line[1], letter[1]) > height / 2 and letter[0] >= line[0] - height


def _around(first: Box, second: Box) -> Box:
    left, top = min(first[0], second[0]), min(first[1], second[1])
    return left, top, max(first[2], second[2]), max(first[3], second[3])


def span_boxes(pdf: bytes, spans: Sequence[Sequence[tuple[int, int]]]) -> list[TextBox]:
    """Return the boxes of spans of letters, as `fold` counts them, of each page; line by line. Raises PdfError."""
    pages = page_letters(pdf, len(spans))
    return [
        box
        for number, (page, of_page) in enumerate(zip(pages, spans, strict=False), start=1)
        for start, end in of_page
        for box in line_boxes((number, letter) for letter in page.boxes[start:end])
    ]


def find_text_boxes(pdf: bytes, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[TextBox]]:
    """Return for each name the boxes of its texts, line by line. Names whose texts are not found are left out.

    Letters' case and the breaks of lines do not matter. A text that is not there as a whole is looked for by its
    beginning. Raises PdfError.
    """
    boxes_by_name: dict[str, list[TextBox]] = {}
    with opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                letters, places = fold(text.get_text_range())
                size = (page.get_width(), page.get_height())
                for name, texts in wanted.items():
                    for words in texts:
                        span = _span(letters, words)
                        if span:
                            start, end = places[span[0]], places[span[1] - 1] + 1
                            boxes = _text_boxes(text, start, end - start, index + 1, size)
                            boxes_by_name.setdefault(name, []).extend(boxes)
    return boxes_by_name


def find_occurrences(pdf: bytes, words: str, most: int = 500) -> list[TextBox]:
    """Return the boxes of every occurrence of a text, page by page, at most `most`. Raises PdfError."""
    return [box for boxes in _occurrences(pdf, words, most) for box in boxes]


def find_first_lines(pdf: bytes, words: str, most: int = 500) -> list[TextBox]:
    """Return for every occurrence of a text the box of its first line, at most `most`. Raises PdfError."""
    lines = []
    for first, *others in _occurrences(pdf, words, most):
        pieces = [first, *(box for box in others if box.left > first.left and _share_line(first, box))]
        top, right = min(box.top for box in pieces), max(box.left + box.width for box in pieces)
        bottom = max(box.top + box.height for box in pieces)
        lines.append(TextBox(first.page, first.left, top, right - first.left, bottom - top))
    return lines


def _share_line(first: TextBox, other: TextBox) -> bool:
    """Return whether two boxes overlap by more than half the height of the lower one."""
    overlap = min(first.top + first.height, other.top + other.height) - max(first.top, other.top)
    return overlap > min(first.height, other.height) / 2


def _occurrences(pdf: bytes, words: str, most: int) -> list[list[TextBox]]:
    """Return the boxes of every occurrence of a text, until there are `most`."""
    occurrences: list[list[TextBox]] = []
    folded = fold(words)[0]
    if not folded:
        return occurrences
    count = 0
    with opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                letters, places = fold(text.get_text_range())
                size = (page.get_width(), page.get_height())
                at = letters.find(folded)
                while at >= 0 and count < most:
                    start, end = places[at], places[at + len(folded) - 1] + 1
                    boxes = list(_text_boxes(text, start, end - start, index + 1, size))
                    occurrences += [boxes] if boxes else []
                    count += len(boxes)
                    at = letters.find(folded, at + len(folded))
    return occurrences


def fold(text: str) -> tuple[str, list[int]]:
    """Return the text in case-folded letters without white space, and the index of each letter in the text.

    Every hyphen is the ordinary one: also the no-break hyphen, and what PDFium returns for one at the end of a line.
    """
    text = text.translate(_HYPHENS)
    letters = [(letter, index) for index, char in enumerate(text) if not char.isspace() for letter in char.casefold()]
    return "".join(letter for letter, _ in letters), [index for _, index in letters]


def _span(letters: str, wanted: str) -> tuple[int, int] | None:
    folded = fold(wanted)[0]
    if len(folded) < SHORTEST_FOUND:
        return None
    for part in (folded, folded[:LEAST_FOUND]):
        start = letters.find(part)
        if start >= 0:
            return start, start + len(part)
    return None


def _text_boxes(
    text: pypdfium2.PdfTextPage, start: int, count: int, page: int, size: tuple[float, float]
) -> Iterator[TextBox]:
    width, height = size
    for index in range(text.count_rects(start, count)):
        left, bottom, right, top = text.get_rect(index)
        yield TextBox(page, left / width, 1 - top / height, (right - left) / width, (top - bottom) / height)
