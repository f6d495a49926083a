"""Collect the parts of a Word file of many letters: the template's parts, and what each letter adds."""

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
    NUMBERING,
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
    r"word/numbering\.xml|"
    r"word/(_rels/)?(header|footer)\d*\.xml(\.rels)?"
)
PHOTO_TYPE = b'Extension="jpg"'
_references = etree.XPath("//@r:*", namespaces=NS)


class MergedParts:
    """The parts of the first letter, and of each other letter the pictures, headers and footers that are not there
    yet.
    """

    def __init__(self, first: WordParts) -> None:
        self._first = first
        self._shared = _shared(first)
        self._new: dict[str, bytes] = {}
        self._content_types: dict[str, str] = {}  # of the new parts
        self._relations: dict[Relation, str] = {}
        self._media: dict[bytes, str] = {}
        self._headers: dict[tuple[Any, ...], str] = {}
        self.has_page_numbers = False  # in a head or foot

    def require_same_template(self, parts: WordParts) -> None:
        """Raise NotComposable if the template's parts differ from the first letter's."""
        if _shared(parts) != self._shared or (NUMBERING in parts) != (NUMBERING in self._first):
            raise not_composable("bagian yang berbeda dari naskah lain")
        if (PHOTO_TYPE in parts[TYPES]) != (
            PHOTO_TYPE in self._first[TYPES]
        ):  # LibreOffice then treats all pictures so
            raise not_composable("foto, padahal naskah lain tidak")

    def merge_relations(self, tree: Any, index: int, parts: WordParts) -> None:
        """Merge the relations of a letter's body into those of the file, equal ones once; rename their ids in
        `tree`.
        """
        names = {}
        for name, relation in read_relations(parts, BODY).items():
            if relation.kind.endswith(("/header", "/footer")):
                relation = self._with_shared_header(relation, index, parts)
            else:
                relation = self._with_shared_picture(relation, index, parts)
            names[name] = self._relations.setdefault(relation, f"rId{len(self._relations) + 1}")
        for value in _references(tree):
            if value in names:
                value.getparent().set(value.attrname, names[value])

    def _with_shared_picture(self, relation: Relation, index: int, parts: WordParts) -> Relation:
        """Return the relation with its picture's name in the merged file; other relations stay as they are."""
        if relation.outside or "/media/" not in relation.target:
            return relation
        data = parts[relation.target]
        if data not in self._media:
            self._media[data] = self._add_part(relation.target, index, parts)
        return Relation(relation.kind, self._media[data], outside=False)

    def _with_shared_header(self, relation: Relation, index: int, parts: WordParts) -> Relation:
        """Return the relation with its header's or footer's name in the merged file; letters share equal ones."""
        own = {
            name: self._with_shared_picture(inner, index, parts)
            for name, inner in read_relations(parts, relation.target).items()
        }
        key = (relation.kind, parts[relation.target], *own.items())
        if key not in self._headers:
            tree = parse_xml(parts[relation.target])
            require_no_counting(tree)
            self.has_page_numbers = self.has_page_numbers or has_page_numbers(tree)
            self._headers[key] = self._add_part(relation.target, index, parts)
            if own:
                self._new[relations_part(self._headers[key])] = written_relations(own)
        return Relation(relation.kind, self._headers[key], outside=False)

    def _add_part(self, name: str, index: int, parts: WordParts) -> str:
        """Add a part of letter `index`; return its name in the merged file."""
        if index == 0:
            return name
        folder, base = posixpath.split(name)
        new = f"{folder}/n{index}{base}"
        self._new[new] = parts[name]
        self._content_types[new] = content_type(parts[TYPES], name)
        return new

    def packed(self, changed: Mapping[str, bytes]) -> bytes:
        """Return the .docx, with `changed` parts instead of the first letter's."""
        own = {
            relations_part(BODY): written_relations({name: relation for relation, name in self._relations.items()}),
            TYPES: with_types(self._first[TYPES], self._content_types),
        }
        return packed({**self._first, **self._new, **own, **changed}, quick=True)


def _shared(parts: WordParts) -> dict[str, tuple[int, int]]:
    """Return the checksum of each part that comes from the template, by name."""
    return {name: parts.checksum(name) for name in parts if not _OWN.fullmatch(name)}
