"""Draw the visible part of a seal: a stamp, or lines of text in a thin frame, in the embedded mark font (PDF/A)."""

from __future__ import annotations

import io

from pypdf import PdfWriter

from docgen.errors import SignatureError
from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlays.overlay import TextMeasure, TextPen
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay
from docgen.render.stamps.decision import draw_stamp
from docgen.render.stamps.free_space import StampArea
from docgen.signer.model import Appearance
from wording import say

SIZE = 9.0  # points, the largest
SMALLEST = 3.0
LEADING = 1.35  # line heights
PADDING = 4.0  # points, from frame to text
SMALLEST_SIDE = 20.0  # points; a smaller box leaves no room within the padding


def draw(appearance: Appearance) -> bytes:
    """Return a one-page PDF of the box's size that shows the appearance. Raises SignatureError for a bad box."""
    left, bottom, right, top = appearance.box
    width, height = right - left, top - bottom
    if min(width, height) < SMALLEST_SIDE:
        raise SignatureError(
            say(
                "Kotak segel terlalu kecil ({width} x {height} pt). Pakai kotak paling kecil {least} x {least} pt.",
                width=f"{width:g}",
                height=f"{height:g}",
                least=f"{SMALLEST_SIDE:g}",
            )
        )
    writer = PdfWriter()
    page = writer.add_blank_page(width, height)
    lines = [printable(line) for line in appearance.lines]
    overlay = PypdfOverlay(writer, appearance.stamp.signs if appearance.stamp else "".join(lines))
    view = overlay.page_view(page)
    if appearance.stamp is not None:
        operators = draw_stamp(overlay, appearance.stamp, StampArea(0, 0, 0, width, height))
    else:
        operators = _operators(overlay, lines, width, height)
    overlay.mark(page, view, overlay.drawing(operators, view), subtype="Footer")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _operators(overlay: TextPen, lines: list[str], width: float, height: float) -> bytes:
    """Return operators for white ground, grey frame, and the lines as large as they fit, centred in height."""
    drawn = f"1 g 0 0 {width:.2f} {height:.2f} re f 0.4 G 0.6 w 0.5 0.5 {width - 1:.2f} {height - 1:.2f} re S 0 g\n"
    size = _size(overlay, lines, width - 2 * PADDING, height - 2 * PADDING)
    block = len(lines) * size * LEADING
    baseline = (height + block) / 2 - size
    text = b""
    for number, line in enumerate(lines):
        text += overlay.text(line, PADDING, baseline - number * size * LEADING, size)
    return drawn.encode("ascii") + text


def _size(overlay: TextMeasure, lines: list[str], width: float, height: float) -> float:
    widest = max((overlay.width(line, 1) for line in lines), default=1) or 1
    size = min(SIZE, width / widest, height / (LEADING * max(len(lines), 1)))
    if size < SMALLEST:
        raise SignatureError(
            "Tulisan segel tidak muat dalam kotaknya. Perbesar kotak segel di pengaturan, atau pendekkan tulisannya."
        )
    return round(size - 0.005, 2)  # rounded down: what was reckoned to fit must fit
