"""Print the security class of a letter at the top left of its pages: SR and R in red ink, T in black.

The rules on naskah dinas have the code of the class there (Perka ANRI 5/2021, Permendagri 1/2023): red for SR and R,
black for T and B. Decided here: it is printed on every page, because pages go astray one by one; B, which is open to
everybody, stands in the letter's number alone.
"""

from __future__ import annotations

from docgen.render.pdf.geometry import PageView
from docgen.render.pdf.overlays.overlay import TextPen
from docgen.render.pdf.paper import MM

LEFT = 30 * MM  # the text's margin
TOP = 7 * MM  # from the edge to the letters: ordinary printers cannot print the outer 5 mm
SIZE = 14.0
CAPITAL = 0.73  # height of a capital letter of the mark font, of its size
WEIGHT = 0.5  # points of the outline that makes the letters bold
INK = {"SR": b"0.75 0 0", "R": b"0.75 0 0", "T": b"0 0 0"}  # red, green and blue, from 0 to 1


def class_mark_operators(pen: TextPen, view: PageView, security: str) -> bytes:
    """Return operators that print the code of a class at the top left of a page; none for class B."""
    if security not in INK:
        return b""
    ink = INK[security]
    x, y = min(LEFT, view.width / 7), view.height - TOP - CAPITAL * SIZE
    shown = pen.text(security, x, y, SIZE)
    return b"q " + ink + b" rg " + ink + f" RG {WEIGHT} w 2 Tr\n".encode("ascii") + shown + b"Q\n"
