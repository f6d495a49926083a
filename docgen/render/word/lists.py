"""Restart the numbered lists of each letter in a Word file of many letters."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from docgen.render.word.package import DECLARATION, W, parse_xml
from docgen.render.word.rich.numbering import WordList

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

    def restart(self, references: Sequence[Any], origin: Numbering | None = None) -> None:
        """Give the lists that a letter's w:numId elements refer to numbers of their own.

        `origin` is the letter's own part, where it has lists that this one lacks.
        """
        origin = origin or self
        definitions: dict[str, str] = {}
        uses: dict[str, str] = {}
        for reference in references:
            old = reference.get(f"{W}val")
            if old not in origin._uses:  # 0: no number here
                continue
            if old not in uses:
                uses[old] = self._copy_use(origin, old, definitions)
            reference.set(f"{W}val", uses[old])

    def add(self, lists: Sequence[WordList], indent: int) -> list[str]:
        """Add lists of rich text, whose numbers stand `indent` twips from the margin; return their numbers."""
        numbers = [self._next_number() for _ in lists]
        for word_list, number in zip(lists, numbers, strict=True):
            content = word_list.definition(int(number), indent)
            name = f'xmlns:w="{W[1:-1]}" w:abstractNumId="{number}"'
            self._insert(parse_xml(f"<w:abstractNum {name}>{content}</w:abstractNum>".encode()))
        for number in numbers:
            use = etree.SubElement(self._tree, f"{W}num", {_USE: number})
            etree.SubElement(use, _DEFINITION).set(f"{W}val", number)
        return numbers

    def xml(self) -> bytes:
        """Return the part as it is now."""
        return DECLARATION + bytes(etree.tostring(self._tree, encoding="UTF-8", xml_declaration=False))

    def _copy_use(self, origin: Numbering, old_use: str, definitions: dict[str, str]) -> str:
        use = deepcopy(origin._uses[old_use])
        number = self._next_number()
        use.set(_USE, number)
        definition_reference = use.find(_DEFINITION)
        old = definition_reference.get(f"{W}val")
        if old not in definitions:
            definitions[old] = self._copy_definition(origin._definitions[old])
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
        self._insert(definition)
        return number

    def _insert(self, definition: Any) -> None:
        """Put a definition behind the others: all come before all uses."""
        first_use = self._tree.find(f"{W}num")
        if first_use is None:
            self._tree.append(definition)
        else:
            first_use.addprevious(definition)

    def _next_number(self) -> str:
        self._last += 1
        return str(self._last)
