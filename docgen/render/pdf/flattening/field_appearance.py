"""Draw form fields whose value is not in their appearance, as viewers draw them."""

from __future__ import annotations

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from docgen.render.pdf.flattening.strokes import (
    AUTOMATIC,
    LEAST,
    MARGIN,
    array_of,
    dictionary_of,
    ellipse_in,
    font_of,
    form_of,
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

MULTILINE, PASSWORD, RADIO, PUSH_BUTTON, COMB = 1 << 12, 1 << 13, 1 << 15, 1 << 16, 1 << 24  # bits of /Ff


def draw_field(overlay: PypdfOverlay, widget: DictionaryObject, form: DictionaryObject) -> IndirectObject | None:
    """Return the drawing, in the page's own space, of a field's value; None for what shows none."""
    rect, kind = rect_of(widget), field_entry(widget, "/FT")
    if rect is None or rect[2] <= rect[0] or rect[3] <= rect[1]:
        return None
    if kind == "/Btn":
        operators = _button(widget, rect)
    elif kind in ("/Tx", "/Ch"):
        operators = _frame(widget, rect) + _value(widget, rect, form)
    else:
        return None
    return form_of(overlay, operators, 1.0) if operators else None


def field_entry(widget: DictionaryObject, key: str) -> Any:
    """Return an entry of a field, or of the fields it stands below; None where none has it."""
    node: Any = widget
    for _ in range(32):  # a circle would end here
        if key in node:
            return node[key]
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None
        if not isinstance(node, DictionaryObject):
            return None
    return None


def is_push_button(annotation: DictionaryObject) -> bool:
    """Return whether it is a button to press, which no paper has."""
    if annotation.get("/Subtype") != "/Widget" or field_entry(annotation, "/FT") != "/Btn":
        return False
    return bool(_flags(annotation) & PUSH_BUTTON)


def _button(widget: DictionaryObject, rect: Edges) -> bytes:
    """Return a box or a circle, and the mark in it where it is on."""
    flags = _flags(widget)
    if flags & PUSH_BUTTON:
        return b""
    value = widget.get("/AS") or field_entry(widget, "/V")
    drawn = _frame(widget, rect)
    if value is None or str(value).lstrip("/") in ("", "Off"):
        return drawn
    x, y, right, top = rect
    side = min(right - x, top - y)
    left, foot = (x + right - side) / 2, (y + top - side) / 2
    if flags & RADIO:
        dot = (left + side * 0.28, foot + side * 0.28, left + side * 0.72, foot + side * 0.72)
        return drawn + b"q 0 g " + ellipse_in(dot) + b"f Q\n"
    points = [left + side * 0.2, foot + side * 0.5, left + side * 0.42, foot + side * 0.24]
    points += [left + side * 0.82, foot + side * 0.8]
    return drawn + f"q 0 G {side * 0.12:.2f} w ".encode() + path_of(points) + b"S Q\n"


def _value(widget: DictionaryObject, rect: Edges, form: DictionaryObject) -> bytes:
    """Return the text of a field: of a choice what its list shows for it."""
    flags = _flags(widget)
    entry = field_entry(widget, "/V")
    texts = [str(text) for text in entry] if isinstance(entry, ArrayObject) else [words_of(entry)]
    if field_entry(widget, "/FT") == "/Ch":
        shown = _shown_choices(field_entry(widget, "/Opt"))
        texts = [shown.get(text, text) for text in texts]
    words = "\n".join(texts)
    if flags & PASSWORD and field_entry(widget, "/FT") == "/Tx":
        words = "*" * len(words)
    if not words.strip():
        return b""
    look = str(field_entry(widget, "/DA") or form.get("/DA") or "")
    size, colour = font_of(look)
    wrap = (bool(flags & MULTILINE) and field_entry(widget, "/FT") == "/Tx") or len(texts) > 1
    longest = int(number_of(field_entry(widget, "/MaxLen"), 0))
    if flags & COMB and longest and not wrap:
        return _combed(words, rect, size, colour, longest)
    if not size:
        size = AUTOMATIC if wrap else min(AUTOMATIC, max(LEAST, (rect[3] - rect[1] - 2 * MARGIN) / 1.15))
    return text_in(words, rect, size, colour, align=int(number_of(field_entry(widget, "/Q"), 0)), wrap=wrap)


def _combed(words: str, rect: Edges, size: float, colour: bytes, cells: int) -> bytes:
    x, y, right, top = rect
    cell = (right - x) / cells
    size = size or min(AUTOMATIC, (top - y) * 0.7, cell)
    drawn = b"q " + colour
    for index, sign in enumerate(printable(words)[:cells]):
        at = x + index * cell + (cell - text_width(sign, size)) / 2
        drawn += shown_text(sign, at, y + (top - y) / 2 - 0.36 * size, size)
    return drawn + b"Q\n"


def _frame(widget: DictionaryObject, rect: Edges) -> bytes:
    """Return operators for ground and border of a field."""
    look = dictionary_of(widget.get("/MK"))
    ground, border = set_colour(look.get("/BG"), stroke=False), set_colour(look.get("/BC"), stroke=True)
    width = width_of(widget)
    x, y, right, top = rect
    drawn = b"q " + ground + operands((x, y, right - x, top - y)) + b"re f Q\n" if ground else b""
    if border and width:
        edge = width / 2
        inner = operands((x + edge, y + edge, right - x - width, top - y - width))
        drawn += b"q " + border + f"{width:.2f} w ".encode() + inner + b"re S Q\n"
    return drawn


def _shown_choices(options: Any) -> dict[str, str]:
    shown: dict[str, str] = {}
    for option in array_of(options):
        entry = option.get_object()
        if isinstance(entry, ArrayObject) and len(entry) > 1:
            shown[str(entry[0])] = str(entry[1])
    return shown


def _flags(widget: DictionaryObject) -> int:
    return int(number_of(field_entry(widget, "/Ff"), 0))
