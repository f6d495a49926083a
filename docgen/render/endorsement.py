"""Decisions on a document as visible stamps: DISETUJUI, DITERIMA, PERLU DIPERBAIKI, DITOLAK.

A stamp says what was decided, by whom, when, and the code under which anybody can check it. Like the verification
band it is no electronic signature and does not look like one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Literal

from pypdf import PdfWriter

from docgen.render.overlay import MM, Overlay, View, pdf_errors, plain, read_pdf, view, write_pdf
from docgen.render.pages import page_count, page_size
from docgen.render.room import LEFT, RIGHT, TOP, Box, find_room, reserved_room, rows
from docgen.render.stamp import StampedPdf

Tone = Literal["good", "warn", "bad", "seal"]

INK: dict[Tone, bytes] = {
    "good": b"0.05 0.38 0.20",  # dark enough to survive a photocopier
    "warn": b"0.60 0.33 0.00",
    "bad": b"0.65 0.10 0.10",
    "seal": b"0.07 0.24 0.50",
}
PAD = 2.2 * MM
WORD = 9.5
SIZE = 6.2
SMALLEST = 4.2
LEADING = 7.6
POST_LINES = 2
NOTE_LINES = 2
HEADING = "LEMBAR PENGESAHAN"
HEADING_ROOM = 60  # points: the heading and two lines


@dataclass(frozen=True)
class Mark:
    """What one stamp says: the decision, the post, name and NIP of who decided, when, the code, and a note.

    `role` is that of the SOP (`kepala_bidang`); a template may reserve room for it.
    """

    word: str
    role: str
    post: str
    name: str
    nip: str
    when: str
    code: str
    note: str
    tone: Tone


def stamp_endorsements(base: bytes, marks: Sequence[Mark], *, slots: int, heading_lines: Sequence[str]) -> StampedPdf:
    """`base` with a stamp for each of `marks`, side by side, never over what is printed there.

    A mark stands in the room its template reserves for its role. For the others, room is looked for once for all of
    the `slots` decisions that are to come, so that each stands where it stood on the revision before; where there is
    none, a page "LEMBAR PENGESAHAN" is added that begins with `heading_lines`. PDF/A, tagging, XMP and Info stay; the
    same input gives the same bytes. Raises PdfError.
    """
    boxes, added = place_marks(base, [mark.role for mark in marks], slots=slots)
    reader = read_pdf(base)
    with pdf_errors():
        writer = PdfWriter(clone_from=reader, keep_initial_header=True)
        overlay = Overlay(writer)
        drawn: dict[int, bytes] = defaultdict(bytes)
        if added:
            drawn[len(writer.pages)] = _heading(overlay, view(writer.pages[-1]), heading_lines)
            writer.add_blank_page(*_paper(writer))
        for mark, box in zip(marks, boxes, strict=True):
            drawn[box.page] += draw_mark(overlay, mark, box)
        for index, operators in drawn.items():
            page = writer.pages[index]
            seen = view(page)
            overlay.mark(page, seen, overlay.drawing(operators, seen), subtype="Watermark")
        said = repr([astuple(mark) for mark in marks]).encode()
        return StampedPdf(write_pdf(writer, hashlib.sha256(base + said).digest()[:16]), len(writer.pages))


def place_marks(base: bytes, roles: Sequence[str], *, slots: int) -> tuple[list[Box], bool]:
    """A place for each of the decisions by these roles, and whether some stand on a page that has to be added."""
    rooms: dict[int, Box] = {}
    for index, role in enumerate(roles):
        room = reserved_room(base, role) if role not in roles[:index] else None
        if room is not None:
            rooms[index] = room
    others = [index for index in range(len(roles)) if index not in rooms]
    if not others:
        return [rooms[index] for index in range(len(roles))], False
    count = max(slots, len(roles)) - len(rooms)
    free = find_room(base, count)
    added = not free
    if added:
        pages = page_count(base)
        width, height = page_size(base, pages)
        free = rows(pages, count, width, height - TOP - HEADING_ROOM)
    rooms.update(zip(others, free, strict=False))
    return [rooms[index] for index in range(len(roles))], added


def place_mark(pdf: bytes, role: str) -> Box | None:
    """A place for one more stamp on a PDF that gets no more pages; None where there is none. Raises PdfError."""
    return reserved_room(pdf, role) or next(iter(find_room(pdf, 1)), None)


def draw_mark(overlay: Overlay, mark: Mark, box: Box) -> bytes:
    """Operators that draw one stamp."""
    ink = INK[mark.tone]
    room = box.width - 2 * PAD
    frame = f"{box.x + 0.5:.2f} {box.y + 0.5:.2f} {box.width - 1:.2f} {box.height - 1:.2f} re S\n".encode("ascii")
    drawn = b"q " + ink + b" RG " + ink + b" rg 1 w\n" + frame
    y = box.y + box.height - PAD - WORD * 0.73
    size = min(WORD, WORD * room / max(overlay.width(plain(mark.word), WORD), 1))
    drawn += b"0.35 w 2 Tr\n" + overlay.text(plain(mark.word), box.x + PAD, y, round(size, 2)) + b"0 Tr 0 g\n"
    lines = [
        *_wrapped(overlay, mark.post, room, POST_LINES),
        mark.name,
        *([f"NIP {mark.nip}"] if mark.nip else []),
        mark.when,
        f"Kode {mark.code}",
        *(_wrapped(overlay, f"Catatan: {mark.note}", room, NOTE_LINES) if mark.note else []),
    ]
    leading = min(LEADING, (y - box.y - PAD) / len(lines))
    for line in lines:
        y -= leading
        size, text = _fitted(overlay, plain(line), room)
        drawn += overlay.text(text, box.x + PAD, y, size)
    return drawn + b"Q\n"


def _fitted(overlay: Overlay, line: str, room: float) -> tuple[float, str]:
    """The size at which a line fits; one too long even for the smallest size is cut with three dots."""
    size = min(SIZE, SIZE * room / max(overlay.width(line, SIZE), 1))
    if size >= SMALLEST:
        return round(size, 2), line
    return SMALLEST, _cut(overlay, line, room, SMALLEST)


def _wrapped(overlay: Overlay, text: str, room: float, most: int) -> list[str]:
    """At most `most` lines of words; what does not fit is cut with three dots (the record has it in full)."""
    lines: list[str] = []
    words = plain(text).split()
    while words and len(lines) < most:
        line = words.pop(0)
        while words and overlay.width(f"{line} {words[0]}", SIZE) <= room:
            line += f" {words.pop(0)}"
        lines.append(line)
    if words:
        lines[-1] = _cut(overlay, f"{lines[-1]} {words[0]}", room, SIZE)
    return [line if overlay.width(line, SIZE) <= room else _cut(overlay, line, room, SIZE) for line in lines]


def _cut(overlay: Overlay, line: str, room: float, size: float) -> str:
    while line and overlay.width(line + "...", size) > room:
        line = line[:-1]
    return line + "..."


def _paper(writer: PdfWriter) -> tuple[float, float]:
    """Width and height of the last page as it is seen."""
    seen = view(writer.pages[-1])
    return seen.width, seen.height


def _heading(overlay: Overlay, seen: View, lines: Sequence[str]) -> bytes:
    """Operators that write the heading of an added page."""
    room = seen.width - LEFT - RIGHT
    y = seen.height - TOP - 12
    drawn = b"q 0 g 0.4 w 2 Tr\n" + overlay.text(HEADING, LEFT, y, 12) + b"0 Tr\n"
    for line in lines:
        y -= 14
        text = plain(line)
        drawn += overlay.text(text if overlay.width(text, 9) <= room else _cut(overlay, text, room, 9), LEFT, y, 9)
    return drawn + b"Q\n"
