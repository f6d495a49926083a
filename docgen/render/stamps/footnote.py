"""Print a line at the foot of every page, between the text and the verification band, with a small logo before it.

It stands above the lines of the band, right of the quiet zone of the band's QR. What is there already (a catchword, a
decision's stamp) keeps its place: the line may take several lines where they are free on all pages, else it is one.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace

from PIL import Image, ImageChops

from docgen.errors import PdfError
from docgen.render.pdf.mark_font import mark_font, printable
from docgen.render.pdf.overlays.overlay import TextPen
from docgen.render.pdf.overlays.pikepdf_overlay import draw_on_pages
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_count, page_grey, page_size
from docgen.render.stamps.decision_text import wrap_text
from docgen.render.stamps.verification_band import CAPITAL, GAP, LEFT, QR, RIGHT

BEGIN = LEFT + QR + GAP  # as the lines of the band
LOW = 20.3 * MM  # above the band
HIGH = 24.8 * MM  # below the text, which ends above 25 mm
BELOW_STAMPS = 22.7 * MM  # the lowest of which begin at 23 mm
SIZES = (6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
DESCENT = 0.22
LEADING = 1.12  # of the size
LOGO_GAP = 1.2 * MM
WIDEST_LOGO = 14 * MM
LOOK = 100  # dpi at which free paper is looked for
WHITE = 250  # of 255: what is lighter leaves no trace
AWAY = 1.5 * MM  # from what is printed beside it
LEAST = 60 * MM  # with less room the line goes where a template should print nothing


@dataclass(frozen=True)
class _Layout:
    """The lines with their size and left end; width and height of the logo before them, 0 for none; the upper edge."""

    lines: tuple[str, ...]
    size: float
    left: float
    logo_width: float
    logo_height: float
    top: float

    @property
    def height(self) -> float:
        """Return the height of the lines in points, from the top of a capital letter to the lowest descender."""
        return ((len(self.lines) - 1) * LEADING + CAPITAL + DESCENT) * self.size

    @property
    def text_begin(self) -> float:
        """Return how far the text begins behind the logo's left edge, in points."""
        return self.logo_width + (LOGO_GAP if self.logo_width else 0)


def footnote(pdf: bytes, line: str, logo: bytes | None = None) -> bytes:
    """Return the PDF with `line` in small print at the foot of every page, whole however long it is.

    `logo` (PNG or JPEG) stands before it. PDF/A and tagging stay. Raises PdfError when `pdf` cannot be read.
    """
    shown = printable(line)
    picture = _opaque(logo) if logo else None
    layout = _fit(pdf, shown, picture.width / picture.height if picture else 0)
    return draw_on_pages(
        pdf,
        lambda overlay, _: _operators(overlay, layout),
        subtype="Footer",
        texts=shown,
        picture=picture,
    )


def prepare_for_signature(pdf: bytes, footer: str, logo: bytes | None = None) -> bytes:
    """Return a PDF as it is sent to be signed: with the office's footer and logo, if it has them. Raises PdfError."""
    return footnote(pdf, footer, logo) if footer or logo else pdf


def _operators(pen: TextPen, layout: _Layout) -> bytes:
    middle = (LOW + layout.top) / 2
    operators = b"0.25 g\n"
    if layout.logo_width:
        x, y = layout.left, middle - layout.logo_height / 2
        place = f"q {layout.logo_width:.2f} 0 0 {layout.logo_height:.2f} {x:.2f} {y:.2f} cm /D Do Q\n"
        operators = place.encode("ascii") + operators
    baseline = middle + layout.height / 2 - CAPITAL * layout.size
    for line in layout.lines:
        operators += pen.text(line, layout.left + layout.text_begin, baseline, layout.size)
        baseline -= LEADING * layout.size
    return operators


def _fit(pdf: bytes, line: str, shape: float) -> _Layout:
    """Return the largest lines that fit what is free on all pages; `shape` is the logo's width by its height."""
    font = mark_font(line)
    for top in (HIGH, BELOW_STAMPS):
        left, room = _free_stretch(pdf, top)
        layout = _Layout((), 0, left, *_logo_size(shape, top - LOW), top)
        for size in SIZES if room >= LEAST else ():
            lines = tuple(wrap_text(font, line, room - layout.text_begin, size))
            fitted = replace(layout, lines=lines, size=size)
            if fitted.height <= top - LOW:
                return fitted
    if room < LEAST:
        layout = replace(layout, left=BEGIN)
        room = page_size(pdf, 1)[0] - BEGIN - RIGHT
    size = min(SIZES[0], (room - layout.text_begin) / max(font.width(line, 1), 1))
    return replace(layout, lines=(line,), size=round(size, 2))


def _free_stretch(pdf: bytes, top: float) -> tuple[float, float]:
    """Return the left end and the width of the widest stretch between LOW and `top` that is free on every page."""
    columns: Image.Image | None = None
    for page in range(1, page_count(pdf) + 1):
        width, height = page_size(pdf, page)
        paper = page_grey(pdf, page, dpi=LOOK)
        edges = [round(edge * paper.width / width) for edge in (BEGIN, height - top, width - RIGHT, height - LOW)]
        left, upper, right, lower = edges
        ink = paper.crop((left, upper, max(right, left + 1), lower)).point(lambda light: 0 if light >= WHITE else 255)
        row = ink.resize((max(1, round((width - RIGHT - BEGIN) * LOOK / 72)), 1), Image.Resampling.BOX)
        if columns is not None:
            shared = (0, 0, min(row.width, columns.width), 1)
            row = ImageChops.lighter(row.crop(shared), columns.crop(shared))
        columns = row
    return _widest_gap(columns.tobytes() if columns else b"")


def _widest_gap(columns: bytes) -> tuple[float, float]:
    """Return left end and width in points of the widest run of columns without ink, apart from the ink around it."""
    gaps = [(gap.end() - gap.start(), gap.start()) for gap in re.finditer(rb"\0+", columns)]
    if not gaps:
        return BEGIN, 0.0
    length, start = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    before = AWAY if start else 0
    after = AWAY if start + length < len(columns) else 0
    return BEGIN + start * 72 / LOOK + before, length * 72 / LOOK - before - after


def _logo_size(shape: float, height: float) -> tuple[float, float]:
    """Return width and height of a logo that is at most so high; 0 for none."""
    if not shape:
        return 0.0, 0.0
    width = min(height * shape, WIDEST_LOGO)
    return width, width / shape


def _opaque(logo: bytes) -> Image.Image:
    """Return a picture on white, because transparency has rules of its own in PDF/A. Raises PdfError."""
    try:
        with Image.open(io.BytesIO(logo), formats=("PNG", "JPEG")) as picture:
            shown = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PdfError("Logo untuk kaki naskah tidak dapat dibaca. Unggah lagi gambarnya.") from error
    white = Image.new("RGB", shown.size, "white")
    white.paste(shown, mask=shown.getchannel("A"))
    return white
