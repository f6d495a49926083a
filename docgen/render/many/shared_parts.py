"""The Word file of many letters as it grows: one template's parts, and of each letter what only it has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from docgen.render.many.file_wide_fields import has_page_numbers, not_composable, require_no_counting
from docgen.render.word.package import (
    BODY,
    NS,
    TYPES,
    Relation,
    WordParts,
    content_type,
    packed,
    parse_xml,
    read_relations,
    relations_part,
    with_types,
    written_relations,
)

# Parts that letters have for themselves; the others are the template's.
_OWN = re.compile(
    r"word/document\.xml|word/_rels/document\.xml\.rels|\[Content_Types\]\.xml|docProps/core\.xml|word/media/.*|"
    r"word/(_rels/)?(header|footer)\d*\.xml(\.rels)?"
)
_references = etree.XPath("//@r:*", namespaces=NS)


class Gathering:
    """The parts of the first letter, and of each other letter the pictures, heads and feet that are not there yet."""

    def __init__(self, first: WordParts) -> None:
        self._first = first
        self._shared = _shared(first)
        self._new: dict[str, bytes] = {}
        self._types: dict[str, str] = {}  # of the new parts
        self._relations: dict[Relation, str] = {}
        self._media: dict[bytes, str] = {}
        self._heads: dict[tuple[Any, ...], str] = {}
        self.has_page_numbers = False  # in a head or foot

    def require_same_template(self, parts: WordParts) -> None:
        """Raise NotComposable when what the template gives is not what it gave the first letter."""
        if _shared(parts) != self._shared:
            raise not_composable("bagian yang berbeda dari naskah lain")

    def relate(self, tree: Any, index: int, parts: WordParts) -> None:
        """Bring the letter's relations into those of the whole, equal ones together."""
        names = {}
        for name, relation in read_relations(parts, BODY).items():
            if relation.kind.endswith(("/header", "/footer")):
                relation = self._head(relation, index, parts)
            else:
                relation = self._placed(relation, index, parts)
            names[name] = self._relations.setdefault(relation, f"rId{len(self._relations) + 1}")
        for value in _references(tree):
            if value in names:
                value.getparent().set(value.attrname, names[value])

    def _placed(self, relation: Relation, index: int, parts: WordParts) -> Relation:
        """The same relation to where a picture stands in the whole; anything else is shared and stays."""
        if relation.outside or "/media/" not in relation.target:
            return relation
        data = parts[relation.target]
        if data not in self._media:
            self._media[data] = self._store(relation.target, index, parts)
        return Relation(relation.kind, self._media[data], outside=False)

    def _head(self, relation: Relation, index: int, parts: WordParts) -> Relation:
        """The same relation to a head or foot, which letters share where it says and shows the same."""
        own = {
            name: self._placed(inner, index, parts) for name, inner in read_relations(parts, relation.target).items()
        }
        key = (relation.kind, parts[relation.target], *own.items())
        if key not in self._heads:
            tree = parse_xml(parts[relation.target])
            require_no_counting(tree)
            self.has_page_numbers = self.has_page_numbers or has_page_numbers(tree)
            self._heads[key] = self._store(relation.target, index, parts)
            if own:
                self._new[relations_part(self._heads[key])] = written_relations(own)
        return Relation(relation.kind, self._heads[key], outside=False)

    def _store(self, name: str, index: int, parts: WordParts) -> str:
        """Put a part of letter `index` into the whole; returns its name there."""
        if index == 0:
            return name
        folder, base = posixpath.split(name)
        new = f"{folder}/n{index}{base}"
        self._new[new] = parts[name]
        self._types[new] = content_type(parts[TYPES], name)
        return new

    def packed(self, changed: Mapping[str, bytes]) -> bytes:
        """The .docx, with `changed` parts in the place of the first letter's."""
        own = {
            relations_part(BODY): written_relations({name: relation for relation, name in self._relations.items()}),
            TYPES: with_types(self._first[TYPES], self._types),
        }
        return packed({**self._first, **self._new, **own, **changed}, quick=True)


def _shared(parts: WordParts) -> dict[str, tuple[int, int]]:
    """What the template gives, by checksum."""
    return {name: parts.checksum(name) for name in parts if not _OWN.fullmatch(name)}
