"""What the API answers about assets and officials, and about what was wrong in a file of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from storage.records import Asset, Line, Official, Sentence
from web.api.schemas.answers.base import Next, Strict


class AssetChange(Asset):
    """An asset to change; `nibar` may be left out and cannot be changed."""

    nibar: Annotated[Line, Field(max_length=120)] = ""


class AssetPage(Strict):
    """Assets by NIBAR."""

    items: list[Asset]
    next: Next


class CheckedOfficial(Official):
    """An official, with what looks wrong about the entry but does not hinder."""

    warnings: Annotated[
        tuple[str, ...], Field(json_schema_extra={"readOnly": True}, description="Ignored when sent")
    ] = ()


class OfficialChange(CheckedOfficial):
    """An official to change; `id` may be left out and cannot be changed."""

    id: Annotated[Line, Field(max_length=60)] = ""


class SigningIdentityAnswer(Strict):
    """By what BSrE knows an official, with most of it masked; the value itself is in no answer."""

    official: str
    sort: Annotated[str, Field(description="nik or email")]
    masked: Annotated[str, Field(examples=["3671••••••••0003"])]
    at: dt.datetime
    by: str


class SignerStatusAnswer(Strict):
    """What BSrE says about an official."""

    code: Annotated[str, Field(examples=["ISSUE"])]
    may_sign: bool
    message: Annotated[Sentence, Field(description="What the person has to do, where he may not sign")]


class OfficialPage(Strict):
    """Officials by id."""

    items: list[CheckedOfficial]
    next: Next


class Upload(Strict):
    """A photo that is kept: `file` is what a field of photos asks for; pixels, and bytes."""

    file: Annotated[str, Field(pattern=r"^[0-9a-f]{64}\.jpg$", description="SHA-256 of the photo as it is kept")]
    width: Annotated[int, Field(ge=1, le=1600)]
    height: Annotated[int, Field(ge=1, le=1600)]
    size: Annotated[int, Field(ge=1)]


class LineError(Strict):
    """What is wrong in one line of an imported file; the heading is line 1."""

    line: int
    field: str
    message: str
    cell: Annotated[str, Field(description="`C7`, or empty where the file has no such column")] = ""
    value: Annotated[str, Field(description="What the cell holds; its first 80 characters")] = ""
