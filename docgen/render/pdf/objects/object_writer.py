"""Write PDF objects to a file as they come, equal ones once, so that a merged file is never in memory as a whole.

An object is written after everything it refers to, so equal objects of different files have equal bytes and are found
by their hash: a font's outlines first, then what describes them, then the font. Streams are copied as they are packed.
"""

from __future__ import annotations

import hashlib
import io
import mmap
import re
from dataclasses import dataclass
from typing import Any, BinaryIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
)

from docgen.render.pdf.objects.serializer import PYPDF, PdfSerializer

# What counts or acts in the object's own file only, or is private to the program that made it.
_LEFT_OUT = ("/StructParent", "/StructParents", "/PieceInfo", "/LastModified", "/AA", "/OPI")

_HEAD = re.compile(rb"\s*(\d+)\s+\d+\s+obj\s*")
_END = re.compile(rb"endobj|stream\r?\n")
_AFTER = re.compile(rb"\s*endstream")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?:\s+(\d+)\s+R\b)?")
_REFERENCE = re.compile(rb"(\d+)\s+(\d+)\s+R\b")
# Texts and comments may hold what looks like a reference; the names are those that are left out, or not followed.
_UNUSUAL = re.compile(rb"[(%]|/Type\s*/Page\b|" + b"(?:" + "|".join(_LEFT_OUT).encode() + rb")\b")


@dataclass(frozen=True)
class FilePosition:
    """The state of an `ObjectFile` at a moment, for `rewind`."""

    size: int
    next_number: int
    known: int


class ObjectFile:
    """Writes objects to `out`, which must be empty and seekable. Numbers follow the order of writing."""

    def __init__(self, out: BinaryIO) -> None:
        self._file = PdfSerializer(out, PYPDF)
        self._numbers_by_digest: dict[bytes, int] = {}
        self._owner = PdfWriter()  # references need one; it stays empty

    def reserve(self) -> IndirectObject:
        """Return a reference for an object that is written later."""
        return self._reference(self._file.reserve())

    def write(self, reference: IndirectObject, thing: PdfObject | bytes) -> None:
        """Write a reserved object."""
        self._file.write(reference.idnum, thing if isinstance(thing, bytes) else _serialized(thing))

    def add(self, thing: PdfObject | bytes) -> IndirectObject:
        """Write an object, or the bytes of one, unless an equal one is there; return its reference."""
        data = thing if isinstance(thing, bytes) else _serialized(thing)
        digest = hashlib.blake2b(data, digest_size=16).digest()
        number = self._numbers_by_digest.get(digest)
        if number is None:
            number = self._numbers_by_digest[digest] = self._file.reserve()
            self._file.write(number, data)
        return self._reference(number)

    def position(self) -> FilePosition:
        """Return the current position, for `rewind`."""
        return FilePosition(self._file.size, self._file.next_number, len(self._numbers_by_digest))

    def rewind(self, position: FilePosition) -> None:
        """Remove everything written since `position`."""
        self._file.rewind(position.size, position.next_number)
        for digest in list(self._numbers_by_digest)[position.known :]:
            del self._numbers_by_digest[digest]

    def write_trailer(self, root: IndirectObject, info: IndirectObject, digest: bytes) -> int:
        """Write cross-reference table and trailer, `digest` as both halves of /ID; return the size of the file."""
        digits = digest.hex().encode()
        return self._file.finish(root.idnum, info.idnum, (digits, digits))

    def _reference(self, number: int) -> IndirectObject:
        return IndirectObject(number, 0, self._owner)


