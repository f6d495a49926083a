"""Print the verification band in the bottom margin of every page: number, code and a QR to the verification page.

The QR is the same on all pages, so a small mark at the other end says which page it is, for a scan to be sorted by: a
Micro QR, which the readers in telephones pass over, so that whoever scans a letter only ever opens the verification.
The word beside it tells people that it is not the one to scan.

The band says where a reader can check the document. It is no electronic signature and does not look like one: a
pasted QR is not a certified signature (PP 71/2019 Ps. 60(2)).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

from docgen.errors import PdfError
from docgen.indonesian import UNNUMBERED
from docgen.render.pdf.geometry import PageView
from docgen.render.pdf.mark_font import mark_font, printable
from docgen.render.pdf.objects.pdf_file import pdf_errors, require_pdf
from docgen.render.pdf.objects.raw_objects import RawPdf
from docgen.render.pdf.overlays.overlay import Drawing, Overlay, Page, TextMeasure, TextPen
from docgen.render.pdf.overlays.pikepdf_overlay import PikepdfOverlay
from docgen.render.pdf.overlays.raw_overlay import RawOverlay
from docgen.render.pdf.paper import MM
from docgen.render.stamps.catchword import catchword_operators
from docgen.render.stamps.class_mark import class_mark_operators
from docgen.render.stamps.qr_code import drawing_of, make_qr, qr_drawing
from docgen.render.stamps.watermark import OPACITY, word_operators
from wording import say

NO_NUMBER = "Tanpa nomor"
LEFT = 30 * MM  # the text margins of an official letter
RIGHT = 20 * MM
BOTTOM = 6 * MM  # ordinary printers cannot print the outer 5 mm
QR = 14 * MM  # with its quiet zone it ends below 22 mm, the part of the page that templates keep free
MARK = 11 * MM  # 15 modules of 0.73 mm; the quiet zone of 2 modules around it stays within the height of the QR
WORD_AWAY = 4 / 15 * MARK  # from the mark: nearer than twice its quiet zone, a poor picture is read askew
MARK_GAP = 6 * MM  # from the text to the mark, with the word between them
WORD_WIDTH = 6 * MM
# ARSIP, 24 wide and 6 high, in lines: written in letters, the word would be found by a search on every page.
ARSIP = (
    "0 0 m 2 6 l 4 0 l 0.8 2 m 3.2 2 l 6 0 m 6 6 l 9 6 l 10 5 l 10 4 l 9 3 l 6 3 l 8 3 m 10 0 l "
    "16 5 m 15 6 l 13 6 l 12 5 l 12 4 l 13 3 l 15 3 l 16 2 l 16 1 l 15 0 l 13 0 l 12 1 l "
    "18 0 m 18 6 l 20 0 m 20 6 l 23 6 l 24 5 l 24 4 l 23 3 l 20 3 l"
)
GAP = 3 * MM  # from QR to text; the quiet zone of 4 modules is narrower from version 1 (21 modules) up
SIZE = 7.0
SMALLEST = 4.0
LEADING = 10.0
CAPITAL = 0.73  # height of a capital letter of the mark font, of its size
GREY = b"0.25 g\n"
MARK_MASK = 2
# A band's own drawing on one page, as `_counter` writes it and as it was written before: the page mark, then the count.
_COUNTER = re.compile(
    rb"(?P<placed>/D Do\nq [\d. ]+ cm\n)(?:[^Q]*?f\n)(?P<between>Q\n[\d. ]+g\n)"
    rb"(?P<show>BT (?:/F [\d.]+ Tf )?(?P<x>[\d.]+) [\d.]+ Td (?:/F [\d.]+ Tf )?)"
    rb"\(Halaman (?P<number>\d+) dari (?P<pages>\d+)\)(?P<rest> Tj ET\n.*)",  # a catchword may follow
    re.DOTALL,
)
LONGEST_URL = 200  # signs; a longer one makes the modules of the QR too small to scan from paper


@dataclass(frozen=True)
class StampedPdf:
    """A stamped PDF and its number of pages; `bands` is the text of the band on each."""

    data: bytes
    pages: int
    bands: Sequence[str] = ()


@dataclass(frozen=True)
class Band:
    """The text of the band: the letter's number, code and verification address, and the office (may be empty).

    `security` is the letter's class, printed at the head of the same pages.
    """

    number: str
    code: str
    url: str
    office: str = ""
    security: str = "B"

    @property
    def lines(self) -> list[str]:
        """Return the lines beside the QR."""
        address = self.url.split("://", 1)[-1]
        lines = [self.number_line, f"Verifikasi: {address}", f"Kode {grouped(self.code)}"]
        return [printable(line) for line in ([self.office, *lines] if self.office else lines)]

    @property
    def number_line(self) -> str:
        """Return the line with the number, or that there is none."""
        return NO_NUMBER if self.number == UNNUMBERED else f"Nomor {self.number}"

    @property
    def signs(self) -> str:
        """Return all characters that are printed, for the font."""
        return "".join([*self.lines, *([self.security] if self.security != "B" else [])])

    def qr(self) -> bytes:
        """Return the drawing of the QR, in a unit square. Raises PdfError for an address that is too long."""
        if len(self.url) > LONGEST_URL:
            raise PdfError(
                say(
                    "Alamat verifikasi terlalu panjang untuk kode QR ({count} huruf, paling banyak {most}).",
                    count=len(self.url),
                    most=LONGEST_URL,
                )
            )
        return qr_drawing(self.url)


def stamp_band(
    pdf: bytes,
    *,
    number: str,
    code: str,
    url: str,
    office: str = "",
    catchwords: Sequence[str] = (),
    security: str = "B",
    watermark: str = "",
) -> StampedPdf:
    """Print the verification band on every page: QR of `url`, office, number, address, code, "Halaman n dari N",
    and the Micro QR of "n/N". `catchwords` are printed above it, one for each page, "" for none; the code of a
    `security` class other than B at the head; `watermark`, a word as `watermark.watermark` writes it, across the page.

    The bottom 2.2 cm of every page, as it is seen (/Rotate and CropBox counted), must be free. PDF/A, tagging, XMP
    and Info stay as they are; the same input gives the same bytes. Raises PdfError when `pdf` cannot be read or
    `url` is longer than 200 signs.
    """
    band, word = Band(number, code, url, office, security), printable(watermark)
    qr = band.qr()
    require_pdf(pdf)
    closed = [security] if security != "B" else []
    identity = "\0".join([number, code, url, office, *closed, *filter(None, [*catchwords, word])]).encode()
    signs = band.signs + "".join(catchwords) + word
    revision = hashlib.sha256(pdf + b"\0" + identity).digest()[:16]
    try:
        raw = RawOverlay(RawPdf(pdf), signs)
        _draw_bands(raw, qr, band, catchwords, word)
        raw.make_accessible()
        return StampedPdf(raw.to_bytes(revision), len(raw.pages), _texts(band, len(raw.pages)))
    except PdfError:  # not fresh from LibreOffice
        overlay = PikepdfOverlay(pdf, signs)
        with pdf_errors():
            _draw_bands(overlay, qr, band, catchwords, word)
            return StampedPdf(overlay.to_bytes(revision), len(overlay.pages), _texts(band, len(overlay.pages)))


def _texts(band: Band, pages: int) -> list[str]:
    """Return the text of the band on each of so many pages."""
    shared = "\n".join(band.lines)
    return [f"{shared}\n{page_line(page, pages)}" for page in range(1, pages + 1)]


def _draw_bands(
    overlay: Overlay[Page, Drawing], qr: bytes, band: Band, catchwords: Sequence[str], watermark: str
) -> None:
    """Draw the band, and the word across the page, on every page. Raises PdfError."""
    bands: dict[PageView, Drawing] = {}
    pages, lines = len(overlay.pages), band.lines
    views = [overlay.page_view(page) for page in overlay.pages]
    for index, (page, view) in enumerate(zip(overlay.pages, views, strict=True), start=1):
        if view not in bands:
            shared = _band(overlay, view, qr, lines)
            if watermark:
                shared += word_operators(overlay, view, watermark)
            bands[view] = overlay.drawing(shared, view, opacity=OPACITY if watermark else None)
        operators = _counter(overlay, view, index, pages, len(lines))
        if word := (catchwords[index - 1] if catchwords else ""):
            operators += catchword_operators(overlay, view, word)
        operators += class_mark_operators(overlay, view, band.security)
        overlay.mark(page, view, overlay.drawing(operators, view, inner=bands[view]), subtype="Footer")


def draw_band_on_page(overlay: Overlay[Page, Drawing], page: Page, band: Band, number: int, pages: int) -> None:
    """Draw the band on a page that is added to a letter as page `number` of `pages`. Raises PdfError."""
    view = overlay.page_view(page)
    lines = band.lines
    inner = overlay.drawing(_band(overlay, view, band.qr(), lines), view)
    counter = _counter(overlay, view, number, pages, len(lines))
    counter += class_mark_operators(overlay, view, band.security)
    overlay.mark(page, view, overlay.drawing(counter, view, inner=inner), subtype="Footer")


def update_page_count(overlay: PikepdfOverlay, pages: int) -> None:
    """Change the page count in the bands of a letter's pages to `pages`; drawings that are no band of ours stay."""
    for page in overlay.pages:
        overlay.rewrite_marks(page, lambda operators: _with_page_count(operators, pages))


