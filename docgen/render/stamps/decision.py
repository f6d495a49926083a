"""Stamp decisions on the pages of a letter: DISETUJUI, DITERIMA, PERLU DIPERBAIKI, DITOLAK.

A stamp says what was decided, by whom, when, and the code under which anybody can check it. Like the verification
band it is no electronic signature and does not look like one. It stands in the room above a printed name only when that
very person decided. Its text is never cut: what has no room stands on an added page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from itertools import product

from pikepdf import Page

from docgen.render.pdf.mark_font import mark_font, printable
from docgen.render.pdf.objects.pdf_file import pdf_errors
from docgen.render.pdf.overlays.overlay import TextMeasure, TextPen
from docgen.render.pdf.overlays.pikepdf_overlay import PikepdfOverlay
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_count, page_size
from docgen.render.stamps.decision_text import (
    SIZES,
    StampLayout,
    StampText,
    Tone,
    draw_layout,
    fit_stamp,
    lay_out_stamp,
    with_note_elsewhere,
)
from docgen.render.stamps.endorsement_page import (
    HEADING,
    LEFT,
    EndorsementPages,
    draw_heading,
    draw_page_number,
    lay_out,
)
from docgen.render.stamps.free_space import FreeSpace, StampArea, find_free_areas, reserved_area
from docgen.render.stamps.verification_band import Band, StampedPdf, draw_band_on_page, update_page_count

__all__ = ["Placement", "StampText", "Tone", "draw_stamp", "place_stamp", "place_stamps", "stamp_endorsements"]

ON_SHEET = "Catatan lengkap: Lembar Pengesahan, hal. {page}"
IN_HISTORY = "Catatan lengkap: riwayat naskah ini"  # for a signed file, which gets no more pages
ACCEPTED, APPROVED = "DITERIMA", "disetujui"
HIGHEST = 45 * MM  # of a stamp on the letter's own pages
WIDEST_PAGE = 999  # a page number at its widest


@dataclass(frozen=True)
class Placement:
    """Area and layout of a stamp on the letter's own pages, if there; `on_added_page`: it is there in full."""

    area: StampArea | None
    layout: StampLayout | None
    on_added_page: bool


def stamp_endorsements(
    base: bytes, stamps: Sequence[StampText], *, decisions_expected: int, heading_lines: Sequence[str], band: Band
) -> StampedPdf:
    """Return `base` with a stamp for each of `stamps`, never over print, and never cut. Raises PdfError.

    A stamp stands in the area that its template reserves for its role if the signer printed there is who decided. The
    others stand side by side in a row with space for `decisions_expected` stamps, so that each keeps its place on the
    next revision. A stamp without space stands in full on an added page "LEMBAR PENGESAHAN"; a note without space
    stands there, too. That page begins with `heading_lines`, bears `band`, and is counted on all pages. PDF/A, tagging,
    XMP and Info stay; the same input gives the same bytes.
    """
    signs = "".join([HEADING, band.signs, *map(printable, heading_lines), *(stamp.signs for stamp in stamps)])
    font = mark_font(signs)
    placements = place_stamps(base, stamps, decisions_expected=decisions_expected)
    pages = page_count(base)
    in_full = [stamp for stamp, placement in zip(stamps, placements, strict=True) if placement.on_added_page]
    added_pages = lay_out(font, in_full, heading_lines, page_size(base, pages))
    overlay = PikepdfOverlay(base, signs)
    with pdf_errors():
        page_numbers = iter(position.page_index + pages + 1 for position in added_pages.stamps)
        for stamp, placement in zip(stamps, placements, strict=True):
            number = next(page_numbers) if placement.on_added_page else 0
            area, layout = placement.area, placement.layout
            if area is not None and layout is not None:
                if placement.on_added_page:
                    pointer = with_note_elsewhere(stamp, ON_SHEET.format(page=number))
                    layout = lay_out_stamp(font, pointer, layout.width, size=layout.size)
                page = overlay.pages[area.page]
                _show(overlay, page, draw_layout(overlay, layout, area.x, area.y + area.height), layout.stamp.spoken)
        if added_pages.count:
            _add_endorsement_pages(overlay, added_pages, band)
        identity = repr([[astuple(stamp) for stamp in stamps], list(heading_lines), band]).encode()
        return StampedPdf(overlay.to_bytes(hashlib.sha256(base + identity).digest()[:16]), len(overlay.pages))


