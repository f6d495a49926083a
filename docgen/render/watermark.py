"""A word across every page of a copy: DRAF, SALINAN, BATAL, DIGANTIKAN."""

from __future__ import annotations

import math

from docgen.render.markfont import printable
from docgen.render.overlay import Overlay, View, mark_pages

SPAN = 0.6  # of the page's diagonal
LARGEST = 120.0  # points
OPACITY = 0.16  # the text beneath stays readable, also when a copier darkens it
CAPITAL = 0.73  # height of a capital letter of the mark font, of its size


def watermark(pdf: bytes, word: str) -> bytes:
    """The PDF with `word` from the lower left to the upper right of every page, in see-through grey.

    PDF/A and tagging stay. A signed PDF must be a derived copy before: its signatures would no longer be valid. Raises
    PdfError when `pdf` cannot be read.
    """
    return mark_pages(
        pdf,
        lambda overlay, seen: _across(overlay, seen, printable(word)),
        subtype="Watermark",
        said=word,
        opacity=OPACITY,
    )


def _across(overlay: Overlay, seen: View, word: str) -> bytes:
    """Operators that write the word along the diagonal, its middle on the middle of the page."""
    diagonal = math.hypot(seen.width, seen.height)
    size = round(min(LARGEST, SPAN * diagonal / max(overlay.width(word, 1), 0.1)), 1)
    cosine, sine = seen.width / diagonal, seen.height / diagonal
    turned = f"{cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {seen.width / 2:.2f} {seen.height / 2:.2f} cm\n"
    text = overlay.text(word, -overlay.width(word, size) / 2, -CAPITAL * size / 2, size)
    return b"q /T gs 0 g " + turned.encode("ascii") + text + b"Q\n"
