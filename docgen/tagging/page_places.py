"""Lead from a point on the picture of a page to the words in the Word file, and back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from docgen.doctor.finding import Place
from docgen.render.pdf.text_search import Box, PageLetters, TextBox, line_boxes, page_letters
from docgen.tagging.align import Alignment, Letter, align
from docgen.tagging.word_text import read_word_text

MOST_PAGES = 60  # of a PDF that are looked at
_SIGNS = ".,;:()\"'“”‘’"


def words_at(pdf: bytes, docx: bytes, page: int, box: Box) -> Place | None:
    """Return the place of the words in a box on page `page` (from 1) of the PDF of a Word file; None if there are none.

    `box` is left, top, right, bottom as fractions of the page; one without size is a point, and chooses the next word.
    Words in part in the box are chosen whole; of several paragraphs the one of which it holds most. Raises PdfError,
    TemplateError.
    """
    printed = _Printed(pdf, docx)
    letters = printed.letters_in(page, box)
    if not letters:
        return None
    counts: dict[tuple[str, int], int] = {}
    for letter in letters:
        counts[letter.part, letter.paragraph] = counts.get((letter.part, letter.paragraph), 0) + 1
    part, paragraph = max(counts, key=lambda key: counts[key])
    at = [letter.at for letter in letters if (letter.part, letter.paragraph) == (part, paragraph)]
    start, end = _whole_words(printed.text(part, paragraph), min(at), max(at) + 1)
    return Place(part, paragraph, start, end, page)


def boxes_of(pdf: bytes, docx: bytes, places: Sequence[Place]) -> list[list[TextBox]]:
    """Return for each place in a Word file its boxes on the pages of its PDF, line by line.

    Where the words themselves are not printed (a tag in a letter that is filled in) these are the boxes of the rest of
    their paragraph; nothing if that is not printed either. Raises PdfError, TemplateError.
    """
    printed = _Printed(pdf, docx)
    return [printed.boxes(place) for place in places]


class _Printed:
    """A Word file beside its PDF."""

    def __init__(self, pdf: bytes, docx: bytes) -> None:
        self._pages: list[PageLetters] = page_letters(pdf, MOST_PAGES)
        self._parts = read_word_text(docx).parts
        self._alignment: Alignment = align(self._pages, self._parts.values())

    def text(self, part: str, paragraph: int) -> str:
        return self._parts[part].text(paragraph)

    def letters_in(self, page: int, box: Box) -> list[Letter]:
        """Return the letters of the file whose middle is in a box, or the one next to a point on its line."""
        if not 1 <= page <= len(self._pages):
            return []
        left, top, right, bottom = box
        start = self._alignment.page_starts[page - 1]
        own = [
            (letter, shape)
            for letter, shape in zip(self._alignment.letters[start:], self._pages[page - 1].boxes, strict=False)
            if letter
        ]
        if left < right or top < bottom:
            return [
                letter
                for letter, (x0, y0, x1, y1) in own
                if left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom
            ]
        line = [
            (max(x0 - left, left - x1, 0), letter)
            for letter, (x0, y0, x1, y1) in own
            if y0 <= top <= y1 and max(x0 - left, left - x1) <= y1 - y0
        ]
        return [min(line, key=lambda item: item[0])[1]] if line else []

    def boxes(self, place: Place) -> list[TextBox]:
        positions = self._alignment.positions.get((place.part, place.paragraph), {})
        numbers = [number for at in range(place.start, place.end) for number in positions.get(at, ())]
        return self._line_boxes(numbers or [number for places in positions.values() for number in places])

    def _line_boxes(self, numbers: Iterable[int]) -> list[TextBox]:
        """Return a box for each line of these letters of the PDF."""
        return line_boxes((self._page_of(number), self._box(number)) for number in sorted(set(numbers)))

    def _box(self, number: int) -> Box:
        on_page = self._page_of(number)
        return self._pages[on_page - 1].boxes[number - self._alignment.page_starts[on_page - 1]]

    def _page_of(self, number: int) -> int:
        return bisect_right(self._alignment.page_starts, number)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span widened to whole words, without the signs around them."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    words = text[start:end]
    if not words.strip(_SIGNS):
        return start, end
    return start + len(words) - len(words.lstrip(_SIGNS)), end - len(words) + len(words.rstrip(_SIGNS))
