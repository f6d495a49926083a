"""Restart the numbered lists of each letter in a Word file of many letters."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from docgen.render.word.package import DECLARATION, W, parse_xml

_DEFINITION, _USE = f"{W}abstractNumId", f"{W}numId"


class Numbering:
    """The part word/numbering.xml, in which each letter gets lists of its own.

    Two definitions of a list (w:abstractNum) are counted apart, two uses of one definition (w:num) together.
    """

    def __init__(self, xml: bytes) -> None:
        """Read the part. Raises TemplateError."""
        self._tree = parse_xml(xml)
        self._definitions = {
            definition.get(_DEFINITION): definition for definition in self._tree.iterfind(f"{W}abstractNum")
        }
        self._uses = {use.get(_USE): use for use in self._tree.iterfind(f"{W}num")}
        self._last = max((int(number) for number in (*self._definitions, *self._uses)), default=0)

    def restart(self, references: Sequence[Any]) -> None:
        """Give the lists that a letter's w:numId elements refer to numbers of their own."""
        definitions: dict[str, str] = {}
        uses: dict[str, str] = {}
        for reference in references:
            old = reference.get(f"{W}val")
            if old not in self._uses:  # 0: no number here
                continue
            if old not in uses:
                uses[old] = self._copy_use(self._uses[old], definitions)
            reference.set(f"{W}val", uses[old])

    def xml(self) -> bytes:
        """Return the part as it is now."""
        return DECLARATION + bytes(etree.tostring(self._tree, encoding="UTF-8", xml_declaration=False))

    def _copy_use(self, use: Any, definitions: dict[str, str]) -> str:
        use = deepcopy(use)
        number = self._next_number()
        use.set(_USE, number)
        definition_reference = use.find(_DEFINITION)
        old = definition_reference.get(f"{W}val")
        if old not in definitions:
            definitions[old] = self._copy_definition(self._definitions[old])
        definition_reference.set(f"{W}val", definitions[old])
        self._tree.append(use)
        return number

    def _copy_definition(self, original: Any) -> str:
        definition = deepcopy(original)
        number = self._next_number()
        definition.set(_DEFINITION, number)
        for tag in ("nsid", "styleLink"):  # lists with one nsid are one list; a style names one list
            for element in definition.findall(f"{W}{tag}"):
                definition.remove(element)
        original.addnext(definition)  # all definitions come before all uses
        return number

    def _next_number(self) -> str:
        self._last += 1
        return str(self._last)
