"""Read how the text of a Word file looks: size, weight and font, by its own properties and by its styles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from docgen.render.word.column_widths import TextStyle
from docgen.render.word.package import W, parse_xml

_TEXT, _BREAK, _RUN, _RUN_LOOK, _VALUE = (f"{W}{name}" for name in ("t", "br", "r", "rPr", "val"))
_STYLE = f"{W}pPr/{W}pStyle"
_PLAIN = TextStyle(None, False, "", "")


def style_and_text(paragraph: Any, styles_by_id: Mapping[str, TextStyle]) -> tuple[TextStyle, str]:
    """Return the look of a paragraph's first run, and the text of all its runs; "" for none.

    A run has its own look, completed by its paragraph's style, the styles that is based on, and the document's.
    """
    first, texts = None, []
    for node in paragraph.iter(_TEXT, _BREAK):
        run = node.getparent()
        if run.tag == _RUN:
            first = run if first is None else first
            texts.append((node.text or "") if node.tag == _TEXT else "\n")
    if first is None:
        return _PLAIN, ""
    style = paragraph.find(_STYLE)
    inherited = _inherited_style(style.get(_VALUE, "") if style is not None else "", styles_by_id)
    properties = first.find(_RUN_LOOK)
    if properties is None:
        return inherited, "".join(texts)
    own = _own_style(properties, "")
    look = TextStyle(own.size or inherited.size, own.bold or inherited.bold, own.font or inherited.font, "")
    return look, "".join(texts)


def _inherited_style(name: str, styles_by_id: Mapping[str, TextStyle]) -> TextStyle:
    size, bold, font = None, False, ""
    seen: set[str] = set()
    while name and name not in seen and name in styles_by_id:
        seen.add(name)
        style = styles_by_id[name]
        size, bold, font, name = size or style.size, bold or style.bold, font or style.font, style.base
    rest = styles_by_id.get("", TextStyle(20, False, "", ""))
    return TextStyle(size or rest.size or 20, bold, font or rest.font, "")


@lru_cache(maxsize=64)
def paragraph_styles(styles: bytes) -> dict[str, TextStyle]:
    """Return each paragraph style by its id; under "" the document's defaults."""
    if not styles:
        return {}
    tree = parse_xml(styles)
    styles_by_id = {"": _own_style(tree.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), "")}
    for style in tree.findall(f"{W}style"):
        if style.get(f"{W}type") == "paragraph":
            base = style.find(f"{W}basedOn")
            name = base.get(f"{W}val", "") if base is not None else ""
            styles_by_id[style.get(f"{W}styleId", "")] = _own_style(style.find(f"{W}rPr"), name)
    return styles_by_id


def _own_style(properties: Any, base: str) -> TextStyle:
    if properties is None:
        return TextStyle(None, False, "", base)
    size, fonts = properties.find(f"{W}sz"), properties.find(f"{W}rFonts")
    return TextStyle(
        int(float(size.get(f"{W}val", "0"))) or None if size is not None else None,
        properties.find(f"{W}b") is not None,
        fonts.get(f"{W}ascii", "") if fonts is not None else "",
        base,
    )


def resize(run: Any, half_points: int) -> None:
    """Set the font size of a run, at the index that the schema demands."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = etree.Element(f"{W}rPr")
        run.insert(0, properties)
    for name in ("sz", "szCs"):
        size = properties.find(f"{W}{name}")
        if size is None:
            size = etree.Element(f"{W}{name}")
            properties.insert(_index_for(properties, name), size)
        size.set(f"{W}val", str(half_points))


def _index_for(properties: Any, name: str) -> int:
    """Return the index of `sz` among run properties: before all that the schema puts after it."""
    later = ("highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang",
             "eastAsianLayout", "specVanish", "oMath", *(("szCs",) if name == "sz" else ()))  # fmt: skip
    tags = [f"{W}{name}" for name in later]
    return next((at for at, child in enumerate(properties) if child.tag in tags), len(properties))
