"""Draw annotations that have no appearance of their own, as viewers draw them.

Most programs leave an appearance with what they put on a page. Where there is none, each viewer makes its own; this is
docgen's, in the mark font, so that the same file looks the same on every machine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from pypdf.generic import DictionaryObject, IndirectObject

from docgen.render.pdf.flattening.strokes import (
    AUTOMATIC,
    LEAST,
    array_of,
    dashed,
    ellipse_in,
    font_of,
    form_of,
    number_list,
    number_of,
    operands,
    path_of,
    rect_of,
    set_colour,
    shown_text,
    text_in,
    text_width,
    width_of,
    words_of,
)
from docgen.render.pdf.geometry import Edges
from docgen.render.pdf.mark_font import printable
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay

_TAG = re.compile(r"<[^>]*>")


def draw_annotation(overlay: PypdfOverlay, annotation: DictionaryObject) -> IndirectObject | None:
    """Return the drawing, in the page's own space, of an annotation without appearance; None for what has none."""
    make = _DRAWN.get(str(annotation.get("/Subtype")))
    rect = rect_of(annotation)
    if make is None or rect is None:
        return None
    operators = make(annotation, rect)
    opacity = number_of(annotation.get("/CA"), 1.0)
    return form_of(overlay, operators, opacity) if operators else None


def _ink(annotation: DictionaryObject, rect: Edges) -> bytes:
    paths = [number_list(points, None) for points in array_of(annotation.get("/InkList"))]
    return _stroked(annotation, b"".join(path_of(path) for path in paths if path) + b"S\n", round_=True)


def _line(annotation: DictionaryObject, rect: Edges) -> bytes:
    ends = number_list(annotation.get("/L"), 4)
    if ends is None:
        return b""
    drawn = path_of(ends) + b"S\n"
    tips = [str(tip) for tip in array_of(annotation.get("/LE"))] or ["/None"]
    for at, tip in zip(((0, 1, 2, 3), (2, 3, 0, 1)), tips, strict=False):
        if "Arrow" in tip:
            drawn += _arrow(*(ends[index] for index in at), size=3 + 3 * width_of(annotation))
    return _stroked(annotation, drawn)


def _arrow(x: float, y: float, from_x: float, from_y: float, *, size: float) -> bytes:
    angle = math.atan2(from_y - y, from_x - x)
    tips = [(x + size * math.cos(angle + turn), y + size * math.sin(angle + turn)) for turn in (0.5, -0.5)]
    return path_of([*tips[0], x, y, *tips[1]]) + b"S\n"


def _square(annotation: DictionaryObject, rect: Edges) -> bytes:
    x, y, right, top = _inner(annotation, rect)
    path = f"{x:.2f} {y:.2f} {right - x:.2f} {top - y:.2f} re ".encode("ascii")
    return _painted(annotation, path)


def _circle(annotation: DictionaryObject, rect: Edges) -> bytes:
    return _painted(annotation, ellipse_in(_inner(annotation, rect)))


def _polygon(annotation: DictionaryObject, rect: Edges) -> bytes:
    points = number_list(annotation.get("/Vertices"), None)
    return _painted(annotation, path_of(points) + b"h ") if points else b""


def _polyline(annotation: DictionaryObject, rect: Edges) -> bytes:
    points = number_list(annotation.get("/Vertices"), None)
    return _stroked(annotation, path_of(points) + b"S\n") if points else b""


def _highlight(annotation: DictionaryObject, rect: Edges) -> bytes:
    colour = set_colour(annotation.get("/C"), stroke=False) or b"1 1 0 rg "
    drawn = b"".join(operands((x, y, right - x, top - y)) + b"re f\n" for x, y, right, top in _quads(annotation, rect))
    return b"q " + colour + drawn + b"Q\n"


def _underline(annotation: DictionaryObject, rect: Edges) -> bytes:
    return _ruled(annotation, rect, 0.08)


def _strikeout(annotation: DictionaryObject, rect: Edges) -> bytes:
    return _ruled(annotation, rect, 0.45)