class Copier:
    """Copies objects of one reader into a file. `pages` maps each of the reader's pages to its object in the file.

    With `data`, the reader's own file, an object's bytes are taken from there where that is safe, and only what it
    refers to is renamed: four times as quick as taking it apart.
    """

    def __init__(
        self,
        file: ObjectFile,
        pages: dict[tuple[int, int], IndirectObject],
        reader: PdfReader,
        data: bytes | mmap.mmap,
    ) -> None:
        self._file = file
        self._reader = reader
        self._data = data
        self._copied: dict[tuple[int, int], PdfObject] = dict(pages)
        self._in_progress: dict[tuple[int, int], IndirectObject | None] = {}

    def copy(self, thing: PdfObject | None) -> PdfObject:
        """Return the copy of an object; everything it refers to is written to the file."""
        if isinstance(thing, IndirectObject):
            return self._copy_reference(thing)
        if isinstance(thing, DictionaryObject):
            return self._dictionary(thing)
        if isinstance(thing, ArrayObject):
            return ArrayObject(self.copy(entry) for entry in thing)
        return NullObject() if thing is None else thing

    def _copy_reference(self, reference: IndirectObject) -> PdfObject:
        key = (reference.idnum, reference.generation)
        if key in self._copied:
            return self._copied[key]
        if key in self._in_progress:  # a circle: its number must be known before it is written
            known = self._in_progress[key] or self._file.reserve()
            self._in_progress[key] = known
            return known
        self._in_progress[key] = None
        copied: PdfObject | bytes | None = self._copy_bytes(*key)
        if copied is None:
            target = reference.get_object()
            if target is None or isinstance(target, NullObject) or _is_page(target):
                self._copied[key] = self._in_progress.pop(key) or NullObject()
                return self._copied[key]
            copied = self.copy(target)
        number = self._in_progress.pop(key)
        if number is None:
            number = self._file.add(copied)
        else:
            self._file.write(number, copied)
        self._copied[key] = number
        return number

    def _copy_bytes(self, number: int, generation: int) -> bytes | None:
        """Return the object's bytes with its references renumbered; None if it is packed, damaged or unusual."""
        offset = self._reader.xref.get(generation, {}).get(number)
        head = _HEAD.match(self._data, offset) if offset is not None else None
        if head is None or int(head[1]) != number:
            return None
        end = _END.search(self._data, head.end())
        if end is None:
            return None
        text = self._data[head.end() : end.start()]
        if text[:1] not in (b"<", b"[") or _UNUSUAL.search(text):
            return None
        if end[0] == b"endobj":
            return _REFERENCE.sub(self._renumbered, text).rstrip()
        length = _LENGTH.search(text)
        if length is None:
            return None
        size: Any = int(length[1])
        if length[2]:
            size = IndirectObject(size, int(length[2]), self._reader).get_object()
        if not isinstance(size, int) or not _AFTER.match(self._data, end.end() + size):
            return None
        text = text[: length.start()] + b"/Length %d" % size + text[length.end() :]
        packed = self._data[end.end() : end.end() + size]
        return _REFERENCE.sub(self._renumbered, text).rstrip() + b"\nstream\n" + packed + b"\nendstream"

    def _renumbered(self, match: re.Match[bytes]) -> bytes:
        new = self._copy_reference(IndirectObject(int(match[1]), int(match[2]), self._reader))
        return b"%d 0 R" % new.idnum if isinstance(new, IndirectObject) else b"null"

    def _dictionary(self, thing: DictionaryObject) -> DictionaryObject:
        new = DictionaryObject()
        if isinstance(thing, StreamObject):
            new = StreamObject()
            new._data = thing._data
        for key, value in thing.items():
            if key not in _LEFT_OUT and key != "/Length":
                new[NameObject(key)] = self.copy(value)
        return new


def stream(data: bytes, entries: DictionaryObject | None = None) -> StreamObject:
    """Return a stream, compressed if that makes it smaller."""
    new_stream = StreamObject()
    new_stream.set_data(data)
    if entries:
        new_stream.update(entries)
    return new_stream.flate_encode() if len(data) > 200 else new_stream


def _is_page(thing: PdfObject) -> bool:
    """Return whether this is a page. One outside the page tree must not be copied: it would bring a whole file."""
    return isinstance(thing, DictionaryObject) and thing.get("/Type") == "/Page"


def _serialized(thing: PdfObject) -> bytes:
    buffer = io.BytesIO()
    thing.write_to_stream(buffer)
    return buffer.getvalue()


def rectangle(*edges: float) -> ArrayObject:
    """Return an array of numbers, such as the edges of a box in points."""
    return ArrayObject(FloatObject(f"{edge:.3f}") for edge in edges)


def dictionary(**entries: Any) -> DictionaryObject:
    """Return a dictionary; `str` values become names."""
    return DictionaryObject(
        {NameObject(f"/{key}"): NameObject(value) if type(value) is str else value for key, value in entries.items()}
    )
