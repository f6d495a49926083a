"""Draw the picture of an electronic signature: who signed in which post, beside the office's own picture.

It looks like no handwriting, and it is no proof: that is the certificate behind it (PP 71/2019 Ps. 60(2)).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from docgen.render.pdf.mark_font import BOLD, FOLDER, REGULAR, printable

DPI = 300
LABEL = "Ditandatangani secara elektronik oleh:"
SHORT_LABEL = "TTE oleh:"  # where the other is too long for the smallest size
SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # points; the smallest is read at arm's length from ordinary print
LEADING = 1.18  # of the size
PAD = 2.5  # points from the frame to what it holds
GAP = 4.0  # points from the office's picture to the text
FRAME = 0.6  # points
LARGEST_SHARE = 0.35  # of the width, for the office's picture
NARROWEST = 15.0  # points for it; with less it is left out
INK, FRAME_INK, PAPER = (20, 20, 20), (120, 120, 120), (255, 255, 255)
_SHORTENED = "…"

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True)
class _Line:
    text: str
    face: str


def signature_picture(post: str, name: str, own: bytes | None, width: float, height: float) -> bytes:
    """Return the picture as PNG of 300 dpi for an area of `width` by `height` points, opaque.

    `own` is the office's picture (PNG or JPEG), which stands at the left. What does not fit in the smallest size is
    shortened: first the post, then the name, which are printed in the letter, too. The same arguments give the same
    bytes.
    """
    picture = Image.new("RGB", (_pixels(width), _pixels(height)), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=FRAME_INK, width=max(1, _pixels(FRAME)))
    left = PAD + FRAME
    beside = min(width * LARGEST_SHARE, width - 2 * left - GAP - _width(LABEL, REGULAR, SIZES[-1]))
    if own is not None and beside >= NARROWEST:
        left += _paste(picture, own, beside, height - 2 * (PAD + FRAME), left) + GAP
    room, high = width - left - PAD - FRAME, height - 2 * (PAD + FRAME)
    size, lines = _fit(printable(post), printable(name), room, high)
    y = (height - len(lines) * size * LEADING) / 2
    for line in lines:
        draw.text((_pixels(left), _pixels(y)), line.text, INK, _font(line.face, size))
        y += size * LEADING
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    return out.getvalue()


def _paste(picture: Image.Image, own: bytes, width: float, height: float, left: float) -> float:
    """Draw the office's picture in the middle of the height and return how wide it became, in points."""
    with Image.open(io.BytesIO(own), formats=("PNG", "JPEG")) as opened:
        logo = opened.convert("RGBA")
    scale = min(_pixels(width) / logo.width, _pixels(height) / logo.height)
    size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    logo = logo.resize(size, Image.Resampling.LANCZOS)
    picture.paste(logo, (_pixels(left), (picture.height - logo.height) // 2), logo)
    return logo.width * 72 / DPI


def _fit(post: str, name: str, room: float, height: float) -> tuple[float, list[_Line]]:
    """Return the largest size at which the text fits, and its lines; shortened where even the smallest is too large."""
    for size in SIZES:
        most = int(height / (size * LEADING))
        lines = list(_lines(post, name, room, size))
        if len(lines) <= most and all(_width(line.text, line.face, size) <= room for line in lines):
            return size, lines
    fits = _width(LABEL, REGULAR, size) <= room
    label = [_Line(LABEL if fits else _cut(SHORT_LABEL, REGULAR, room, size), REGULAR)]
    names = [_Line(line, BOLD) for line in _wrapped(name, BOLD, room, size)]
    names = _shortened(names, max(1, most - 1), room, size)
    posts = [_Line(line, REGULAR) for line in _wrapped(post, REGULAR, room, size)]
    rest = most - len(names)
    posts = _shortened(posts, rest - 1, room, size) if rest > 1 and post else []
    return size, [*(label if rest > 0 else []), *posts, *names]


def _lines(post: str, name: str, room: float, size: float) -> Iterator[_Line]:
    yield _Line(LABEL, REGULAR)  # on one line
    for text, face in ((post, REGULAR), (name, BOLD)):
        for line in _wrapped(text, face, room, size):
            yield _Line(line, face)


def _shortened(lines: Sequence[_Line], most: int, room: float, size: float) -> list[_Line]:
    """Return at most so many lines; the last says by an ellipsis that there were more."""
    if len(lines) <= most:
        return [_Line(_cut(line.text, line.face, room, size), line.face) for line in lines]
    *whole, last = lines[:most]
    return [*whole, _Line(_cut(f"{last.text}{_SHORTENED}", last.face, room, size), last.face)]


def _cut(text: str, face: str, room: float, size: float) -> str:
    """Return a text that fits the room, with an ellipsis where something is missing."""
    while _width(text, face, size) > room and len(text) > 1:
        text = f"{text.removesuffix(_SHORTENED)[:-1].rstrip()}{_SHORTENED}"
    return text


def _wrapped(text: str, face: str, room: float, size: float) -> Iterator[str]:
    """Break a text into lines at its blanks; a word that is wider than the room is a line of its own."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and _width(longer, face, size) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _width(text: str, face: str, size: float) -> float:
    """Return how wide a text is, in points."""
    return float(_font(face, size).getlength(text)) * 72 / DPI


@lru_cache(maxsize=32)
def _font(face: str, size: float) -> Font:
    return ImageFont.truetype(FOLDER / f"{face}.ttf", _pixels(size), layout_engine=ImageFont.Layout.BASIC)


def _pixels(points: float) -> int:
    return round(points * DPI / 72)
