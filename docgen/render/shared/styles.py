"""Take over the styles of shared parts into a template, so that a part looks the same in every letter.

A style that the template has just so serves both. One that looks otherwise there, or is not there, is added, under
another name if need be; what it is based on, down to the defaults of its own document, comes along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import count
from typing import Any

from lxml import etree

from docgen.render.shared.part_file import PartFile
from docgen.render.word.package import W
from docgen.render.word.paragraphs import paragraph_property

_VALUE, _ID, _NAME, _BASE = f"{W}val", f"{W}styleId", f"{W}name", f"{W}basedOn"
_STYLE, _DEFAULTS, _IS_DEFAULT, _TYPE = f"{W}style", f"{W}docDefaults", f"{W}default", f"{W}type"
REFERENCES = (f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
# What does not change how a text looks, and is not taken over.
_LEFT_OUT = tuple(
    f"{W}{name}"
    for name in (
        *("next", "link", "autoRedefine", "aliases", "uiPriority", "semiHidden", "unhideWhenUsed", "locked", "rsid"),
        *("personal", "personalCompose", "personalReply"),
    )
)
_PLAIN = {"before": "0", "after": "0", "line": "240", "lineRule": "auto"}  # spacing where a document says nothing


class MergedStyles:
    """The styles of a template (the root of word/styles.xml), to which those of shared parts are added."""

    def __init__(self, tree: Any, list_number: Callable[[PartFile, str], str]) -> None:
        """Begin with these styles; `list_number` gives the number of a part's list in the template."""
        self._tree = tree
        self._list_number = list_number
        self._own = {_key(style): style for style in tree.iterfind(_STYLE)}
        self._ids: dict[tuple[str, str], str] = {}  # by shared part and its own id

    def take_over(self, part: PartFile, blocks: Iterable[Any]) -> None:
        """Give the blocks of a shared part styles of the template. Changes blocks and styles."""
        if part.styles is None:
            return
        default, own_default = _default_id(part.styles), _default_id(self._tree)
        for block in blocks:
            for element in block.iter(*REFERENCES):
                element.set(_VALUE, self._id(part, element.get(_VALUE)))
            for paragraph in block.iter(f"{W}p"):
                if default and paragraph.find(f"{W}pPr/{W}pStyle") is None:
                    id = self._id(part, default)
                    if id != own_default:
                        paragraph_property(paragraph, "pStyle").set(_VALUE, id)

    def _id(self, part: PartFile, id: str) -> str:
        """Return the id that a style of a shared part has in the template, where it is added if need be."""
        if (part.name, id) not in self._ids:
            style = next((style for style in part.styles.iterfind(_STYLE) if style.get(_ID) == id), None)
            self._ids[part.name, id] = id  # ends a circle of styles
            if style is not None:
                self._ids[part.name, id] = self._merged(part, style)
        return self._ids[part.name, id]

    def _merged(self, part: PartFile, style: Any) -> str:
        base = style.find(_BASE)
        base_id = self._id(part, base.get(_VALUE)) if base is not None else self._root_id(part, style)
        style = _bare(style)
        for number in style.iter(f"{W}numId"):
            number.set(_VALUE, self._list_number(part, number.get(_VALUE)))
        own = self._own.get(_key(style))
        if own is not None and _base_id(own) == base_id and _look(own) == _look(style):
            return str(own.get(_ID))
        return self._add(style, base_id)

    def _root_id(self, part: PartFile, style: Any) -> str:
        """Return what a style is based on that names no other: the defaults of its document, where they differ."""
        defaults, own = part.styles.find(_DEFAULTS), self._tree.find(_DEFAULTS)
        if _text(defaults) == _text(own) or style.get(_TYPE) != "paragraph":
            return ""
        if (part.name, "") not in self._ids:
            self._ids[part.name, ""] = self._add(_defaults_as_style(defaults, part.name), "")
        return self._ids[part.name, ""]

    def _add(self, style: Any, base_id: str) -> str:
        names = {name for _, name in self._own}
        ids = {own.get(_ID) for own in self._own.values()}
        name = style.find(_NAME)
        name.set(_VALUE, _free(name.get(_VALUE), names, key=str.lower))
        id = _free(style.get(_ID), ids)
        style.set(_ID, id)
        if base_id:
            base = style.find(_BASE)
            if base is None:
                base = etree.Element(_BASE)
                name.addnext(base)
            base.set(_VALUE, base_id)
        self._own[_key(style)] = style
        self._tree.append(style)
        return id


def _bare(style: Any) -> Any:
    """Return a copy of a style without what does not change how it looks; it has a name."""
    style = deepcopy(style)
    style.attrib.pop(_IS_DEFAULT, None)
    for element in [child for child in style if child.tag in _LEFT_OUT]:
        style.remove(element)
    if style.find(_NAME) is None:
        name = etree.Element(_NAME)
        name.set(_VALUE, style.get(_ID))
        style.insert(0, name)
    return style


def _defaults_as_style(defaults: Any, name: str) -> Any:
    """Return a paragraph style that looks as the defaults of a document do."""
    style = etree.Element(_STYLE, {_TYPE: "paragraph", f"{W}customStyle": "1", _ID: f"Bagian{name}"})
    etree.SubElement(style, _NAME).set(_VALUE, f"Bagian {name}")
    looks = [defaults.find(f"{W}{part}PrDefault/{W}{part}Pr") if defaults is not None else None for part in "pr"]
    paragraph, text = (deepcopy(look) if look is not None else None for look in looks)
    paragraph = paragraph if paragraph is not None else etree.Element(f"{W}pPr")
    spacing = paragraph.find(f"{W}spacing")
    if spacing is None:
        spacing = etree.SubElement(paragraph, f"{W}spacing")
    for attribute, value in _PLAIN.items():
        if spacing.get(f"{W}{attribute}") is None:
            spacing.set(f"{W}{attribute}", value)
    style.append(paragraph)
    if text is not None:
        style.append(text)
    return style


def _key(style: Any) -> tuple[str, str]:
    """Return what tells a style from others: its type and its name; Word tells names apart without regard to case."""
    name = style.find(_NAME)
    return style.get(_TYPE, ""), (name.get(_VALUE, "") if name is not None else style.get(_ID, "")).lower()


def _base_id(style: Any) -> str:
    base = style.find(_BASE)
    return base.get(_VALUE, "") if base is not None else ""


def _default_id(styles: Any) -> str:
    """Return the id of the paragraph style of a document whose paragraphs name none; "" if there is none."""
    for style in styles.iterfind(_STYLE):
        if style.get(_TYPE) == "paragraph" and style.get(_IS_DEFAULT) in ("1", "true", "on"):
            return str(style.get(_ID, ""))
    return ""


def _look(style: Any) -> list[bytes]:
    """Return how a style looks, without its names and what it is based on."""
    ignored = (*_LEFT_OUT, _NAME, _BASE, f"{W}qFormat")
    return [_text(child) for child in style if child.tag not in ignored and (len(child) or child.attrib)]


def _text(element: Any) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True)) if element is not None else b""


def _free(name: str, names: Iterable[str], key: Callable[[str], str] = str) -> str:
    """Return the name, with a number behind it where it is one of the `names` already."""
    taken = set(names)
    numbered = (f"{name}{number}" for number in count(2))
    return name if key(name) not in taken else next(other for other in numbered if key(other) not in taken)