def _with_page_count(operators: bytes, pages: int) -> bytes:
    """Return a band's drawing with another page count and page mark; any other drawing as it is."""
    match = _COUNTER.fullmatch(operators)
    if match is None:
        return operators
    number = int(match["number"])
    text = page_line(number, pages)
    longer = mark_font().width(text, SIZE) - mark_font().width(page_line(number, int(match["pages"])), SIZE)
    x = f"{float(match['x']) - longer:.2f}".encode("ascii")
    before, between = match["placed"] + _mark_drawing(number, pages), match["between"]
    count = match["show"].replace(match["x"] + b" ", x + b" ", 1)
    return before + between + count + f"({text})".encode("ascii") + match["rest"]


def code_drawing(url: str, x: float, y: float, side: float) -> bytes:
    """Return operators that draw the QR of `url`, `side` points wide, its lower left corner at (x, y)."""
    return _scaled_to(qr_drawing(url), x, y, side)


def grouped(code: str) -> str:
    """Return the code in groups of four, to be typed in; unchanged if its length is no multiple of four."""
    fours = [code[start : start + 4] for start in range(0, len(code), 4)]
    return "-".join(fours) if len(code) % 4 == 0 else code


def _band(overlay: TextPen, view: PageView, qr: bytes, lines: list[str]) -> bytes:
    """Return the drawing that all pages of one size share: the QR at the left margin, and the lines beside it."""
    left, _ = _margins(view)
    operators = _scaled_to(qr, left, BOTTOM, QR) + GREY
    x = left + QR + GAP
    for line, y in zip(lines, _baselines(len(lines)), strict=True):
        size, text = _fit_text(overlay, line, _text_end(view) - x)
        operators += overlay.text(text, x, y, size)
    return operators + _mark_word(view)


