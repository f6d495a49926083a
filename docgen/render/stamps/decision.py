"""Decisions on a document as visible stamps: DISETUJUI, DITERIMA, PERLU DIPERBAIKI, DITOLAK.

A stamp says what was decided, by whom, when, and the code under which anybody can check it. Like the verification
band it is no electronic signature and does not look like one. It stands in the room above a printed name only when that
very person decided, and nothing of what it says is cut: what has no room stands on an added page.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from itertools import product

from pypdf import PdfWriter

from docgen.render.pdf.mark_font import mark_font, printable
from docgen.render.pdf.overlay import MM, Overlay, pdf_errors, read_pdf, view, write_pdf
from docgen.render.pdf.pdfium import page_count, page_size
from docgen.render.stamps.decision_text import Mark, Setting, Tone, Widths, draw, fitted, set_mark, shortened
from docgen.render.stamps.endorsement_page import HEADING, Sheets, draw_sheet, lay_out
from docgen.render.stamps.free_space import Box, Paper, find_room, slot_of
from docgen.render.stamps.verification_band import Band, StampedPdf, count_anew, mark_page

__all__ = ["Mark", "Placement", "Tone", "draw_mark", "place_mark", "place_marks", "stamp_endorsements"]

ON_SHEET = "Catatan lengkap: Lembar Pengesahan, hal. {page}"
IN_HISTORY = "Catatan lengkap: riwayat naskah ini"  # for a signed file, which gets no more pages
ACCEPTED, APPROVED = "DITERIMA", "disetujui"
HIGHEST = 45 * MM  # of a stamp on the letter's own pages
WIDEST_PAGE = 999  # a page number at its widest


@dataclass(frozen=True)
class Placement:
    """Where a mark stands on the letter's own pages, if there, and whether it stands on an added sheet in full."""

    box: Box | None
    setting: Setting | None
    on_sheet: bool


def stamp_endorsements(
    base: bytes, marks: Sequence[Mark], *, slots: int, heading_lines: Sequence[str], band: Band
) -> StampedPdf:
    """`base` with a stamp for each of `marks`, never over what is printed there, and never cut.

    A mark stands in the room its template reserves for its role when the signer printed there is who decided. For the
    others, room is looked for once for all of the `slots` decisions that are to come, side by side, so that each stands
    where it stood on the revision before. What has no room there, be it the note alone, stands in full on an added page
    "LEMBAR PENGESAHAN" that begins with `heading_lines`, bears `band`, and is counted on all pages. PDF/A, tagging, XMP
    and Info stay; the same input gives the same bytes. Raises PdfError.
    """
    signs = "".join([HEADING, band.signs, *map(printable, heading_lines), *(mark.signs for mark in marks)])
    font = mark_font(signs)
    placements = place_marks(base, marks, slots=slots)
    pages = page_count(base)
    whole = [mark for mark, place in zip(marks, placements, strict=True) if place.on_sheet]
    sheets = lay_out(font, whole, heading_lines, page_size(base, pages))
    reader = read_pdf(base)
    with pdf_errors():
        writer = PdfWriter(clone_from=reader, keep_initial_header=True)
        overlay = Overlay(writer, signs)
        operators_by_page: dict[int, bytes] = defaultdict(bytes)
        numbers = iter(entry.sheet + pages + 1 for entry in sheets.entries)
        for mark, place in zip(marks, placements, strict=True):
            number = next(numbers) if place.on_sheet else 0
            if place.box is not None and place.setting is not None:
                setting = place.setting
                if place.on_sheet:
                    pointer = shortened(mark, ON_SHEET.format(page=number))
                    setting = set_mark(font, pointer, setting.width, size=setting.size)
                operators_by_page[place.box.page] += draw(overlay, setting, place.box.x, place.box.y + place.box.height)
        for index, operators in operators_by_page.items():
            page = writer.pages[index]
            seen = view(page)
            overlay.mark(page, seen, overlay.drawing(operators, seen), subtype="Watermark")
        if sheets.count:
            _add_sheets(writer, overlay, sheets, band)
        identity = repr([[astuple(mark) for mark in marks], list(heading_lines), band]).encode()
        return StampedPdf(write_pdf(writer, hashlib.sha256(base + identity).digest()[:16]), len(writer.pages))


