"""The styles of a template by the names that people see in Word, and the indents they give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from docgen.render.word.package import W, parse_xml

_LEFT = re.compile(r'w:(?:left|start)="(-?\d+)"')
_VALUE = re.compile(r'w:val="([^"]*)"')


@dataclass(frozen=True)
class Styles:
    """Paragraph styles: ids by name, indents from the left in twips by id; ids are names, too."""

    ids: Mapping[str, str]
    indents: Mapping[str, int]

    def first(self, *names: str) -> str:
        """Return the id of the first style of these names that is there; "" for none."""
        return next((self.ids[name] for name in names if name in self.ids), "")

    def indent(self, properties: Mapping[str, str]) -> int:
        """Return how far from the margin the text of a paragraph begins, in twips."""
        own = _LEFT.search(properties.get("ind", ""))
        if own:
            return int(own[1])
        style = _VALUE.search(properties.get("pStyle", ""))
        return self.indents.get(style[1] if style else "", 0)


@lru_cache(maxsize=64)
def named_styles(styles: bytes) -> Styles:
    """Return the paragraph styles of a part word/styles.xml; none of an empty one. Raises TemplateError."""
    if not styles:
        return Styles({}, {})
    ids: dict[str, str] = {}
    own: dict[str, tuple[int | None, str]] = {}
    for style in parse_xml(styles).iterfind(f"{W}style"):
        if style.get(f"{W}type") == "paragraph":
            id_ = style.get(f"{W}styleId", "")
            name, base, indent = (style.find(f"{W}{path}") for path in ("name", "basedOn", f"pPr/{W}ind"))
            ids |= {id_: id_} | ({name.get(f"{W}val", ""): id_} if name is not None else {})
            left = None if indent is None else indent.get(f"{W}left") or indent.get(f"{W}start")
            own[id_] = (None if left is None else int(float(left)), "" if base is None else base.get(f"{W}val", ""))
    return Styles(ids, {id_: _inherited(id_, own) for id_ in own})


def _inherited(id_: str, own: Mapping[str, tuple[int | None, str]]) -> int:
    seen: set[str] = set()
    while id_ in own and id_ not in seen:
        seen.add(id_)
        left, id_ = own[id_]
        if left is not None:
            return left
    return 0
