"""Answers about kinds that the office makes itself: drafts, versions, what the lint finds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from web.api.schemas.answers.base import Sha256, Strict

Stage = Literal["delivered", "draft", "tried", "planned", "in_force", "replaced", "withdrawn"]


class Place(Strict):
    """Words of a Word file: characters `start` to `end` of the text of a paragraph."""

    part: Annotated[str, Field(description="Name in the package", examples=["word/document.xml"])]
    paragraph: Annotated[int, Field(description="Index among all paragraphs of that part, from 0")]
    start: int
    end: int
    page: Annotated[int | None, Field(description="Page, from 1; null where none is known")]


class Finding(Strict):
    """A fault of a template; `error` alone keeps a version from being published."""

    rule: Annotated[str, Field(description="Name of the rule", examples=["unknown_name"])]
    severity: Literal["error", "warning", "hint"]
    place: Place
    words: Annotated[str, Field(description="What stands there")]
    message: str
    suggestion: str


class KindDraft(Strict):
    """A version of a kind as it stands, with the form that it asks for and what the lint finds."""

    slug: str
    version: int
    state: Annotated[Stage, Field(description="How far it came")]
    sha256: Annotated[Sha256, Field(description="SHA-256 of the version: template, fields and example")]
    title: str
    data_schema: Annotated[dict[str, Any], Field(alias="schema", description="JSON Schema 2020-12 of `data`")]
    findings: list[Finding]


class KindFields(KindDraft):
    """A version with its field sheet, as `fields.yaml` has it, and its example."""

    fields: Annotated[dict[str, Any], Field(description="The field sheet; PUT it back to …/fields")]
    example: dict[str, Any]


class Publication(Strict):
    """That a version is in force from a moment on, unless it was cancelled before."""

    id: int
    version: Annotated[int, Field(description="0: the delivered or installed kind")]
    starts_at: dt.datetime
    created_at: dt.datetime
    created_by: str
    cancelled_at: dt.datetime | None


class KindVersion(Strict):
    """A version of a kind. `state` is `planned` before its day, `in_force` while letters are made with it."""

    slug: str
    version: Annotated[int, Field(description="From 1; 0 is the delivered or installed kind")]
    state: Stage
    in_force: bool
    title: str
    sha256: Sha256
    template_sha256: Sha256
    created_at: Annotated[dt.datetime | None, Field(description="null of version 0")]
    created_by: str
    note: str
    publications: list[Publication]


class TrialLetter(Strict):
    """A letter that was tried; `problem` says why there is none."""

    input: Annotated[Literal["example", "least", "rows", "long"], Field(description="What it was filled with")]
    pages: int
    problem: str


class KindTrial(KindDraft):
    """A version that was tried, with its letters; none where a finding is an error."""

    letters: list[TrialLetter]
