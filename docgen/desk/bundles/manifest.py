"""The manifest of a bundle: which documents it holds, and on which page each begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field, field_serializer

from storage.records import VersionedRecord


class ManifestVolume(VersionedRecord):
    """A volume: the page it begins at (from 1, in the whole bundle) and the number of its pages."""

    number: int
    starts_at: int
    pages: int


class ManifestPart(VersionedRecord):
    """A file of which some pages stand for a document."""

    sha256: str
    pages: int


class ManifestDocument(VersionedRecord):
    """A document of the bundle. `parts`: its files, where they are several; `unreadable`: why a sheet stands for it."""

    id: str
    number: str = ""
    title: str = ""
    date: dt.date | None = None
    revision: int
    sha256: str
    pages: int
    volume: int = 1
    starts_at: int
    parts: list[ManifestPart] | None = None
    refused: str | None = None
    unreadable: str | None = None


class MissingDocument(VersionedRecord):
    """A kind that the dossier lacks. `refused`: what became of a document of this kind that does not count."""

    kind: str
    step: int
    starts_at: int
    refused: str | None = None


class Manifest(VersionedRecord):
    """What a bundle holds; `number` is the dossier's, `request` what was asked for, without what is left at default."""

    format: str = ""
    code: str
    title: str
    number: str = ""
    classification: str = ""
    created_at: dt.datetime
    pages: int
    volumes: list[ManifestVolume] = Field(default_factory=list)
    documents: list[ManifestDocument]
    missing: list[MissingDocument] = Field(default_factory=list)
    request: dict[str, Any] = Field(default_factory=dict)

    @field_serializer("created_at")
    def _iso(self, moment: dt.datetime) -> str:
        return moment.isoformat()


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest in a JSON file of any version. Raises ValidationError."""
    return Manifest.model_validate_json(data)
