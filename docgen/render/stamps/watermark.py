"""Print a word across every page of a copy (DRAF, SALINAN, BATAL, DIGANTI), and the reason in the upper margin."""

from __future__ import annotations

import math

from docgen.render.pdf.geometry import PageView
from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlays.overlay import TextMeasure, TextPen
from docgen.render.pdf.overlays.pikepdf_overlay import draw_on_pages
from docgen.render.pdf.paper import MM
from docgen.render.stamps.decision_text import wrap_text

SPAN = 0.6  # of the page's diagonal
LARGEST = 120.0  # points
OPACITY = 0.16  # the text beneath stays readable, also when a copier darkens it
CAPITAL = 0.73  # height of a capital letter of the mark font, of its size
LEFT, RIGHT = 30 * MM, 20 * MM  # the text margins of an official letter
TOP = 7 * MM  # baseline of the first small line below the upper edge; a page number stands from 13 mm on
BESIDE = 65 * MM  # kept free at the right of the second line, where a bundle counts its pages
SIZE = 7.0
LINES = 2  # a third would touch the letterhead
REST = " … (selengkapnya: riwayat naskah ini)"


def watermark(pdf: bytes, word: str, *, why: str = "") -> bytes:
    """Return the PDF with `word` from the lower left to the upper right of every page, in transparent grey.

    `why` stands in small print in the upper margin; what is too long for two lines points to where all of it is. A
    screen reader begins with the word and all of `why`.
    PDF/A and tagging stay. A signed PDF must be a derived copy before: its signatures would no longer be valid. Raises
    PdfError when `pdf` cannot be read.
    """
    return draw_on_pages(
        pdf,
        lambda overlay, view: word_operators(overlay, view, printable(word)) + _above(overlay, view, printable(why)),
        subtype="Watermark",
        texts=printable(word) + printable(why) + (REST if why else ""),
        opacity=OPACITY,
        spoken=printable(f"{word}. {why}") if why else "",
    )


def word_operators(overlay: TextPen, view: PageView, word: str) -> bytes:
    """Return operators that write the printable word along the diagonal, centred on the page, in a drawing of
    OPACITY.
    """
    diagonal = math.hypot(view.width, view.height)
    size = round(min(LARGEST, SPAN * diagonal / max(overlay.width(word, 1), 0.1)), 1)
    cosine, sine = view.width / diagonal, view.height / diagonal
    turned = f"{cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {view.width / 2:.2f} {view.height / 2:.2f} cm\n"
    text = overlay.text(word, -overlay.width(word, size) / 2, -CAPITAL * size / 2, size)
    return b"q /T gs 0 g " + turned.encode("ascii") + text + b"Q\n"


def _above(overlay: TextPen, view: PageView, why: str) -> bytes:
    """Return operators that write the reason above the text."""
    left, y = min(LEFT, view.width / 7), view.height - TOP
    lines = _fit_lines(overlay, why, view.width - left - min(RIGHT, view.width / 10))
    operators = b"".join(overlay.text(line, left, y - at * SIZE * 1.15, SIZE) for at, line in enumerate(lines))
    return b"q 0 g\n" + operators + b"Q\n" if lines else b""


def _fit_lines(overlay: TextMeasure, why: str, room: float) -> list[str]:
    """Return the reason in lines; one that is too long, up to where it still fits with the pointer to the rest."""
    lines = _lines(overlay, why, room)
    words = why.split(" ")
    while len(lines) > LINES and len(words) > 1:
        words.pop()
        lines = _lines(overlay, " ".join(words) + REST, room)
    return lines[:LINES]


def _lines(overlay: TextMeasure, text: str, room: float) -> list[str]:
    """Return a text in lines: the first fills the room, those below leave some beside them."""
    first = next(wrap_text(overlay, text, room, SIZE), "")
    below = max(room - BESIDE, room / 2)
    return [first, *wrap_text(overlay, text.removeprefix(first), below, SIZE)] if first else []
