"""Read how a list of a letter is numbered, as the tag of a list has to say (ISO 32000-1, 14.8.5.5)."""

from __future__ import annotations

import re

from docgen.render.pdf.objects.raw_objects import RawPdf

_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf\s*\[?\s*<([0-9A-Fa-f]+)>")
_FONTS = re.compile(rb"/Font\s*(?:<<([^<>]*)>>|(\d+) 0 R)")
_RESOURCES = re.compile(rb"/Resources\s*(?:(\d+) 0 R|(?=<<))")
_CODE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]{4})>")
_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")


class LabelReader:
    """Reads the first sign of a label from a page's content, through the font that shows it."""

    def __init__(self, raw: RawPdf) -> None:
        self._raw = raw
        self._signs: dict[int, dict[int, str]] = {}  # by font
        self._fonts: dict[tuple[int, bytes], int] = {}

    def numbering(self, page: int, content: bytes, mark: int) -> bytes:
        """Return the name of the numbering whose label this mark is; None is that of bullets and what is unknown."""
        begin = content.find(b"<</MCID %d>>" % mark)
        shown = _SHOWN.search(content, begin, content.find(b"\nEMC", begin)) if begin >= 0 else None
        font = self._font(page, shown[1]) if shown else 0
        if shown is None or not font:
            return b"None"
        sign = self._signs_of(font).get(int(shown[2][: self._width(font)], 16), "")
        if sign.isdecimal():
            return b"Decimal"
        if not (sign.isascii() and sign.isalpha()):
            return b"None"
        if sign.islower():
            return b"LowerAlpha"
        return b"UpperRoman" if sign == "I" else b"UpperAlpha"

    def _font(self, page: int, name: bytes) -> int:
        if (page, name) not in self._fonts:
            self._fonts[page, name] = self._find_font(page, name)
        return self._fonts[page, name]

    def _find_font(self, page: int, name: bytes) -> int:
        head = self._raw.text_of(page)
        resources = _RESOURCES.search(head)
        text = self._raw.text_of(int(resources[1])) if resources and resources[1] else head
        fonts = _FONTS.search(text)
        if fonts is None:
            return 0
        entries = fonts[1] if fonts[1] is not None else self._raw.text_of(int(fonts[2]))
        match = re.search(rb"/%b (\d+) 0 R" % name, entries)
        return int(match[1]) if match else 0

    def _width(self, font: int) -> int:
        """Return the hexadecimal digits of one sign of a font."""
        return 4 if b"/Type0" in self._raw.text_of(font) else 2

    def _signs_of(self, font: int) -> dict[int, str]:
        if font not in self._signs:
            unicode = _UNICODE.search(self._raw.text_of(font))
            codes = _CODE.findall(self._raw.stream(int(unicode[1]))) if unicode else []
            self._signs[font] = {int(code, 16): chr(int(sign, 16)) for code, sign in codes}
        return self._signs[font]
