"""Encode and decode what passes between service and child over a pipe: a JSON header and blobs, never code.

Plain values, messages, moments, bytes, lists (tuples and sets become lists) and the data classes of `SHAPES` pass;
nothing else can be made of what a child sends, however it was taken over.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

from docgen.errors import DataFileError, DocgenError, NotFound, PdfError, SignatureError, TemplateError
from docgen.render.pdf import text_search
from docgen.render.scans.read import ScanLimits, ScannedPage
from docgen.render.shared.definitions import SharedParts
from docgen.render.stamps import free_space
from docgen.render.stamps.decision_text import StampText
from docgen.render.stamps.signature_place import SignaturePlace
from docgen.render.word.prepare_photo import Photo
from docgen.signer import Appearance, SignatureReport
from docgen.spreadsheets.grid import Grid, Merged
from docgen.tagging.model import Paragraph, Suggestion, TemplateTag, WordAt
from docgen.template_lint.finding import Finding, Place
from wording import Message, packed, unpacked

_SHAPES = (
    *(Appearance, Grid, ScanLimits, StampText, Merged, Photo, ScannedPage, SignatureReport),
    *(Finding, Place, SharedParts, TemplateTag, Suggestion, Paragraph, WordAt),
    *(text_search.TextBox, free_space.StampArea, SignaturePlace),
)
SHAPES: Mapping[str, type] = {f"{shape.__module__}.{shape.__name__}": shape for shape in _SHAPES}
_NAMES = {shape: name for name, shape in SHAPES.items()}
ERRORS: Mapping[str, type[DocgenError]] = {
    error.__name__: error for error in (PdfError, NotFound, DataFileError, SignatureError, TemplateError)
}
LARGEST_HEADER = 64 * 1024 * 1024  # bytes
LARGEST = 512 * 1024 * 1024  # bytes beside the header; a stack of scans has 150
_LENGTHS = struct.Struct(">II")  # of the header, and how many blobs follow


def pack(value: Any) -> list[bytes]:
    """Return the byte strings to write for a value. Raises TypeError for a type that may not pass."""
    blobs: list[bytes] = []
    header = json.dumps(_plain(value, blobs)).encode()
    lengths = b"".join(struct.pack(">Q", len(blob)) for blob in blobs)
    return [_LENGTHS.pack(len(header), len(blobs)), lengths, header, *blobs]


def unpack(read: Callable[[int], bytes]) -> Any:
    """Return the next value; `read(n)` returns exactly n bytes. Raises ValueError for a malformed frame."""
    header_length, count = _LENGTHS.unpack(read(_LENGTHS.size))
    if header_length > LARGEST_HEADER or count > 100_000:
        raise ValueError("no frame")
    lengths = [struct.unpack(">Q", read(8))[0] for _ in range(count)]
    if sum(lengths) > LARGEST:
        raise ValueError("no frame")
    header = read(header_length)
    blobs = [read(length) for length in lengths]
    try:
        return _value(json.loads(header), blobs)
    except (KeyError, IndexError, TypeError, RecursionError) as error:
        raise ValueError("no frame") from error


def _plain(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, Message):
        return packed(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        blobs.append(bytes(value))
        return {"bytes": len(blobs) - 1}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, blobs) for item in value]
    if isinstance(value, Mapping):
        return {"map": [[key, _plain(item, blobs)] for key, item in value.items()]}
    if type(value) in _NAMES:
        fields = {field.name: _plain(getattr(value, field.name), blobs) for field in dataclasses.fields(value)}
        return {"shape": _NAMES[type(value)], "fields": fields}
    raise TypeError(f"{type(value).__name__} may not pass")


def _value(plain: Any, blobs: list[bytes]) -> Any:
    if isinstance(plain, list):
        return [_value(item, blobs) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if "wording" in plain:
        return unpacked(plain)
    if "moment" in plain:
        return dt.datetime.fromisoformat(plain["moment"])
    if "bytes" in plain:
        return blobs[plain["bytes"]]
    if "map" in plain:
        return {key: _value(item, blobs) for key, item in plain["map"]}
    return SHAPES[plain["shape"]](**{name: _value(item, blobs) for name, item in plain["fields"].items()})
