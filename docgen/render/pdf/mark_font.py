"""Embed the font of all marks as PDF/A asks: only the characters a mark needs, the same bytes everywhere.

The letters are those of Arial (see fonts/LICENSE.txt), as the letter itself is printed in. A file gets printable ASCII
and whatever other signs its marks say, no more: every archived letter carries the font.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DocgenSans-Regular", "DocgenSans-Bold"
ASCII = "".join(chr(code) for code in range(32, 127))
MISSING = "\u25a1"  # stands for a sign that the font does not have: an emoji, a letter of another script
# What Western European text is written with: for those who do not know beforehand what they will write.
LATIN = "".join(chr(code) for code in range(0xA1, 0x100) if code != 0xAD) + "–—‘’‚“”„†‡•…‰‹›€™ŠšŽžŒœŸ"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories of signs that show nothing, or nothing that is known
_SELECTORS = range(0xFE00, 0xFE10)  # ask for another look of the sign before
_HYPHENS = str.maketrans("\u2010\u2011\u2012", "---")


@dataclass(frozen=True, eq=False)
class MarkFont:
    """A page that uses every sign, the names its fonts have there, and each sign's font (index), code and width."""

    page: bytes
    names: tuple[str, ...]
    codes: dict[str, tuple[int, int]]
    widths: dict[str, float]

    def width(self, text: str, size: float) -> float:
        """Return the width in points of `text` at `size` points."""
        return sum(self.widths[sign] for sign in self._signs(text)) * size / 1000

    def text(self, text: str, font: str, x: float, y: float, size: float) -> bytes:
        """Return operators that write a line starting at (x, y).

        `font` names the first font among the resources of the page; a second one, if any, has a 1 behind the name.
        """
        shown = "".join(self._shown(text, font, size))
        return f"BT {x:.2f} {y:.2f} Td {shown}ET\n".encode("ascii")

    def _shown(self, text: str, font: str, size: float) -> Iterator[str]:
        for index, signs in groupby(self._signs(text), key=lambda sign: self.codes[sign][0]):
            codes = bytes(self.codes[sign][1] for sign in signs)
            yield f"{resource(font, index)} {size:g} Tf {_literal(codes)} Tj "

    def _signs(self, text: str) -> Iterator[str]:
        for sign in printable(text):
            if sign in self.codes:
                yield sign
            else:
                spread = [part for part in unicodedata.normalize("NFKD", sign) if part in self.codes]
                yield from spread or [MISSING]


class MarkPen:
    """Measures and writes text in the mark font, which an overlay makes known to its drawings as /F."""

    def __init__(self, font: MarkFont) -> None:
        self.font = font

    def width(self, text: str, size: float) -> float:
        """Return the width in points of printable `text` at `size` points."""
        return self.font.width(text, size)

    def text(self, text: str, x: float, y: float, size: float) -> bytes:
        """Return operators that write printable `text` with its baseline starting at (x, y) points."""
        return self.font.text(text, "/F", x, y, size)


def resource(font: str, index: int) -> str:
    """Return the name under which font `index` of a MarkFont is known to a page."""
    return f"{font}{index or ''}"


def printable(text: str) -> str:
    """Return `text` in the signs that the font has, blanks made single.

    What shows nothing is left out; a sign that the font lacks becomes its plain letters, or else an empty square.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    known = _coverage()
    composed = unicodedata.normalize("NFC", " ".join(text.translate(_HYPHENS).split()))
    return "".join(_drawn(sign, known) for sign in composed)


def _drawn(sign: str, known: frozenset[str]) -> str:
    if sign in known:
        return sign
    category = unicodedata.category(sign)
    if category == "Mn" or category in _UNSEEN[:2] or ord(sign) in _SELECTORS:
        return ""
    spread = "".join(part for part in unicodedata.normalize("NFKD", sign) if part in known)
    return spread or MISSING


@lru_cache(maxsize=1)
def _coverage() -> frozenset[str]:
    """Return the signs that the font has and that show something."""
    signs = map(chr, _face().charToGlyph)
    return frozenset(sign for sign in signs if unicodedata.category(sign) not in ("Mn", *_UNSEEN))


def _face() -> Any:
    register_fonts()
    font: Any = pdfmetrics.getFont(REGULAR)
    return font.face


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make the fonts known to reportlab under REGULAR and BOLD."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf"), asciiReadable=True))


def mark_font(signs: str = "") -> MarkFont:
    """Return the font with printable ASCII and the signs of `signs` (already `printable`), made once."""
    return _built_font("".join(sorted(set(signs) - set(ASCII + MISSING))))


@lru_cache(maxsize=64)
def _built_font(signs: str) -> MarkFont:
    wanted = ASCII + MISSING + signs
    register_fonts()
    out = io.BytesIO()
    canvas: Any = Canvas(out, invariant=True, pageCompression=1)
    canvas.setFont(REGULAR, 7)
    canvas.drawString(0, 0, wanted)
    font: Any = pdfmetrics.getFont(REGULAR)
    codes = {}
    for sign in wanted:
        ((subset, code),) = font.splitString(sign, canvas._doc)
        codes[sign] = (int(subset), code[0] if isinstance(code, bytes) else ord(code))
    names = tuple(font.getSubsetInternalName(subset, canvas._doc) for subset in range(max(codes.values())[0] + 1))
    canvas.save()
    widths = {sign: float(font.face.getCharWidth(ord(sign))) for sign in codes}
    return MarkFont(out.getvalue(), names, codes, widths)


def fonts_of(font: MarkFont) -> list[Any]:
    """Return the fonts of a MarkFont, as references into its page, in their order."""
    page = PdfReader(io.BytesIO(font.page)).pages[0]
    fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
    return [fonts.raw_get(name) for name in font.names]


def _literal(codes: bytes) -> str:
    """Return a PDF string of these bytes: readable where they are ASCII."""
    if all(32 <= code < 127 for code in codes):
        text = codes.decode("ascii").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"({text})"
    return f"<{codes.hex()}>"
