"""The parts of a filled Word file: read when they are asked for, related to each other, and packed again.

Only what is needed to put several files of one template together; `docgen.render.word.template` opens templates.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from docgen.errors import TemplateError

BODY = "word/document.xml"
TYPES = "[Content_Types].xml"
NUMBERING = "word/numbering.xml"
STYLES = "word/styles.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {
    "w": W[1:-1],
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION = f"{{{_PACKAGE}}}Relationship"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same for every file: rendering has no clock
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)


class WordParts(Mapping[str, bytes]):
    """The parts of a .docx by name. Opening one and reading a part raise TemplateError when the file is broken."""

    def __init__(self, docx: bytes) -> None:
        try:
            self._package = zipfile.ZipFile(io.BytesIO(docx))
        except _BROKEN as error:
            raise _broken() from error
        self._entries = {entry.filename: entry for entry in self._package.infolist()}

    def __getitem__(self, name: str) -> bytes:
        entry = self._entries[name]
        try:
            return self._package.read(entry)
        except _BROKEN as error:
            raise _broken() from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def checksum(self, name: str) -> tuple[int, int]:
        """Return CRC-32 and size in bytes of a part, as the file's own directory tells them; nothing is unpacked."""
        entry = self._entries[name]
        return entry.CRC, entry.file_size


@dataclass(frozen=True)
class Relation:
    """Where a part points to: to another by its name, or to an address outside the file."""

    kind: str
    target: str
    outside: bool


def parse_xml(xml: bytes) -> Any:
    """Return the root element of a part. Raises TemplateError."""
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise TemplateError(f"Isi dokumen Word rusak ({error}). Simpan lagi templatnya dari Word.") from error


def relations_part(part: str) -> str:
    """Return the name of the part that holds the relations of `part`."""
    folder, base = posixpath.split(part)
    return f"{folder}/_rels/{base}.rels"


def read_relations(parts: Mapping[str, bytes], part: str) -> dict[str, Relation]:
    """Return the relations of a part by their ids; none where it has none. Raises TemplateError."""
    name = relations_part(part)
    return _parsed_relations(parts[name], posixpath.dirname(part)) if name in parts else {}


@lru_cache(maxsize=256)
def _parsed_relations(data: bytes, folder: str) -> dict[str, Relation]:
    found = {}
    for one in parse_xml(data).iterfind(_RELATION):
        outside = one.get("TargetMode") == "External"
        target = one.get("Target", "")
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[one.get("Id", "")] = Relation(one.get("Type", ""), target, outside)
    return found


def written_relations(relations: Mapping[str, Relation]) -> bytes:
    """Return the part that holds these relations, given by their ids."""
    lines = []
    for name, relation in relations.items():
        target = relation.target if relation.outside else f"/{relation.target}"
        mode = ' TargetMode="External"' if relation.outside else ""
        lines.append(
            f"<Relationship Id={quoteattr(name)} Type={quoteattr(relation.kind)} Target={quoteattr(target)}{mode}/>"
        )
    return DECLARATION + f'<Relationships xmlns="{_PACKAGE}">{"".join(lines)}</Relationships>'.encode()


def content_type(types: bytes, name: str) -> str:
    """Return what `types`, the part [Content_Types].xml, says of the part `name`. Raises TemplateError."""
    overrides, defaults = _parsed_types(types)
    return overrides.get(f"/{name}") or defaults.get(name.rpartition(".")[2].lower(), "application/octet-stream")


@lru_cache(maxsize=256)
def _parsed_types(types: bytes) -> tuple[dict[str, str], dict[str, str]]:
    tree = parse_xml(types)
    return (
        {one.get("PartName", ""): one.get("ContentType", "") for one in tree.iterfind("{*}Override")},
        {one.get("Extension", "").lower(): one.get("ContentType", "") for one in tree.iterfind("{*}Default")},
    )


def with_types(types: bytes, new: Mapping[str, str]) -> bytes:
    """Return [Content_Types].xml with the content types of new parts."""
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{content_type}"/>' for name, content_type in sorted(new.items())
    )
    return types.replace(b"</Types>", overrides.encode() + b"</Types>")


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a .docx of these parts, in order; quick rather than small, as only LibreOffice reads it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_STORED if "/media/" in name else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            package.writestr(entry, data)
    return target.getvalue()


def _broken() -> TemplateError:
    return TemplateError("Berkas ini bukan dokumen Word (.docx) yang utuh. Buat lagi naskahnya.")
