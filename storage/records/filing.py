"""Records of filing: recipes for bundles, archived bundles, and what they hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from storage.records.base import Record, RequiredLine
from storage.records.documents import StoredFile


class Recipe(Record):
    """A way to make a bundle that is kept to be used again: `request` is the body of `POST /bundles`."""

    id: str
    name: RequiredLine
    request: dict[str, Any]
    created_at: dt.datetime
    created_by: str


class FiledBundle(Record):
    """A bundle that was archived; never changed after that. `recipe` is the id of the one it was made by, or ""."""

    code: str
    title: str
    recipe: str = ""
    pdf: StoredFile
    manifest: StoredFile
    created_at: dt.datetime
    created_by: str


class FiledDocument(Record):
    """A revision of a document in an archived bundle; `starts_at` is the page of the bundle, from 1."""

    bundle: str
    document: str
    revision: int
    sha256: str
    pages: int
    starts_at: int
