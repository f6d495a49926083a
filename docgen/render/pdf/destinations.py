"""Find the places in a PDF that its template marks by bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase

from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf


@dataclass(frozen=True)
class Destination:
    """A page (from 0) and a point on it: the upper left corner of what is there, in points."""

    page: int
    x: float
    top: float


def named_destinations(pdf: bytes) -> dict[str, Destination]:
    """Return every bookmark by its name. Raises PdfError."""
    reader = read_pdf(pdf)
    with pdf_errors():
        pages = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages) if page.indirect_reference}
        destinations = {}
        for name, place in reader.named_destinations.items():
            page = pages.get(getattr(place.get("/Page"), "idnum", 0)) if place.top is not None else None
            page = pages.get(place.raw_get("/Page").idnum) if page is None and place.top is not None else page
            if page is not None:
                destinations[name.lstrip("/")] = Destination(page, float(place.left or 0), float(place.top or 0))
        return destinations


def letters(number: int) -> str:
    """Return a count (from 0) in letters alone, as bookmark names must be: a, b, ... z, ba, bb, ..."""
    text = ""
    while True:
        number, rest = divmod(number, 26)
        text = ascii_lowercase[rest] + text
        if number == 0:
            return text
