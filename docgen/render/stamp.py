"""The verification band in the bottom margin of every page: a QR to the public verification page, number and code.

The QR is the same on all pages, so a small mark at the other end says which page it is, for a scan to be sorted by: a
Micro QR, which the readers in telephones pass over, so that whoever scans a letter only ever opens the verification.

The band says where a reader can check the document. It is no electronic signature and does not look like one: a
pasted QR is not a certified signature (PP 71/2019 Ps. 60(2)).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from pypdf import PdfWriter

from docgen.errors import PdfError
from docgen.render.overlay import (
    MM,
    Overlay,
    View,
    pdf_errors,
    plain,
    read_pdf,
    require_pdf,
    shown_text,
    text_width,
    view,
    write_pdf,
)
from docgen.render.rawmark import RawOverlay
from docgen.render.rawpdf import RawPdf

LEFT = 30 * MM  # the text margins of an official letter
RIGHT = 20 * MM
BOTTOM = 6 * MM  # ordinary printers cannot print the outer 5 mm
QR = 14 * MM  # with its quiet zone it ends below 22 mm, the part of the page that templates keep free
MARK = 11 * MM  # 15 modules of 0.73 mm; the quiet zone of 2 modules around it stays within the height of the QR
GAP = 3 * MM  # from QR to text; the quiet zone of 4 modules is narrower from version 1 (21 modules) up
SIZE = 6.5
SMALLEST = 4.0
LEADING = 10.0
GREY = b"0.25 g\n"
MASK = 4  # trying all eight for each letter takes half of a stamp's time, and scans no better from a poor picture
MARK_MASK = 2
LONGEST_URL = 200  # signs; a longer one makes the modules of the QR too small to scan from paper


@dataclass(frozen=True)
class StampedPdf:
    """A stamped PDF and its number of pages."""

    data: bytes
    pages: int


def stamp(pdf: bytes, *, number: str, code: str, url: str, office: str = "") -> StampedPdf:
    """Print the verification band on every page: QR of `url`, office, number, address, code, "Halaman n dari N",
    and the Micro QR of "n/N".

    The bottom 2.2 cm of every page, as it is seen (/Rotate and CropBox counted), must be free. PDF/A, tagging, XMP
    and Info stay as they are; the same input gives the same bytes. Raises PdfError when `pdf` cannot be read or
    `url` is longer than 200 signs.
    """
    if len(url) > LONGEST_URL:
        raise PdfError(
            f"Alamat verifikasi terlalu panjang untuk kode QR ({len(url)} huruf, paling banyak {LONGEST_URL})."
        )
    require_pdf(pdf)
    lines = _lines(number, code, url, office)
    qr = _modules(segno.make_qr(url, error="m", mask=MASK))
    said = "\0".join([number, code, url, office]).encode()
    revision = hashlib.sha256(pdf + b"\0" + said).digest()[:16]
    try:
        raw = RawOverlay(RawPdf(pdf))
        pages = [(page, raw.view(page)) for page in raw.pages]
        _mark(raw, pages, qr, lines)
        return StampedPdf(raw.written(revision), len(pages))
    except PdfError:  # not fresh from LibreOffice
        return _stamp_any(pdf, qr, lines, revision)


def _stamp_any(pdf: bytes, qr: bytes, lines: list[str], revision: bytes) -> StampedPdf:
    reader = read_pdf(pdf)
    with pdf_errors():
        writer = PdfWriter(clone_from=reader, keep_initial_header=True)
        pages = [(page, view(page)) for page in writer.pages]
        _mark(Overlay(writer), pages, qr, lines)
        return StampedPdf(write_pdf(writer, revision), len(pages))


def _mark(overlay: Any, pages: Sequence[tuple[Any, View]], qr: bytes, lines: list[str]) -> None:
    """Put the band on every page; `overlay` is an Overlay or RawOverlay, and the pages are its."""
    bands: dict[View, Any] = {}
    for index, (page, seen) in enumerate(pages, start=1):
        if seen not in bands:
            bands[seen] = overlay.drawing(_band(seen, qr, lines), seen)
        counter = _counter(seen, index, len(pages), len(lines))
        overlay.mark(page, seen, overlay.drawing(counter, seen, inner=bands[seen]), subtype="Footer")


def code_drawing(url: str, x: float, y: float, side: float) -> bytes:
    """Operators that draw the QR of `url`, `side` points wide, its lower left corner at (x, y)."""
    return _placed(_modules(segno.make_qr(url, error="m", mask=MASK)), x, y, side)


def _lines(number: str, code: str, url: str, office: str) -> list[str]:
    address = url.split("://", 1)[-1]
    lines = [f"Nomor {number}", f"Verifikasi: {address}", f"Kode {grouped(code)}"]
    return [plain(line) for line in ([office, *lines] if office else lines)]


def grouped(code: str) -> str:
    """In fours, to be read out and typed in, where it comes out even."""
    fours = [code[start : start + 4] for start in range(0, len(code), 4)]
    return "-".join(fours) if len(code) % 4 == 0 else code


def _modules(code: segno.QRCode) -> bytes:
    """Operators that draw the code as one path in a unit square; one path leaves no hairlines between the modules."""
    matrix = code.matrix
    count = len(matrix)
    boxes = []
    for row, modules in enumerate(matrix):
        start = 0
        while start < count:
            end = start + 1
            while end < count and modules[end] == modules[start]:
                end += 1
            if modules[start]:
                boxes.append(f"{start} {count - 1 - row} {end - start} 1 re\n")
            start = end
    return f"{1 / count:.6f} 0 0 {1 / count:.6f} 0 0 cm 0 g\n{''.join(boxes)}f\n".encode("ascii")


def _band(seen: View, qr: bytes, lines: list[str]) -> bytes:
    """What all pages of one size share: the QR at the left margin, and the lines beside it."""
    left, _ = _margins(seen)
    drawn = _placed(qr, left, BOTTOM, QR) + GREY
    x = left + QR + GAP
    for line, y in zip(lines, _baselines(len(lines)), strict=True):
        size, text = _fitted(line, _text_end(seen) - x)
        drawn += shown_text(text, x, y, size)
    return drawn


def _counter(seen: View, page: int, pages: int, lines: int) -> bytes:
    """The shared band, the page mark at the right margin, and beside it the page count, level with the code."""
    mark = _modules(page_mark(page, pages))
    end = _text_end(seen)
    drawn = b"/D Do\n" + _placed(mark, end + GAP, BOTTOM + (QR - MARK) / 2, MARK) + GREY
    text = f"Halaman {page} dari {pages}"
    return drawn + shown_text(text, end - text_width(text, SIZE), _baselines(lines)[-1], SIZE)


def page_mark(page: int, pages: int) -> segno.QRCode:
    """The Micro QR of "n/N": always size M3, whose 11 signs (level M) hold five digits of each number."""
    return segno.make_micro(f"{page}/{pages}", version="M3", error="m", mask=MARK_MASK)


def _placed(unit: bytes, x: float, y: float, side: float) -> bytes:
    """A drawing of a unit square, `side` points wide, its lower left corner at (x, y)."""
    return f"q {side:.2f} 0 0 {side:.2f} {x:.2f} {y:.2f} cm\n".encode("ascii") + unit + b"Q\n"


def _text_end(seen: View) -> float:
    """Where the text ends on the right, in points from the left edge of the page."""
    return seen.width - _margins(seen)[1] - MARK - GAP


def _margins(seen: View) -> tuple[float, float]:
    """Left and right; narrower on a page smaller than A4."""
    return min(LEFT, seen.width / 7), min(RIGHT, seen.width / 10)


def _baselines(lines: int) -> list[float]:
    """Of each line from the top, in points from the page's lower edge; the block is centred on the QR."""
    capital = 0.73 * SIZE
    height = (lines - 1) * LEADING + capital
    lowest = BOTTOM + (QR - height) / 2
    return [lowest + (lines - 1 - line) * LEADING for line in range(lines)]


def _fitted(line: str, room: float) -> tuple[float, str]:
    """The size at which the line fits; a line too long even for the smallest size is cut with three dots."""
    size = min(SIZE, SIZE * room / max(text_width(line, SIZE), 1))
    if size >= SMALLEST:
        return round(size, 2), line
    while line and text_width(line + "...", SMALLEST) > room:
        line = line[:-1]
    return SMALLEST, line + "..."


def qr_svg(url: str) -> bytes:
    """The same QR as on the page, as a picture for the screen."""
    out = io.BytesIO()
    segno.make_qr(url, error="m", mask=MASK).save(out, kind="svg", scale=4, border=2, light="#fff")
    return out.getvalue()
