"""Draw QR codes in a unit square; one that differs little from the last costs little.

Which modules are dark follows from the bits of the text by exclusive or alone: packing, error correction (linear over
GF(2): ISO/IEC 18004, 7.5), placing and a fixed mask. So for texts of one length, each bit that differs turns over the
same modules, whatever the others are. The addresses of letters differ in their codes only, and what each of these bits
turns over is kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

import segno

MASK = 4  # trying all eight for each letter takes half of a stamp's time, and scans no better from a poor picture
_DARK = re.compile("1+")
_last: dict[int, tuple[str, int, int]] = {}  # by length: a text, its side in modules, and its modules as bits


def qr_drawing(text: str) -> bytes:
    """Return operators that draw the QR of a text in a unit square."""
    return _drawing(*_qr(text))


def drawing_of(code: segno.QRCode) -> bytes:
    """Return operators that draw a code in a unit square, as one path: it leaves no hairlines between the modules."""
    return _drawing(len(code.matrix), _bits(code))


def make_qr(text: str) -> segno.QRCode:
    """Return the QR of a text as all our pages show it."""
    return segno.make_qr(text, error="m", mask=MASK)


def _qr(text: str) -> tuple[int, int]:
    """Return the side of a text's QR in modules, and its modules as bits, row by row."""
    is_bytes = text.isascii() and sum(map(str.islower, text)) > 1  # in segno's choice of mode, whatever one bit is
    near = _last.get(len(text)) if is_bytes else None
    if near is None:
        code = make_qr(text)
        side, bits = len(code.matrix), _bits(code)
    else:
        other, side, bits = near
        for at, (sign, other_sign) in enumerate(zip(text.encode(), other.encode(), strict=True)):
            differing = sign ^ other_sign
            while differing:
                bit = differing & -differing
                bits ^= _turned(len(text), at, bit)
                differing ^= bit
    if is_bytes:
        _last[len(text)] = text, side, bits
    return side, bits


@lru_cache(maxsize=2048)
def _turned(length: int, at: int, bit: int) -> int:
    """Return the modules that turn over when one bit of a text of this length does: of the sign at this place."""
    text = "a" * length
    return _bits(make_qr(text)) ^ _bits(make_qr(text[:at] + chr(ord("a") ^ bit) + text[at + 1 :]))


def _bits(code: segno.QRCode) -> int:
    return int("".join("1" if module else "0" for row in code.matrix for module in row), 2)


def _drawing(side: int, bits: int) -> bytes:
    modules = f"{bits:0{side * side}b}"
    rows = (modules[start : start + side] for start in range(0, side * side, side))
    boxes = [
        f"{dark.start()} {side - 1 - row} {dark.end() - dark.start()} 1 re\n"
        for row, line in enumerate(rows)
        for dark in _DARK.finditer(line)
    ]
    return f"{1 / side:.6f} 0 0 {1 / side:.6f} 0 0 cm 0 g\n{''.join(boxes)}f\n".encode("ascii")