def _mark_word(view: PageView) -> bytes:
    """Return operators that draw ARSIP upwards before the page mark, clear of its quiet zone."""
    x, y = view.width - _margins(view)[1] - MARK - WORD_AWAY, BOTTOM + (QR - WORD_WIDTH) / 2
    scale = WORD_WIDTH / 24
    return f"q 0 {scale:.3f} {-scale:.3f} 0 {x:.2f} {y:.2f} cm 0.25 G 0.9 w 1 j 1 J {ARSIP} S Q\n".encode("ascii")


def _counter(overlay: TextPen, view: PageView, page: int, pages: int, lines: int) -> bytes:
    """Return operators for the shared band, the page mark at the right margin, and the page count beside it."""
    end = _text_end(view)
    operators = (
        b"/D Do\n" + _scaled_to(_mark_drawing(page, pages), end + MARK_GAP, BOTTOM + (QR - MARK) / 2, MARK) + GREY
    )
    text = page_line(page, pages)
    count = overlay.text(text, end - overlay.width(text, SIZE), _baselines(lines)[-1], SIZE)
    return operators + count


def page_line(page: int, pages: int) -> str:
    """Return the line of the page count."""
    return f"Halaman {page} dari {pages}"


def page_mark(page: int, pages: int) -> segno.QRCode:
    """Return the Micro QR of "n/N": always size M3, whose 11 signs (level M) hold five digits of each number."""
    return segno.make_micro(f"{page}/{pages}", version="M3", error="m", mask=MARK_MASK)


@lru_cache(maxsize=1024)
def _mark_drawing(page: int, pages: int) -> bytes:
    return drawing_of(page_mark(page, pages))


def _scaled_to(unit: bytes, x: float, y: float, side: float) -> bytes:
    """Return the drawing of a unit square, `side` points wide, its lower left corner at (x, y)."""
    return f"q {side:.2f} 0 0 {side:.2f} {x:.2f} {y:.2f} cm\n".encode("ascii") + unit + b"Q\n"


def _text_end(view: PageView) -> float:
    """Return the right end of the text, in points from the left edge of the page."""
    return view.width - _margins(view)[1] - MARK - MARK_GAP


def _margins(view: PageView) -> tuple[float, float]:
    """Return the left and right margin; narrower on a page smaller than A4."""
    return min(LEFT, view.width / 7), min(RIGHT, view.width / 10)


def _baselines(lines: int) -> list[float]:
    """Return each line's baseline from the top, in points above the page's lower edge, centred on the QR."""
    height = (lines - 1) * LEADING + CAPITAL * SIZE
    lowest = BOTTOM + (QR - height) / 2
    return [lowest + (lines - 1 - line) * LEADING for line in range(lines)]


def _fit_text(overlay: TextMeasure, line: str, room: float) -> tuple[float, str]:
    """Return the font size at which the line fits, and the line, cut with "..." if the smallest size is too large."""
    size = min(SIZE, SIZE * room / max(overlay.width(line, SIZE), 1))
    if size >= SMALLEST:
        return round(size, 2), line
    while line and overlay.width(line + "...", SMALLEST) > room:
        line = line[:-1]
    return SMALLEST, line + "..."


def qr_svg(url: str) -> bytes:
    """Return the same QR as on the page, as SVG for the screen."""
    out = io.BytesIO()
    make_qr(url).save(out, kind="svg", scale=4, border=2, light="#fff")
    return out.getvalue()
