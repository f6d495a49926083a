"""A kind as one file (`.naskah`): a zip with a manifest, which names the SHA-256 of each part. Pure.

    manifest.json   {format: "docgen-kind/1", slug, title, version, sha256, parts: {name: SHA-256}, office, docgen}
    template.docx   the Word template
    fields.yaml     the field sheet
    example.json    the `data` of a letter that fits it

The same version gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from docgen.errors import DataFileError
from docgen.kinds.kind import EXAMPLE, SHEET, TEMPLATE, Kind, sheet_data
from docgen.uploads import LARGEST_FILE, MB
from docgen.zip_bytes import Member, zip_bytes
from storage.text import json_text
from wording import say

FORMAT = "docgen-kind/1"
MANIFEST = "manifest.json"
PARTS = (TEMPLATE, SHEET, EXAMPLE)
LARGEST: Mapping[str, int] = {MANIFEST: 64 * 1024, TEMPLATE: LARGEST_FILE, SHEET: MB, EXAMPLE: MB}  # bytes, unpacked

_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What a file says of itself. `office` made it, with the version `docgen`."""

    model_config = ConfigDict(extra="ignore")

    format: Literal["docgen-kind/1"]
    slug: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    version: int
    sha256: _Sha256
    parts: dict[str, _Sha256]
    office: Annotated[str, StringConstraints(max_length=300)] = ""
    docgen: Annotated[str, StringConstraints(max_length=60)] = ""


@dataclass(frozen=True)
class KindFile:
    """The content of a file: its manifest, and a kind that nobody checked yet; `sheet` is plain data."""

    manifest: Manifest
    source: bytes
    sheet: dict[str, Any]
    example: dict[str, Any]


def pack_kind(kind: Kind, *, office: str, docgen: str) -> bytes:
    """Return a kind as one file."""
    sheet = yaml.safe_dump(sheet_data(kind.sheet), allow_unicode=True, sort_keys=False, width=120)
    parts = {
        TEMPLATE: kind.source,
        SHEET: sheet.encode(),
        EXAMPLE: f"{json_text(kind.example, indent=2)}\n".encode(),
    }
    manifest = {
        "format": FORMAT,
        "slug": kind.slug,
        "title": kind.title,
        "version": kind.version,
        "sha256": kind.sha256,
        "parts": {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()},
        "office": office,
        "docgen": docgen,
    }
    members = {MANIFEST: f"{json_text(manifest, indent=2)}\n".encode(), **parts}
    return zip_bytes(Member(name, data) for name, data in members.items())


def unpack_kind(data: bytes) -> KindFile:
    """Return the content of a file, whose parts have the SHA-256 that it names.

    Raises DataFileError: it is no such file, damaged, unfolds to too much, or of a newer docgen.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise DataFileError("Berkas ini bukan jenis naskah (.naskah), atau rusak. Minta ekspor yang baru.") from error


def _read(archive: zipfile.ZipFile) -> KindFile:
    names = archive.namelist()
    unknown = sorted(set(names) - {MANIFEST, *PARTS})
    if unknown or len(names) != len(set(names)):
        shown = repr((unknown or names)[0][:80])
        raise DataFileError(say("Berkas .naskah ini memuat {name}, yang tidak dikenal. Jangan diubah.", name=shown))
    for name in (MANIFEST, *PARTS):
        if name not in names:
            raise DataFileError(say("Berkas .naskah ini tidak memuat {name}. Minta ekspor yang baru.", name=name))
    manifest = _manifest(_member(archive, MANIFEST))
    parts = {name: _member(archive, name) for name in PARTS}
    for name, content in parts.items():
        if hashlib.sha256(content).hexdigest() != manifest.parts.get(name):
            raise DataFileError(
                say("{name} dalam berkas .naskah ini berubah sejak diekspor. Minta ekspor yang baru.", name=name)
            )
    try:
        sheet = json.loads(json.dumps(yaml.safe_load(parts[SHEET].decode())))  # plain data, without dates
        example = json.loads(parts[EXAMPLE])
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise DataFileError("Isian dalam berkas .naskah ini tidak terbaca. Minta ekspor yang baru.") from error
    if not isinstance(sheet, dict) or not isinstance(example, dict):
        raise DataFileError("Isian dalam berkas .naskah ini tidak terbaca. Minta ekspor yang baru.")
    return KindFile(manifest, parts[TEMPLATE], sheet, example)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part, of which no more is unpacked than such a part may have. Raises DataFileError."""
    with archive.open(name) as member:
        content = member.read(LARGEST[name] + 1)
    if len(content) > LARGEST[name]:
        raise DataFileError(
            say("{name} dalam berkas .naskah ini terlalu besar (lebih dari {size} KB).", name=name,
                size=LARGEST[name] // 1024)
        )  # fmt: skip
    return content


def _manifest(content: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise DataFileError(
            "Manifes berkas .naskah ini tidak terbaca, atau berkas ini dari docgen yang lebih baru. Perbarui docgen, "
            "atau minta ekspor yang baru."
        ) from error