def _add_endorsement_pages(overlay: PikepdfOverlay, added_pages: EndorsementPages, band: Band) -> None:
    pages = len(overlay.pages)
    total = pages + added_pages.count
    update_page_count(overlay, total)
    for index in range(added_pages.count):
        page = overlay.add_page(added_pages.width, added_pages.height)
        view = overlay.page_view(page)
        number = draw_page_number(overlay, added_pages, pages + index + 1)
        overlay.mark(page, view, overlay.drawing(number, view), subtype="Header")
        heading, lines = draw_heading(overlay, added_pages, index)
        _show(overlay, page, heading, "", role="H1")
        _show(overlay, page, lines, " ".join(added_pages.heading))
        for position in added_pages.stamps:
            if position.page_index == index:
                operators = draw_layout(overlay, position.layout, LEFT, position.top)
                _show(overlay, page, operators, position.layout.stamp.spoken)
        draw_band_on_page(overlay, page, band, pages + index + 1, total)


def _show(overlay: PikepdfOverlay, page: Page, operators: bytes, spoken: str, *, role: str = "P") -> None:
    """Draw on a page as content that a screen reader says."""
    view = overlay.page_view(page)
    overlay.add_content(page, view, overlay.drawing(operators, view), role=role, text=spoken)


def place_stamps(base: bytes, stamps: Sequence[StampText], *, decisions_expected: int) -> list[Placement]:
    """Return the placement of each stamp, in order. Raises PdfError."""
    font = mark_font("".join(stamp.signs for stamp in stamps))
    reserved: dict[int, list[StampArea]] = {}
    roles: set[str] = set()
    for index, stamp in enumerate(stamps):
        stamp_areas = _areas_reserved_for(base, stamp) if stamp.role not in roles else None
        if stamp_areas is not None:
            reserved[index] = stamp_areas
        roles.add(stamp.role)
    free = (
        find_free_areas(base, max(decisions_expected, len(stamps)) - len(reserved))
        if len(reserved) < len(stamps)
        else None
    )
    areas = iter(free[1] if free else [])
    placements = []
    for index, stamp in enumerate(stamps):
        if index in reserved:
            placements.append(_placement(font, stamp, reserved[index], None))
        else:
            area = next(areas, None)
            placements.append(_placement(font, stamp, [area] if area else [], free[0] if free else None))
    return placements


def place_stamp(pdf: bytes, stamp: StampText) -> tuple[StampArea, StampText] | None:
    """Return an area for one more stamp on a PDF that gets no more pages, and the text it has there.

    Where the note does not fit, the stamp points to it. None where no area is free. Raises PdfError.
    """
    font = mark_font(stamp.signs + IN_HISTORY)
    free = find_free_areas(pdf, 1)
    reserved = _areas_reserved_for(pdf, stamp)
    for areas, free_space in ((reserved or [], None), (free[1] if free else [], free[0] if free else None)):
        placement = _placement(font, stamp, areas, free_space)
        if placement.area is not None and placement.layout is not None:
            return placement.area, with_note_elsewhere(stamp, IN_HISTORY) if placement.on_added_page else stamp
    return None


def draw_stamp(overlay: TextPen, stamp: StampText, area: StampArea) -> bytes:
    """Return operators that draw one stamp within an area that `place_stamp` returned."""
    layout = fit_stamp(overlay, stamp, area.width, area.height) or lay_out_stamp(
        overlay, stamp, area.width, size=SIZES[-1]
    )
    return draw_layout(overlay, layout, area.x, area.y + area.height)


def _areas_reserved_for(pdf: bytes, stamp: StampText) -> list[StampArea] | None:
    """Return the area above the printed name of who decided: as wide as a stamp, then as wide as its column.

    None if the template reserves none, or if another name or another decision is printed there.
    """
    reserved = reserved_area(pdf, stamp.role) if stamp.role else None
    if reserved is None or not reserved.belongs_to(stamp.name, stamp.nip):
        return None
    if stamp.word == ACCEPTED and APPROVED in reserved.label.casefold():
        return None
    return [reserved.area, reserved.full_width]


def _placement(
    font: TextMeasure, stamp: StampText, areas: Sequence[StampArea], free_space: FreeSpace | None
) -> Placement:
    """Place a stamp in the first area that holds it, made higher if need be; a note that does not fit is pointed to.

    A stamp that no area holds stands on an added page alone.
    """
    with_pointer = with_note_elsewhere(stamp, ON_SHEET.format(page=WIDEST_PAGE))
    for variant, area in product((stamp, with_pointer) if stamp.note else (stamp,), areas):
        large = lay_out_stamp(font, variant, area.width)
        if large.height > area.height and free_space is not None and large.height <= HIGHEST:
            higher = free_space.grow(area, large.height)
            if higher is not None:
                return Placement(higher, large, variant is not stamp)
        layout = fit_stamp(font, variant, area.width, area.height)
        if layout is not None:
            trimmed = replace(area, y=area.y + area.height - layout.height, height=layout.height)
            return Placement(trimmed, layout, variant is not stamp)
    return Placement(None, None, True)
