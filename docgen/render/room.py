"""Where a stamp can stand on a page without covering anything: the room a template reserves, or free paper.

Lengths are in points, positions from the lower left corner of the page as it is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from docgen.render.overlay import MM, pdf_errors, read_pdf
from docgen.render.pages import page_count, page_grey, page_size

WIDTH = 52 * MM  # three side by side fill the text's width of an A4 letter, 16 cm
HEIGHT = 26 * MM
GAP = 2 * MM
LEFT = 30 * MM  # the margins of an official letter
RIGHT = 20 * MM
TOP = 20 * MM
BAND = 23 * MM  # the verification band, at the foot of every page
SIGNED = "cap"  # the bookmark on the page of the signature
EDGE = 8 * MM  # of the paper, which printers leave white
BELOW = 1 * MM  # the line above a reserved room
AWAY = 4 * MM  # from the text, so that a stamp is not read as part of it
BESIDE = 70 * MM  # how far above the last line a stamp still stands beside the signature
FINENESS = 2 / MM  # pixels a point: two a millimetre
STEP = 2  # pixels between two places that are tried


@dataclass(frozen=True)
class Box:
    """A place for one stamp: page (from 0), its lower left corner, width and height."""

    page: int
    x: float
    y: float
    width: float = WIDTH
    height: float = HEIGHT


def reserved_room(pdf: bytes, role: str) -> Box | None:
    """The room that the template reserves for the decision of `role`, if it does and it is free. Raises PdfError."""
    place = _bookmark(pdf, room_name(role))
    if place is None:
        return None
    page, x, top = place
    places = _Paper(pdf, page).at(1, max(x, EDGE), top - BELOW)
    return places[0] if places else None


def room_name(role: str) -> str:
    """The bookmark at the upper left corner of the room a template reserves: "cap" and the role, letters alone.

    LibreOffice writes other signs of a bookmark's name as hexadecimal digits.
    """
    return f"cap{role.replace('_', '')}"


def find_room(pdf: bytes, count: int) -> list[Box]:
    """Places for `count` stamps side by side, or none when they do not fit.

    On the page of the signature where the template marks it (an annex may follow), else on the last one: under its
    last line, else beside the signature, from the bottom up. The same file gives the same places. Raises PdfError.
    """
    signed = _bookmark(pdf, SIGNED)
    last = page_count(pdf) - 1
    for page in dict.fromkeys([signed[0] if signed else last, last]):
        places = _Paper(pdf, page).last_lines(count)
        if places:
            return places
    return []


def rows(page: int, count: int, width: float, top: float) -> list[Box]:
    """Places on an empty page `width` wide, row under row from `top`, as many in a row as fit."""
    across = max(1, int((width - LEFT - RIGHT + GAP + 0.5) // (WIDTH + GAP)))
    return [
        Box(page, LEFT + (index % across) * (WIDTH + GAP), top - HEIGHT - (index // across) * (HEIGHT + GAP))
        for index in range(count)
    ]


def _bookmark(pdf: bytes, name: str) -> tuple[int, float, float] | None:
    """The page of a bookmark and its upper left corner; None where there is none, or the page is turned."""
    reader = read_pdf(pdf)
    with pdf_errors():
        place = reader.named_destinations.get(f"/{name}")
        page = reader.get_destination_page_number(place) if place is not None else None
        if place is None or page is None or page < 0 or place.top is None or reader.pages[page].rotation:
            return None
        return page, float(place.left or 0), float(place.top)


class _Paper:
    """A page, and what of it is free."""

    def __init__(self, pdf: bytes, page: int) -> None:
        self._page = page
        self._width, self._height = page_size(pdf, page + 1)
        # What leaves a trace; the faintest grey of smoothed letters is no reason to stay away.
        self._ink = page_grey(pdf, page + 1, dpi=72 * FINENESS).point(lambda light: 255 if light < 250 else 0)

    def at(self, count: int, x: float, top: float) -> list[Box]:
        """A row whose upper left corner is (x, top), if that is free."""
        y = top - HEIGHT
        fits = x + self._span(count) <= self._width - EDGE and y >= BAND
        return self._row(count, x, y) if fits and self._free(x, y, self._span(count), HEIGHT) else []

    def last_lines(self, count: int) -> list[Box]:
        """A row under the last line, or beside the last lines, from the bottom up."""
        last = self._lowest_ink()
        under = min(last - AWAY, self._height - TOP) - HEIGHT
        if under >= BAND:
            return self.at(count, LEFT, under + HEIGHT)
        span = self._span(count)
        y = BAND + AWAY
        while y + HEIGHT <= min(last + BESIDE, self._height - TOP):
            x = LEFT
            while x + span <= self._width - RIGHT + 1:
                if self._free(x - AWAY / 2, y - AWAY / 2, span + AWAY, HEIGHT + AWAY):
                    return self._row(count, x, y)
                x += 2 * STEP / FINENESS
            y += STEP / FINENESS
        return []

    def _span(self, count: int) -> float:
        return count * WIDTH + (count - 1) * GAP

    def _row(self, count: int, x: float, y: float) -> list[Box]:
        return [Box(self._page, round(x + index * (WIDTH + GAP), 2), round(y, 2)) for index in range(count)]

    def _free(self, x: float, y: float, width: float, height: float) -> bool:
        return self._part(x, y, width, height).getbbox() is None

    def _lowest_ink(self) -> float:
        """Height of the lowest trace above the verification band; the page's height when there is none."""
        box = self._part(0, BAND, self._width, self._height - BAND).getbbox()
        return self._height - box[3] / FINENESS if box else self._height

    def _part(self, x: float, y: float, width: float, height: float) -> Image.Image:
        top = (self._height - y - height) * FINENESS
        left = x * FINENESS
        box = (left, top, left + width * FINENESS, top + height * FINENESS)
        return self._ink.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]
