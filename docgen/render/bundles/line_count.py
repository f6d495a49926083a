"""Count the lines that a text takes in a column, as LibreOffice sets Arial; used to predict page numbers."""

from __future__ import annotations

import re

from reportlab.pdfbase.pdfmetrics import stringWidth

FONT = "Helvetica"  # the widths of Arial and Liberation Sans
LINE = 1.15  # height of a line in sizes of the font
_BLANKS = re.compile(r"[ \t\n]+")  # a no-break space ends no line


def line_count(text: str, width: float, size: float) -> int:
    """Return the number of lines of `text` in a column `width` points wide at `size` points; a longer word is
    broken.
    """
    lines, room = 1, width
    blank = stringWidth(" ", FONT, size)
    for word in filter(None, _BLANKS.split(text)):
        for index, piece in enumerate(_pieces(word)):
            long = float(stringWidth(piece, FONT, size))
            gap = blank if index == 0 and room < width else 0.0
            if gap + long > room:
                if room < width:
                    lines += 1
                gap, room = 0.0, width
                while long > width:
                    lines += 1
                    long -= width
            room -= gap + long
    return lines


def _pieces(word: str) -> list[str]:
    """Split a word after each slash and hyphen."""
    pieces, begun = [], ""
    for sign in word:
        begun += sign
        if sign in "/-":
            pieces.append(begun)
            begun = ""
    return [*pieces, begun] if begun else pieces
