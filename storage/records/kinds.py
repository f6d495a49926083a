"""Records of the kinds that the office makes itself."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from storage.records.base import Key, Line, Record
from storage.text import PRINTABLE

VersionState = Literal["draft", "tried", "withdrawn"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class KindVersion(Record):
    """A version of a kind; they count from 1. `sheet` is a field sheet, `example` the `data` of a letter that fits it.

    `template_sha256` names the Word file in the object store, `sha256` the version as a whole. `state` tells how far it
    came: a draft is edited, one that was tried may be published. Whether one is in force is told by publications.
    """

    slug: Key
    version: int
    state: VersionState = "draft"
    sha256: Sha256
    template_sha256: Sha256
    sheet: dict[str, Any]
    example: dict[str, Any]
    created_at: dt.datetime
    created_by: Line
    note: Annotated[str, StringConstraints(max_length=1000, pattern=PRINTABLE)] = ""


class KindPublication(Record):
    """That a version of a kind is in force from `starts_at` on; version 0 is the kind that is delivered or installed.

    In force at a moment is the publication, not cancelled and begun by then, with the largest (`starts_at`, `id`). The
    ids of one kind count from 1. None is ever changed but by `cancelled_at`, and that before it begins.
    """

    slug: Key
    id: int
    version: int
    starts_at: dt.datetime
    created_at: dt.datetime
    created_by: Line
    cancelled_at: dt.datetime | None = None
