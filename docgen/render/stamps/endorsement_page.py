"""Draw the page LEMBAR PENGESAHAN behind a letter: stamps for which the letter's own pages have no space.

It belongs to its letter: number and title at its heading, its place in the letter's page count, the verification band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlays.overlay import TextMeasure, TextPen
from docgen.render.pdf.paper import MM, PAPERS
from docgen.render.stamps.decision_text import (
    StampLayout,
    StampText,
    lay_out_stamp,
    wrap_text,
)

HEADING = "LEMBAR PENGESAHAN"
CONTINUED = "LEMBAR PENGESAHAN (lanjutan)"
LEFT, RIGHT = 30 * MM, 20 * MM  # the margins of an official letter
TOP = 20 * MM
BOTTOM = 25 * MM  # above the verification band
NUMBER_TOP = 16 * MM  # baseline of the page number, below the upper edge
HEAD, LINE, TEXT = 12.0, 10.0, 9.0  # sizes of the heading, the lines below it, and the decisions
GAP = 3 * MM
SMALLEST_PAGE = 500.0  # points; a letter on smaller paper gets a page_index of A4


@dataclass(frozen=True)
class StampPosition:
    """A stamp on an added page: the page's index, the stamp's layout, and its upper edge."""

    page_index: int
    layout: StampLayout
    top: float


@dataclass(frozen=True)
class EndorsementPages:
    """The added pages of a letter: their size, the lines of their heading, and the stamps on them."""

    width: float
    height: float
    heading: tuple[str, ...]
    stamps: tuple[StampPosition, ...]

    @property
    def count(self) -> int:
        """Return the number of pages."""
        return max((position.page_index for position in self.stamps), default=-1) + 1


def lay_out(
    font: TextMeasure, stamps: Sequence[StampText], heading_lines: Sequence[str], paper: tuple[float, float]
) -> EndorsementPages:
    """Lay stamps out one below the other on as many pages as they need; `paper` is the size of the last page."""
    width, height = paper if min(paper) >= SMALLEST_PAGE else PAPERS["A4"]
    room = width - LEFT - RIGHT
    heading = tuple(line for text in heading_lines for line in wrap_text(font, printable(text), room, LINE))
    first = height - TOP - HEAD - len(heading) * LINE * 1.3 - 2 * GAP
    positions: list[StampPosition] = []
    page_index, top = 0, first
    for stamp in stamps:
        layout = lay_out_stamp(font, stamp, room, size=TEXT)
        if top - layout.height < BOTTOM and top < first:
            page_index, top = page_index + 1, first
        positions.append(StampPosition(page_index, layout, top))
        top -= layout.height + GAP
    return EndorsementPages(width, height, heading, tuple(positions))


def draw_page_number(font: TextPen, pages: EndorsementPages, number: int) -> bytes:
    """Return operators that draw `- 3 -` at the top of an added page, which is page `number` of the letter."""
    page_number = f"- {number} -"
    middle = LEFT + (pages.width - LEFT - RIGHT - font.width(page_number, HEAD)) / 2
    return b"q 0 g\n" + font.text(page_number, middle, pages.height - NUMBER_TOP, HEAD) + b"Q\n"


def draw_heading(font: TextPen, pages: EndorsementPages, page_index: int) -> tuple[bytes, bytes]:
    """Return operators that draw the heading of the added page of this index, and the lines below it."""
    y = pages.height - TOP - HEAD
    heading = b"q 0 g 0.4 w 2 Tr\n" + font.text(CONTINUED if page_index else HEADING, LEFT, y, HEAD) + b"Q\n"
    lines = b"q 0 g\n"
    for line in pages.heading:
        y -= LINE * 1.3
        lines += font.text(line, LEFT, y, LINE)
    return heading, lines + b"Q\n"
