"""The parts of a Word file: unpacked, parsed, related to each other, packed again. Only this file does it."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from docgen.errors import TemplateError
from docgen.zip_bytes import Member, zip_bytes
from wording import say

BODY = "word/document.xml"
TYPES = "[Content_Types].xml"
NUMBERING = "word/numbering.xml"
STYLES = "word/styles.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {
    "w": W[1:-1],
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "ct": "http://schemas.openxmlformats.org/package/2006/content-types",
    "rel": "http://schemas.openxmlformats.org/package/2006/relationships",
}
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PACKAGE = NS["rel"]
_RELATION = f"{{{_PACKAGE}}}Relationship"


class BrokenPackage(TemplateError):
    """A file that is no sound zip."""

    def __init__(self) -> None:
        super().__init__("Berkas ini bukan dokumen Word (.docx) yang utuh. Buat lagi naskahnya.")


class WordParts(Mapping[str, bytes]):
    """The parts of a .docx by name, unpacked when they are asked for.

    Opening one and reading a part raise BrokenPackage. `entries` is the file's own directory; a name may stand in it
    twice.
    """

    def __init__(self, docx: bytes) -> None:
        with _as_broken_package():
            self._package = zipfile.ZipFile(io.BytesIO(docx))
        self.entries = self._package.infolist()
        self._entries = {entry.filename: entry for entry in self.entries}

    def __getitem__(self, name: str) -> bytes:
        entry = self._entries[name]
        with _as_broken_package():
            return self._package.read(entry)

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


def read_xml(xml: bytes, *, huge: bool = False) -> Any:
    """Return the root element of a part, of any size if `huge`. Raises etree.XMLSyntaxError.

    Nothing that it names is fetched, and no entity of its own is resolved.
    """
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=huge))


def parse_xml(xml: bytes) -> Any:
    """Return the root element of a part. Raises TemplateError."""
    try:
        return read_xml(xml)
    except etree.XMLSyntaxError as error:
        raise TemplateError(
            say("Isi dokumen Word rusak ({error}). Simpan lagi templatnya dari Word.", error=error)
        ) from error


def relations_part(part: str) -> str:
    """Return the name of the part that holds the relations of `part`."""
    folder, base = posixpath.split(part)
    return f"{folder}/_rels/{base}.rels"


def read_relations(parts: Mapping[str, bytes], part: str) -> dict[str, Relation]:
    """Return the relations of a part by their ids, for the caller to change; none where it has none.

    Raises TemplateError.
    """
    name = relations_part(part)
    return dict(_parsed_relations(parts[name], posixpath.dirname(part))) if name in parts else {}


@lru_cache(maxsize=256)
def _parsed_relations(data: bytes, folder: str) -> Mapping[str, Relation]:
    relations = {}
    for element in parse_xml(data).iterfind(_RELATION):
        is_external = element.get("TargetMode") == "External"
        target = element.get("Target", "")
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        relations[element.get("Id", "")] = Relation(element.get("Type", ""), target, is_external)
    return relations


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
        {element.get("PartName", ""): element.get("ContentType", "") for element in tree.iterfind("{*}Override")},
        {
            element.get("Extension", "").lower(): element.get("ContentType", "")
            for element in tree.iterfind("{*}Default")
        },
    )


def with_types(types: bytes, new: Mapping[str, str]) -> bytes:
    """Return [Content_Types].xml with the content types of new parts."""
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{content_type}"/>' for name, content_type in sorted(new.items())
    )
    return types.replace(b"</Types>", overrides.encode() + b"</Types>")


def packed(parts: Mapping[str, bytes], *, quick: bool = False) -> bytes:
    """Return a .docx of these parts, in order; `quick` rather than small where only LibreOffice reads it."""
    members = (Member(name, data, stored="/media/" in name) for name, data in parts.items())
    return zip_bytes(members, level=1 if quick else None)


@contextmanager
def _as_broken_package() -> Iterator[None]:
    """Raise BrokenPackage for any error that a damaged zip raises: BadZipFile, zlib.error, EOFError, struct.error …"""
    try:
        yield
    except MemoryError:  # of a sound file that is too heavy, or of a machine that is short of it
        raise
    except Exception as error:
        raise BrokenPackage from error
