"""Find where the picture of an electronic signature stands: the room that templates leave above the signer's name.

A person whose name is not printed, as one who approves a letter, has the picture where a decision's stamp would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_size
from docgen.render.pdf.text_search import TextBox, find_first_lines
from docgen.render.stamps.free_space import (
    GAP,
    NIPS,
    SIGNED,
    SIGNER_HEIGHT,
    FreeSpace,
    find_free_areas,
    stamp_bookmarks,
)

ABOVE = 0.8 * MM  # from the name to the picture
CLEAR = 0.2 * MM  # around the picture; more than half a pixel of what is looked at lies between it and the name
SAME_COLUMN = 6.0  # points by which what stands below each other may begin beside each other
NIP_WORD = 40.0  # points from the beginning of the name to the digits, behind "NIP"
RIGHT = 20 * MM  # the margin of an official letter
LOWEST = 8 * MM  # a room that is lower was not left for a signature, nor would a picture in it be legible
NIP_BEGINS = ("NIP 19", "NIP 20")  # with the year of birth; NIP alone stands within names, too
MOST = 200  # places of a name or NIP that are looked at
STEPS = 13  # sizes that are tried, from what is asked for down to two fifths of it
STEP = 0.05


@dataclass(frozen=True)
class SignaturePlace:
    """The area of a picture: page from 1; the other values are points from the page's top left, as it is seen."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class _Name:
    """A printed name: page from 1, and the upper left corner of its first line in points from the lower left."""

    page: int
    x: float
    y: float


def signature_place(pdf: bytes, name: str, nip: str, width: float, height: float) -> SignaturePlace | None:
    """Return the area for a picture of `width` by `height` points, smaller where the room is; None without a room.

    On the page that the template marks as the signature's, else on the first that has a room above the printed name,
    which has the NIP below it where both are printed. It covers nothing that is printed. Raises PdfError.
    """
    signed = stamp_bookmarks(pdf).get(SIGNED)
    names = _printed_names(pdf, name, nip)
    marked = signed[0] + 1 if signed else 0
    names.sort(key=lambda printed: (printed.page != marked, printed.page, -printed.x))  # approvals stand at the left
    signers = [_corner(pdf, box) for begin in NIP_BEGINS for box in find_first_lines(pdf, begin, NIPS)]
    for printed in names:
        beside = [
            other.x
            for other in signers
            if other.page == printed.page
            and other.x > printed.x + NIP_WORD
            and -SIGNER_HEIGHT <= other.y - printed.y < height
        ]
        place = _above(FreeSpace(pdf, printed.page - 1), printed, beside, width, height)
        if place is not None:
            return place
    return _beside_text(pdf, width, height)


def _above(
    paper: FreeSpace, printed: _Name, beside: Sequence[float], width: float, height: float
) -> SignaturePlace | None:
    """Return the largest free area above a name, left of where the signers `beside` it begin."""
    room = min([paper.size[0] - RIGHT, *(left - GAP for left in beside)]) - printed.x
    for step in range(STEPS):
        scale = 1 - step * STEP
        wide, high = min(width * scale, room), height * scale
        if high < LOWEST:
            return None
        if paper.is_free(printed.x, printed.y + ABOVE - CLEAR, wide, high + 2 * CLEAR):
            top = paper.size[1] - printed.y - ABOVE - high
            return SignaturePlace(printed.page, round(printed.x, 2), round(top, 2), round(wide, 2), round(high, 2))
    return None


def _beside_text(pdf: bytes, width: float, height: float) -> SignaturePlace | None:
    """Return an area where a stamp would cover nothing."""
    free = find_free_areas(pdf, 1)
    if free is None:
        return None
    paper, [area] = free
    scale = min(1.0, area.width / width, area.height / height)
    top = paper.size[1] - area.y - area.height
    return SignaturePlace(area.page + 1, area.x, round(top, 2), round(width * scale, 2), round(height * scale, 2))


def _printed_names(pdf: bytes, name: str, nip: str) -> list[_Name]:
    """Return where a name is printed above its NIP, in the order of the pages; without such, where it is printed."""
    names = [_corner(pdf, box) for box in find_first_lines(pdf, name, MOST)]
    numbers = [_corner(pdf, box) for box in find_first_lines(pdf, nip, MOST)] if nip else []
    signed = [printed for printed in names if any(_is_below(number, printed) for number in numbers)]
    return signed or names


def _is_below(number: _Name, name: _Name) -> bool:
    """Return whether a NIP is that of the name above it: in its column, behind the word NIP."""
    in_column = -SAME_COLUMN <= number.x - name.x <= NIP_WORD
    return number.page == name.page and in_column and 0 < name.y - number.y <= SIGNER_HEIGHT


def _corner(pdf: bytes, box: TextBox) -> _Name:
    width, height = page_size(pdf, box.page)
    return _Name(box.page, box.left * width, (1 - box.top) * height)