def _add_sheets(writer: PdfWriter, overlay: Overlay, sheets: Sheets, band: Band) -> None:
    pages = len(writer.pages)
    total = pages + sheets.count
    count_anew(writer, total)
    for sheet in range(sheets.count):
        page = writer.add_blank_page(sheets.width, sheets.height)
        seen = view(page)
        operators = draw_sheet(overlay, sheets, sheet, pages + sheet + 1)
        overlay.mark(page, seen, overlay.drawing(operators, seen), subtype="Watermark")
        mark_page(overlay, page, band, pages + sheet + 1, total)


def place_marks(base: bytes, marks: Sequence[Mark], *, slots: int) -> list[Placement]:
    """Find a place for each of the decisions. Raises PdfError."""
    font = mark_font("".join(mark.signs for mark in marks))
    reserved: dict[int, list[Box]] = {}
    for index, mark in enumerate(marks):
        room = _reserved(base, mark) if mark.role not in [one.role for one in marks[:index]] else None
        if room is not None:
            reserved[index] = room
    free = find_room(base, max(slots, len(marks)) - len(reserved)) if len(reserved) < len(marks) else None
    boxes = iter(free[1] if free else [])
    placements = []
    for index, mark in enumerate(marks):
        if index in reserved:
            placements.append(_placement(font, mark, reserved[index], None))
        else:
            box = next(boxes, None)
            placements.append(_placement(font, mark, [box] if box else [], free[0] if free else None))
    return placements


def place_mark(pdf: bytes, mark: Mark) -> tuple[Box, Mark] | None:
    """Find a place for one more stamp on a PDF that gets no more pages, and what it says there.

    A note without room is pointed to. None where there is no place. Raises PdfError.
    """
    font = mark_font(mark.signs + IN_HISTORY)
    free = find_room(pdf, 1)
    room = _reserved(pdf, mark)
    for boxes, paper in ((room or [], None), (free[1] if free else [], free[0] if free else None)):
        place = _placement(font, mark, boxes, paper)
        if place.box is not None and place.setting is not None:
            return place.box, shortened(mark, IN_HISTORY) if place.on_sheet else mark
    return None


def draw_mark(overlay: Overlay, mark: Mark, box: Box) -> bytes:
    """Return operators that draw one stamp within a box that `place_mark` gave."""
    setting = fitted(overlay, mark, box.width, box.height) or set_mark(overlay, mark, box.width, size=6.0)
    return draw(overlay, setting, box.x, box.y + box.height)


def _reserved(pdf: bytes, mark: Mark) -> list[Box] | None:
    """Return the room above the printed name of who decided, if the template has one and what it says is true.

    It is given as wide as a stamp, then as wide as its column.
    """
    slot = slot_of(pdf, mark.role) if mark.role else None
    if slot is None or not slot.belongs_to(mark.name, mark.nip):
        return None
    if mark.word == ACCEPTED and APPROVED in slot.label.casefold():
        return None
    return [slot.box, slot.wide]


def _placement(font: Widths, mark: Mark, boxes: Sequence[Box], paper: Paper | None) -> Placement:
    """Set a mark in the first of these places, or in a higher one; with a pointer to its note where that does not fit.

    Without a place it stands on a sheet alone.
    """
    pointed = shortened(mark, ON_SHEET.format(page=WIDEST_PAGE))
    for variant, box in product((mark, pointed) if mark.note else (mark,), boxes):
        large = set_mark(font, variant, box.width)
        if large.height > box.height and paper is not None and large.height <= HIGHEST:
            grown = paper.grown(box, large.height)
            if grown is not None:
                return Placement(grown, large, variant is not mark)
        setting = fitted(font, variant, box.width, box.height)
        if setting is not None:
            trimmed = replace(box, y=box.y + box.height - setting.height, height=setting.height)
            return Placement(trimmed, setting, variant is not mark)
    return Placement(None, None, True)
