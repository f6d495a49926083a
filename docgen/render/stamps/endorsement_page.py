"""The page LEMBAR PENGESAHAN behind a letter: decisions in full for which its own pages have no room.

It belongs to its letter: number and title at its head, its place in the letter's page count, the verification band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.render.pdf.layout import PAPERS
from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlay import MM
from docgen.render.stamps.decision_text import Mark, Pen, Setting, Widths, draw, set_mark, wrapped

HEADING = "LEMBAR PENGESAHAN"
CONTINUED = "LEMBAR PENGESAHAN (lanjutan)"
LEFT, RIGHT = 30 * MM, 20 * MM  # the margins of an official letter
TOP = 20 * MM
BOTTOM = 25 * MM  # above the verification band
NUMBER_TOP = 16 * MM  # baseline of the page number, below the upper edge
HEAD, LINE, TEXT = 12.0, 10.0, 9.0  # sizes of the heading, the lines below it, and the decisions
GAP = 3 * MM
SMALLEST_PAGE = 500.0  # points; a letter on smaller paper gets a sheet of A4


@dataclass(frozen=True)
class Entry:
    """A decision on a sheet: which sheet (from 0), its text in lines, and where its upper edge stands."""

    sheet: int
    setting: Setting
    top: float


@dataclass(frozen=True)
class Sheets:
    """The sheets of a letter: their paper, the lines of their heads, and what stands on them."""

    width: float
    height: float
    head: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        """How many sheets there are."""
        return max((entry.sheet for entry in self.entries), default=-1) + 1


def lay_out(font: Widths, marks: Sequence[Mark], heading_lines: Sequence[str], paper: tuple[float, float]) -> Sheets:
    """Lay decisions out one below the other, on as many sheets as they need; `paper` is that of the last page."""
    width, height = paper if min(paper) >= SMALLEST_PAGE else PAPERS["A4"]
    room = width - LEFT - RIGHT
    head = tuple(line for text in heading_lines for line in wrapped(font, printable(text), room, LINE))
    first = height - TOP - HEAD - len(head) * LINE * 1.3 - 2 * GAP
    entries: list[Entry] = []
    sheet, top = 0, first
    for mark in marks:
        setting = set_mark(font, mark, room, size=TEXT)
        if top - setting.height < BOTTOM and top < first:
            sheet, top = sheet + 1, first
        entries.append(Entry(sheet, setting, top))
        top -= setting.height + GAP
    return Sheets(width, height, head, tuple(entries))


def draw_sheet(font: Pen, sheets: Sheets, sheet: int, number: int) -> bytes:
    """Return operators that draw sheet `sheet` (from 0), which is page `number` of the letter."""
    counted = f"- {number} -"
    middle = LEFT + (sheets.width - LEFT - RIGHT - font.width(counted, HEAD)) / 2
    drawn = b"q 0 g\n" + font.text(counted, middle, sheets.height - NUMBER_TOP, HEAD)
    y = sheets.height - TOP - HEAD
    drawn += b"0.4 w 2 Tr\n" + font.text(CONTINUED if sheet else HEADING, LEFT, y, HEAD) + b"0 Tr\n"
    for line in sheets.head:
        y -= LINE * 1.3
        drawn += font.text(line, LEFT, y, LINE)
    drawn += b"Q\n"
    for entry in sheets.entries:
        if entry.sheet == sheet:
            drawn += draw(font, entry.setting, LEFT, entry.top)
    return drawn
