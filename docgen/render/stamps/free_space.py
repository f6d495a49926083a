"""Where a stamp can stand on a page without covering anything: the room a template reserves, or free paper.

Lengths are in points, positions from the lower left corner of the page as it is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from docgen.render.pdf.overlay import MM, pdf_errors, read_pdf
from docgen.render.pdf.pdfium import find_all, page_count, page_grey, page_size, text_within

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
LABEL_HEIGHT = 24 * MM  # what is printed above a room: "Disetujui oleh:" and the post
NIPS = 5000  # of one letter that are looked at
BESIDE = 70 * MM  # how far above the last line a stamp still stands beside the signature
FINENESS = 2 / MM  # pixels a point: two a millimetre
STEP = 2  # pixels between two places that are tried
_NIP = re.compile(r"(?:19|20)\d{16}")


Place = tuple[int, float, float]  # page (from 0), left, top


@dataclass(frozen=True)
class Box:
    """A place for one stamp: page (from 0), its lower left corner, width and height."""

    page: int
    x: float
    y: float
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class Slot:
    """The room a template reserves for a decision: its place, as wide as its column too, and the print around it."""

    box: Box
    wide: Box
    label: str
    signer: str

    def belongs_to(self, name: str, nip: str) -> bool:
        """Tell whether the signer printed below the room is the person of this name and NIP."""
        digits, own = _digits(self.signer), _digits(nip)
        if _NIP.search(digits):
            return bool(own) and own in digits
        lines = self.signer.splitlines()
        beginnings = {_folded("".join(lines[:count])) for count in range(1, len(lines) + 1)}
        return bool(_folded(name)) and _folded(name) in beginnings


def slot_of(pdf: bytes, role: str) -> Slot | None:
    """Return the room that the template reserves for the decision of `role`, if it is free. Raises PdfError."""
    places = _bookmarks(pdf)
    place = places.get(room_name(role))
    if place is None:
        return None
    page, x, top = place
    paper = Paper(pdf, page)
    boxes = paper.at(1, max(x, EDGE), top - BELOW)
    if not boxes:
        return None
    beside = [one for on, one, level in places.values() if on == page and one > x + WIDTH / 2 and level == top]
    right = min([x + SIGNER_WIDTH, *(one - BELOW for one in beside)])
    columns = (x - BELOW, right)
    label = text_within(pdf, page + 1, (columns[0], top, columns[1], top + LABEL_HEIGHT))
    signer = text_within(pdf, page + 1, (columns[0], top - HEIGHT - SIGNER_HEIGHT, columns[1], top))
    return Slot(boxes[0], paper.widened(boxes[0], right - boxes[0].x - AWAY), label, signer)


def room_name(role: str) -> str:
    """The bookmark at the upper left corner of the room a template reserves: "cap" and the role, letters alone.

    LibreOffice writes other signs of a bookmark's name as hexadecimal digits.
    """
    return f"cap{role.replace('_', '')}"


def find_room(pdf: bytes, count: int) -> tuple[Paper, list[Box]] | None:
    """Return a page and places for `count` stamps side by side on it, or None when they do not fit.

    On the page of the signature where the template marks it (an annex may follow), else on the last one: under its
    last line, else beside the signature, from the bottom up; never in a room that belongs to a printed signer. The
    same file gives the same places. Raises PdfError.
    """
    places = _bookmarks(pdf)
    signed = places.get(SIGNED)
    last = page_count(pdf) - 1
    for page in dict.fromkeys([signed[0] if signed else last, last]):
        paper = Paper(pdf, page)
        paper.keep_for_signers(pdf, places)
        boxes = paper.last_lines(count)
        if boxes:
            return paper, boxes
    return None


def _bookmarks(pdf: bytes) -> dict[str, Place]:
    """Return page (from 0) and upper left corner of each bookmark that a template sets for stamps."""
    reader = read_pdf(pdf)
    places: dict[str, Place] = {}
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


class Paper:
    """A page, and what of it is free."""

    def __init__(self, pdf: bytes, page: int) -> None:
        self._page = page
        self._width, self._height = page_size(pdf, page + 1)
        # What leaves a trace; the faintest grey of smoothed letters is no reason to stay away.
        self._ink = page_grey(pdf, page + 1, dpi=72 * FINENESS).point(lambda light: 255 if light < 250 else 0)
        self._last = self._lowest_ink()

    def keep_for_signers(self, pdf: bytes, places: dict[str, Place]) -> None:
        """Count the rooms that the template reserves, and those above a printed NIP, as not free."""
        page = self._page
        for name, (on, x, top) in places.items():
            if on == page and name != SIGNED:
                self._take(x - AWAY / 2, top - HEIGHT - AWAY, WIDTH + AWAY, HEIGHT + AWAY)
        for one in find_all(pdf, "NIP", most=NIPS):
            if one.page == page + 1:
                bottom = self._height * (1 - one.top - one.height)
                self._take(one.left * self._width - AWAY / 2, bottom, WIDTH + AWAY, SIGNER_HEIGHT + HEIGHT)

    def at(self, count: int, x: float, top: float) -> list[Box]:
        """A row whose upper left corner is (x, top), if that is free."""
        y = top - HEIGHT
        fits = x + self._span(count) <= self._width - EDGE and y >= BAND
        return self._row(count, x, y) if fits and self._free(x, y, self._span(count), HEIGHT) else []

    def last_lines(self, count: int) -> list[Box]:
        """A row under the last line, or beside the last lines, from the bottom up."""
        last = self._last
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

    def widened(self, box: Box, width: float) -> Box:
        """Return a place as a wider one, if that is free, else as it is."""
        free = box.x + width <= self._width - EDGE and self._free(box.x, box.y, width, box.height)
        return replace(box, width=round(width, 2)) if width > box.width and free else box

    def grown(self, box: Box, height: float) -> Box | None:
        """Return a place as a higher one: down as far as is free, else up; None where neither is free."""
        more = height - box.height
        below = replace(box, y=box.y - more, height=height)
        if below.y >= BAND and self._free(below.x, below.y - AWAY / 2, below.width, more + AWAY / 2):
            return below
        above = replace(box, height=height)
        top = box.y + height
        if top <= self._height - TOP and self._free(box.x, box.y + box.height, box.width, more + AWAY / 2):
            return above
        return None

    def _span(self, count: int) -> float:
        return count * WIDTH + (count - 1) * GAP

    def _row(self, count: int, x: float, y: float) -> list[Box]:
        return [Box(self._page, round(x + index * (WIDTH + GAP), 2), round(y, 2)) for index in range(count)]

    def _free(self, x: float, y: float, width: float, height: float) -> bool:
        return self._part(x, y, width, height).getbbox() is None

    def _take(self, x: float, y: float, width: float, height: float) -> None:
        """Count a part of the page as not free."""
        ImageDraw.Draw(self._ink).rectangle(self._pixels(x, y, width, height), fill=255)

    def _lowest_ink(self) -> float:
        """Height of the lowest trace above the verification band; the page's height when there is none."""
        box = self._part(0, BAND, self._width, self._height - BAND).getbbox()
        return self._height - box[3] / FINENESS if box else self._height

    def _part(self, x: float, y: float, width: float, height: float) -> Image.Image:
        return self._ink.crop(self._pixels(x, y, width, height))

    def _pixels(self, x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
        top = (self._height - y - height) * FINENESS
        left = x * FINENESS
        return round(left), round(top), round(left + width * FINENESS), round(top + height * FINENESS)
