"""Print a line at the foot of every page of a derived copy, between the text and the verification band."""

from __future__ import annotations

from docgen.render.pdf.geometry import PageView
from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlay import TextPen
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pikepdf_overlay import draw_on_pages

LEFT = 30 * MM  # the text margins of an official letter
RIGHT = 20 * MM
BASELINE = 20.7 * MM  # between the band, which ends at 20 mm, and the text, which ends above 22 mm
SIZE = 5.5


def footnote(pdf: bytes, line: str) -> bytes:
    """Return the PDF with `line` in small print at the foot of every page, on one line however long it is.

    PDF/A and tagging stay. Raises PdfError when `pdf` cannot be read.
    """
    shown = printable(line)
    return draw_on_pages(pdf, lambda overlay, view: _line(overlay, view, shown), subtype="Footer", texts=shown)


def _line(overlay: TextPen, view: PageView, line: str) -> bytes:
    room = max(view.width - LEFT - RIGHT, view.width / 2)
    size = round(min(SIZE, SIZE * room / max(overlay.width(line, SIZE), 1)), 2)
    return b"0.25 g\n" + overlay.text(line, min(LEFT, view.width / 4), BASELINE, size)
