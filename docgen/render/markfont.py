"""The font of a bundle's marks: printable ASCII and a dash, embedded as PDF/A asks, the same bytes everywhere."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import reportlab
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from docgen.render.overlay import plain

DASH = "\u2013"
_CODES = "".join(chr(code) for code in range(32, 127))


@dataclass(frozen=True)
class MarkFont:
    """A page that uses every sign of the font, the font's name there, and the code and width of each sign."""

    page: bytes
    name: str
    codes: dict[str, int]
    widths: dict[str, float]

    def width(self, text: str, size: float) -> float:
        """Width in points at `size` points."""
        return sum(self.widths[sign] for sign in self._signs(text)) * size / 1000

    def text(self, text: str, font: str, x: float, y: float, size: float) -> bytes:
        """Operators that write a line starting at (x, y); `font` is the font's name among the page's resources."""
        line = bytes(self.codes[sign] for sign in self._signs(text)).hex()
        return f"BT {font} {size:g} Tf {x:.2f} {y:.2f} Td <{line}> Tj ET\n".encode("ascii")

    def _signs(self, text: str) -> str:
        return "".join(sign if sign in self.codes else plain(sign) for sign in text)


@lru_cache(maxsize=1)
def mark_font() -> MarkFont:
    """The font, made once."""
    name = "DocgenBundel"
    pdfmetrics.registerFont(
        TTFont(name, str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), asciiReadable=True)
    )
    out = io.BytesIO()
    canvas: Any = Canvas(out, invariant=True, pageCompression=1)
    canvas.setFont(name, 7)
    canvas.drawString(0, 0, _CODES + DASH)
    font: Any = pdfmetrics.getFont(name)
    codes = {}
    for sign in _CODES + DASH:
        ((subset, code),) = font.splitString(sign, canvas._doc)
        if subset:
            raise RuntimeError("the mark's font no longer fits into one subset")
        codes[sign] = code[0] if isinstance(code, bytes) else ord(code)
    canvas.save()
    page = out.getvalue()
    fonts: Any = PdfReader(io.BytesIO(page)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    named = next(key for key, value in fonts.items() if "BitstreamVera" in value.get_object()["/BaseFont"])
    widths = {sign: font.face.getCharWidth(ord(sign)) for sign in codes}
    return MarkFont(page, str(named), codes, widths)
