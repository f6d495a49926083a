"""Find areas where a stamp covers nothing: the area that a template reserves for it, or white paper.

Lengths are in points, positions from the lower left corner of the page as it is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_count, page_grey, page_size, text_within
from docgen.render.pdf.text_search import find_occurrences

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
SIGNER_WIDTH = 80 * MM  # of the column in which a signer's name is printed
SIGNER_HEIGHT = 26 * MM  # from the room down to the end of name, rank and NIP
SIGNER_LEFT = 0.45  # of the page's width: a NIP further left is not that of a signature at the right
LABEL_HEIGHT = 24 * MM  # what is printed above a room: "Disetujui oleh:" and the post
NIPS = 5000  # of one letter that are looked at
BESIDE = 70 * MM  # how far above the last line, or below its beginning, a stamp still stands beside the signature
FINENESS = 2 / MM  # pixels a point: two a millimetre
STEP = 2  # pixels between two places that are tried
_NIP = re.compile(r"(?:19|20)\d{16}")


BookmarkPosition = tuple[int, float, float]  # page (from 0), left, top


@dataclass(frozen=True)
class StampArea:
    """The area of one stamp: page (from 0), lower left corner, width and height."""

    page: int
    x: float
    y: float
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class ReservedArea:
    """The area that a template reserves for a decision, at a stamp's and at its column's width, and the print around
    it.
    """

    area: StampArea
    full_width: StampArea
    label: str
    signer: str

    def belongs_to(self, name: str, nip: str) -> bool:
        """Return whether the signer printed below the area is the person of this name and NIP."""
        digits, own = _digits(self.signer), _digits(nip)
        if _NIP.search(digits):
            return bool(own) and own in digits
        lines = self.signer.splitlines()
        beginnings = {_folded("".join(lines[:count])) for count in range(1, len(lines) + 1)}
        return bool(_folded(name)) and _folded(name) in beginnings


def reserved_area(pdf: bytes, role: str) -> ReservedArea | None:
    """Return the area that the template reserves for the decision of `role`, if it is free. Raises PdfError."""
    places = stamp_bookmarks(pdf)
    place = places.get(role_bookmark(role))
    if place is None:
        return None
    page, x, top = place
    paper = FreeSpace(pdf, page)
    areas = paper.row_at(1, max(x, EDGE), top - BELOW)
    if not areas:
        return None
    beside = [left for on, left, level in places.values() if on == page and left > x + WIDTH / 2 and level == top]
    right = min([x + SIGNER_WIDTH, *(left - BELOW for left in beside)])
    columns = (x - BELOW, right)
    label = text_within(pdf, page + 1, (columns[0], top, columns[1], top + LABEL_HEIGHT))
    signer = text_within(pdf, page + 1, (columns[0], top - HEIGHT - SIGNER_HEIGHT, columns[1], top))
    return ReservedArea(areas[0], paper.widen(areas[0], right - areas[0].x - AWAY), label, signer)


def role_bookmark(role: str) -> str:
    """Return the bookmark at the upper left corner of a role's reserved area: "cap" and the role, letters alone.

    LibreOffice writes other signs of a bookmark's name as hexadecimal digits.
    """
    return f"cap{role.replace('_', '')}"


def find_free_areas(pdf: bytes, count: int) -> tuple[FreeSpace, list[StampArea]] | None:
    """Return a page and areas for `count` stamps side by side on it, or None when they do not fit.

    On the page of the signature where the template marks it (annexes may follow), else on the last one: at the left
    of the signature, however full the page is; where it leaves no room there, under the last line, else beside the
    last lines, from the bottom up. Never in the area of a printed signer. The same file gives the same areas. Raises
    PdfError.
    """
    places = stamp_bookmarks(pdf)
    signed = places.get(SIGNED)
    paper = FreeSpace(pdf, signed[0] if signed else page_count(pdf) - 1)
    printed = paper.exclude_signers(pdf, places)
    begins = signed[2] if signed else printed
    areas = (paper.row_beside_signature(count, begins) if begins else []) or paper.row_near_last_line(count)
    return (paper, areas) if areas else None


def stamp_bookmarks(pdf: bytes) -> dict[str, BookmarkPosition]:
    """Return page (from 0) and upper left corner of each bookmark that a template sets for stamps."""
    reader = read_pdf(pdf)
    places: dict[str, BookmarkPosition] = {}
    with pdf_errors():
        for name, place in reader.named_destinations.items():
            page = reader.get_destination_page_number(place) if name.startswith(f"/{SIGNED}") else None
            if page is not None and page >= 0 and place.top is not None and not reader.pages[page].rotation:
                places[name[1:]] = page, float(place.left or 0), float(place.top)
    return places


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


def _folded(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


class FreeSpace:
    """A page as a picture of its ink, to look for white paper."""

    def __init__(self, pdf: bytes, page: int) -> None:
        self._page = page
        self._width, self._height = self.size = page_size(pdf, page + 1)
        # What leaves a trace; the faintest grey of smoothed letters is no reason to stay away.
        self._ink = page_grey(pdf, page + 1, dpi=72 * FINENESS).point(lambda light: 255 if light < 250 else 0)
        self._last = self._lowest_ink()

    def exclude_signers(self, pdf: bytes, places: dict[str, BookmarkPosition]) -> float | None:
        """Exclude the areas that the template reserves, and those above a printed NIP.

        Return where the signature at the right begins whose NIP is the lowest of the page; None if there is none.
        """
        page = self._page
        begins = None
        for name, (on, x, top) in places.items():
            if on == page and name != SIGNED:
                self._exclude(x - AWAY / 2, top - HEIGHT - AWAY, WIDTH + AWAY, HEIGHT + AWAY)
        for nip in find_occurrences(pdf, "NIP", most=NIPS):
            if nip.page == page + 1:
                bottom = self._height * (1 - nip.top - nip.height)
                self._exclude(nip.left * self._width - AWAY / 2, bottom, WIDTH + AWAY, SIGNER_HEIGHT + HEIGHT)
                if nip.left >= SIGNER_LEFT and (begins is None or bottom + SIGNER_HEIGHT + HEIGHT < begins):
                    begins = bottom + SIGNER_HEIGHT + HEIGHT
        return begins

    def row_at(self, count: int, x: float, top: float) -> list[StampArea]:
        """Return a row of areas whose upper left corner is (x, top), if that is free."""
        y = top - HEIGHT
        fits = x + self._row_width(count) <= self._width - EDGE and y >= BAND
        return self._row_of_areas(count, x, y) if fits and self.is_free(x, y, self._row_width(count), HEIGHT) else []

    def row_beside_signature(self, count: int, top: float) -> list[StampArea]:
        """Return the highest row of areas at the left margin, beside a signature that begins at `top`."""
        span = self._row_width(count)
        y = top - BELOW - HEIGHT
        while y >= max(BAND + AWAY / 2, top - BESIDE):
            if self.is_free(LEFT - AWAY / 2, y - AWAY / 2, span + AWAY, HEIGHT + AWAY):
                return self._row_of_areas(count, LEFT, y)
            y -= STEP / FINENESS
        return []

    def row_near_last_line(self, count: int) -> list[StampArea]:
        """Return a row of areas under the last line, or beside the last lines, from the bottom up."""
        last = self._last
        under = min(last - AWAY, self._height - TOP) - HEIGHT
        if under >= BAND:
            return self.row_at(count, LEFT, under + HEIGHT)
        span = self._row_width(count)
        y = BAND + AWAY
        while y + HEIGHT <= min(last + BESIDE, self._height - TOP):
            x = LEFT
            while x + span <= self._width - RIGHT + 1:
                if self.is_free(x - AWAY / 2, y - AWAY / 2, span + AWAY, HEIGHT + AWAY):
                    return self._row_of_areas(count, x, y)
                x += 2 * STEP / FINENESS
            y += STEP / FINENESS
        return []

    def widen(self, area: StampArea, width: float) -> StampArea:
        """Return the area made wider, if that is free, else as it is."""
        free = area.x + width <= self._width - EDGE and self.is_free(area.x, area.y, width, area.height)
        return replace(area, width=round(width, 2)) if width > area.width and free else area

    def grow(self, area: StampArea, height: float) -> StampArea | None:
        """Return the area made higher, downwards if that is free, else upwards; None if neither is free."""
        more = height - area.height
        below = replace(area, y=area.y - more, height=height)
        if below.y >= BAND and self.is_free(below.x, below.y - AWAY / 2, below.width, more + AWAY / 2):
            return below
        above = replace(area, height=height)
        top = area.y + height
        if top <= self._height - TOP and self.is_free(area.x, area.y + area.height, area.width, more + AWAY / 2):
            return above
        return None

    def _row_width(self, count: int) -> float:
        return count * WIDTH + (count - 1) * GAP

    def _row_of_areas(self, count: int, x: float, y: float) -> list[StampArea]:
        return [StampArea(self._page, round(x + index * (WIDTH + GAP), 2), round(y, 2)) for index in range(count)]

    def is_free(self, x: float, y: float, width: float, height: float) -> bool:
        """Return whether an area, by its lower left corner, is white paper that nothing is reserved on."""
        return self._crop(x, y, width, height).getbbox() is None

    def _exclude(self, x: float, y: float, width: float, height: float) -> None:
        """Count a part of the page as printed."""
        ImageDraw.Draw(self._ink).rectangle(self._pixels(x, y, width, height), fill=255)

    def _lowest_ink(self) -> float:
        """Return the height of the lowest ink above the verification band; the page's height when there is none."""
        area = self._crop(0, BAND, self._width, self._height - BAND).getbbox()
        return self._height - area[3] / FINENESS if area else self._height

    def _crop(self, x: float, y: float, width: float, height: float) -> Image.Image:
        return self._ink.crop(self._pixels(x, y, width, height))

    def _pixels(self, x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
        top = (self._height - y - height) * FINENESS
        left = x * FINENESS
        return round(left), round(top), round(left + width * FINENESS), round(top + height * FINENESS)