def _ruled(annotation: DictionaryObject, rect: Edges, at: float) -> bytes:
    """Return a line through each piece of marked text, `at` of its height above its foot."""
    lines = [(x, y + (top - y) * at, right, y + (top - y) * at) for x, y, right, top in _quads(annotation, rect)]
    return _stroked(annotation, b"".join(path_of(line) + b"S\n" for line in lines))


def _quads(annotation: DictionaryObject, rect: Edges) -> list[Edges]:
    """Return the pieces of marked text as boxes: programs do not agree in which order the corners come."""
    points = number_list(annotation.get("/QuadPoints"), None) or []
    quads = [points[start : start + 8] for start in range(0, len(points) - 7, 8)]
    return [(min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])) for quad in quads] or [rect]


def _free_text(annotation: DictionaryObject, rect: Edges) -> bytes:
    words = words_of(annotation.get("/Contents")) or _TAG.sub("", words_of(annotation.get("/RC")))
    look = str(annotation.get("/DA") or "")
    size, colour = font_of(look)
    ground = set_colour(annotation.get("/C"), stroke=False)
    width = width_of(annotation)
    frame = operands((rect[0], rect[1], rect[2] - rect[0], rect[3] - rect[1])) + b"re "
    drawn = b"q " + ground + frame + b"f Q\n" if ground else b""
    if width and ("/BS" in annotation or "/Border" in annotation):
        drawn += b"q " + f"{width:.2f} w ".encode() + colour.upper() + frame + b"S Q\n"  # rg fills, RG strokes
    align = int(number_of(annotation.get("/Q"), 0))
    return drawn + text_in(words, rect, size or AUTOMATIC, colour, align=align, wrap=True)


def _stamp(annotation: DictionaryObject, rect: Edges) -> bytes:
    name = str(annotation.get("/Name") or "/Draft").lstrip("/#")
    word = "".join(f" {sign}" if sign.isupper() and at else sign for at, sign in enumerate(name)).upper()
    x, y, right, top = rect
    frame = operands((x + 1, y + 1, right - x - 2, top - y - 2)) + b"re S\n"
    room, high = right - x - 8, top - y - 8
    size = max(LEAST, min(high, room / max(text_width(printable(word), 1), 0.1)))
    middle = (x + (right - x - text_width(printable(word), size)) / 2, y + (top - y) / 2 - 0.36 * size)
    return b"q 0.7 0.1 0.1 RG 0.7 0.1 0.1 rg 2 w " + frame + shown_text(printable(word), *middle, size) + b"Q\n"


_DRAWN: Mapping[str, Callable[[DictionaryObject, Edges], bytes]] = {
    "/Ink": _ink,
    "/Line": _line,
    "/Square": _square,
    "/Circle": _circle,
    "/Polygon": _polygon,
    "/PolyLine": _polyline,
    "/Highlight": _highlight,
    "/Underline": _underline,
    "/Squiggly": _underline,
    "/StrikeOut": _strikeout,
    "/Redact": _square,
    "/FreeText": _free_text,
    "/Stamp": _stamp,
}


def _painted(annotation: DictionaryObject, path: bytes) -> bytes:
    """Return a closed path, filled with its inner colour and framed with its colour."""
    fill, width = set_colour(annotation.get("/IC"), stroke=False), width_of(annotation)
    line = set_colour(annotation.get("/C"), stroke=True) or (b"" if fill else b"0 G ")
    framed = bool(line) and width > 0
    if not fill and not framed:
        return b""
    act = b"B" if fill and framed else b"f" if fill else b"S"
    return b"q " + fill + line + f"{width:.2f} w ".encode() + dashed(annotation) + path + act + b" Q\n"


def _stroked(annotation: DictionaryObject, path: bytes, *, round_: bool = False) -> bytes:
    colour = set_colour(annotation.get("/C"), stroke=True) or b"0 G "
    joined = b"1 J 1 j " if round_ else b""
    return (
        b"q "
        + colour
        + f"{max(width_of(annotation), 0.5):.2f} w ".encode()
        + joined
        + dashed(annotation)
        + path
        + b"Q\n"
    )


def _inner(annotation: DictionaryObject, rect: Edges) -> Edges:
    spare = number_list(annotation.get("/RD"), 4) or [width_of(annotation) / 2] * 4
    return rect[0] + spare[0], rect[1] + spare[1], rect[2] - spare[2], rect[3] - spare[3]
