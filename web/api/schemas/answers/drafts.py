"""Drafts as the API shows them: letters that have no number yet, and where each is on its way to one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from storage.records import DraftState, RoutePart, RouteState, SecurityClass
from web.api.schemas.answers.base import Href, Next, Strict


class RouteEntry(Strict):
    """An official on the way of a draft: he initials it (`paraf`) or signs it (`sign`)."""

    official: Annotated[str, Field(description="Id of the official who is asked")]
    part: RoutePart
    state: Annotated[RouteState, Field(description="`passed`: he handed his turn over to the official behind him")]
    turn: Annotated[int, Field(description="Those of one turn are asked together, a lower turn before a higher")]
    at: Annotated[dt.datetime | None, Field(description="When he decided")]
    note: str
    acting: Annotated[str | None, Field(description="Id of the official who decided in his place (Plt. or Plh.)")]
    version: Annotated[int | None, Field(description="The version he decided on")]


class DraftLinks(Strict):
    """Where a draft is found, the page for people, and the document it became."""

    self_: Annotated[Href, Field(alias="self")]
    page: Href
    document: Href | None


class Draft(Strict):
    """A letter that has no number yet. Its `version` is its `ETag`."""

    id: str
    state: DraftState
    version: int
    kind: str
    procedure: str
    step: int
    title: Annotated[str, Field(description='What it is about, as far as it was written; "" when it says nothing yet')]
    author: str
    security: Annotated[SecurityClass, Field(description="Security class of the letter it would become now")]
    route: Annotated[
        list[RouteEntry],
        Field(description="Who initials and who signs it, in order; until it is submitted, as it would be now"),
    ]
    submitted_at: dt.datetime | None
    updated_at: dt.datetime
    reason: Annotated[str, Field(description='Why it was withdrawn or refused; ""')]
    links: DraftLinks


class DraftRecord(Draft):
    """A draft with what is written in it, valid or not, and who may read it beside those on its route."""

    letter: Annotated[dict[str, Any], Field(description="As the body of `POST /documents`, as far as it was filled in")]
    readers: list[str]


class DraftPage(Strict):
    """A page of drafts."""

    items: list[Draft]
    next: Next
