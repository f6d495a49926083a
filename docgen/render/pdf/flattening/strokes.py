"""Draw lines, colours and text for annotations and form fields that give them as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from docgen.render.pdf.geometry import Edges, PageView
from docgen.render.pdf.mark_font import LATIN, mark_font, printable
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay

CIRCLE = 0.5523  # of the radius: where the control points of a quarter of a circle lie
LEAST, AUTOMATIC, LARGEST = 4.0, 12.0, 300.0  # sizes of a font, in points
MARGIN = 2.0
_ANYWHERE = PageView(0, 0, "")
_EVERYWHERE = (-14400.0, -14400.0, 14400.0, 14400.0)  # the largest page there is, on each side of the origin


def form_of(overlay: PypdfOverlay, operators: bytes, opacity: float) -> IndirectObject:
    """Add a drawing that is not cut at its edges, because ink may leave its rectangle; return its reference."""
    if opacity >= 1:
        return overlay.drawing(operators, _ANYWHERE, box=_EVERYWHERE)
    return overlay.drawing(b"/T gs " + operators, _ANYWHERE, opacity=opacity, box=_EVERYWHERE)


def text_width(text: str, size: float) -> float:
    """Return the width in points of a line of words."""
    return mark_font(LATIN).width(text, size)


def shown_text(text: str, x: float, y: float, size: float) -> bytes:
    """Return operators that write a line of words with its baseline starting at (x, y)."""
    return mark_font(LATIN).text(text, "/F", x, y, size)


def text_in(words: str, rect: Edges, size: float, colour: bytes, *, align: int, wrap: bool) -> bytes:
    """Return lines of words in a box; smaller where they would not fit in, for nothing typed may be cut off."""
    x, y, right, top = rect
    room, high = max(right - x - 2 * MARGIN, 1), max(top - y - MARGIN, 1)
    lines = _lines(words, room, size, wrap)
    while size > LEAST and (
        len(lines) * size * 1.15 > high + size * 0.4 or any(text_width(line, size) > room for line in lines)
    ):
        size = max(LEAST, size * 0.94)
        lines = _lines(words, room, size, wrap)
    at = top - MARGIN - size * 0.86 if wrap else y + (top - y) / 2 - 0.36 * size
    drawn = b"q " + colour
    for line in lines:
        spare = room - text_width(line, size)
        drawn += shown_text(line, x + MARGIN + {1: spare / 2, 2: spare}.get(align, 0), at, round(size, 2))
        at -= size * 1.15
    return drawn + b"Q\n"


def _lines(words: str, room: float, size: float, wrap: bool) -> list[str]:
    paragraphs = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not wrap:
        return [printable(" ".join(paragraphs))]
    lines: list[str] = []
    for paragraph in paragraphs:
        line = ""
        for word in printable(paragraph).split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def set_colour(entry: Any, *, stroke: bool) -> bytes:
    """Return operators that set a colour; "" for none (a transparent one)."""
    numbers = number_list(entry, None) or []
    operator = {1: b"G", 3: b"RG", 4: b"K"}.get(len(numbers))
    return operands(numbers) + (operator if stroke else operator.lower()) + b" " if operator else b""


def font_of(look: str) -> tuple[float, bytes]:
    """Return the size (0: automatic) and the colour that a default appearance sets."""
    words, size, colour = look.split(), 0.0, b"0 g "
    for at, word in enumerate(words):
        count = {"g": 1, "rg": 3, "k": 4}.get(word)
        if word == "Tf" and at:
            size = abs(_parsed(words[at - 1]))
        elif count and at >= count:
            colour = operands([_parsed(one) for one in words[at - count : at]]) + word.encode() + b" "
    return min(size, LARGEST), colour


def _parsed(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0


def path_of(numbers: Sequence[float]) -> bytes:
    """Return lines from point to point; a single point is a dot."""
    points = [(numbers[at], numbers[at + 1]) for at in range(0, len(numbers) - 1, 2)]
    if len(points) == 1:
        points *= 2
    return b"".join(operands(point) + (b"l " if at else b"m ") for at, point in enumerate(points))


def ellipse_in(box: Edges) -> bytes:
    """Return the path of an ellipse that fills a box."""
    x, y, right, top = box
    middle, centre = (x + right) / 2, (y + top) / 2
    across, up = (right - x) / 2 * CIRCLE, (top - y) / 2 * CIRCLE
    curves = (
        (right, centre + up, middle + across, top, middle, top),
        (middle - across, top, x, centre + up, x, centre),
        (x, centre - up, middle - across, y, middle, y),
        (middle + across, y, right, centre - up, right, centre),
    )
    return f"{right:.2f} {centre:.2f} m ".encode() + b"".join(operands(curve) + b"c " for curve in curves)


def operands(numbers: Sequence[float]) -> bytes:
    """Return numbers as a content stream has them before an operator."""
    return b"".join(f"{number:.3f} ".encode("ascii") for number in numbers)


def rect_of(annotation: DictionaryObject) -> Edges | None:
    """Return the rectangle of an annotation, upright; None where it has none."""
    numbers = number_list(annotation.get("/Rect"), 4)
    if numbers is None:
        return None
    (left, right), (bottom, top) = sorted(numbers[::2]), sorted(numbers[1::2])
    return left, bottom, right, top


def words_of(entry: Any) -> str:
    """Return a value as text; long ones may be kept in a stream."""
    if entry is None:
        return ""
    value = entry.get_object()
    data = getattr(value, "get_data", None)
    return data().decode("utf-8", "replace") if data is not None else str(value)


def number_list(entry: Any, count: int | None) -> list[float] | None:
    """Return the numbers of an array; None if it is no array of numbers, or has not `count` of them."""
    array = entry.get_object() if entry is not None else None
    if not isinstance(array, ArrayObject) or (count is not None and len(array) != count):
        return None
    numbers = [one.get_object() for one in array]
    return [float(one) for one in numbers] if all(isinstance(one, (int, float)) for one in numbers) else None


def number_of(entry: Any, default: float) -> float:
    """Return a number of a PDF; `default` where it is none."""
    value = entry.get_object() if hasattr(entry, "get_object") else entry
    return float(value) if isinstance(value, (int, float)) else default


def array_of(entry: Any) -> ArrayObject:
    """Return an array of a PDF; an empty one where it is none."""
    value = entry.get_object() if entry is not None else None
    return value if isinstance(value, ArrayObject) else ArrayObject()


def dictionary_of(entry: Any) -> DictionaryObject:
    """Return a dictionary of a PDF; an empty one where it is none."""
    value = entry.get_object() if entry is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def width_of(annotation: DictionaryObject) -> float:
    """Return the width of an annotation's lines in points; 1 where it says none."""
    if "/BS" in annotation:
        return number_of(dictionary_of(annotation["/BS"]).get("/W"), 1.0)
    border = array_of(annotation.get("/Border"))
    return number_of(border[2], 1.0) if len(border) > 2 else 1.0


def dashed(annotation: DictionaryObject) -> bytes:
    """Return operators that set the dashes of an annotation's lines; "" for whole lines."""
    found = dictionary_of(annotation.get("/BS"))
    if found.get("/S") != "/D":
        return b""
    dashes = number_list(found.get("/D"), None) or [3]
    return b"[" + operands(dashes) + b"] 0 d " if any(one > 0 for one in dashes) else b""
