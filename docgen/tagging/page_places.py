"""Lead from words in a Word file to where they stand on the pages of its PDF."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from docgen.render.pdf.text_search import Box, PageLetters, TextBox, line_boxes, page_letters
from docgen.tagging.align import Alignment, align
from docgen.tagging.word_text import read_word_text
from docgen.template_lint.finding import Place

MOST_PAGES = 60  # of a PDF that are looked at


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
        self._alignment: Alignment = align(self._pages, read_word_text(docx).parts.values())

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
