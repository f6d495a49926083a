"""Records of letters before they have a number: drafts, their versions, their route, and what is said of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from storage.records.base import Line, Record

DraftState = Literal["writing", "review", "returned", "signing", "issued", "withdrawn"]
RoutePart = Literal["paraf", "sign"]
RouteState = Literal["waiting", "paraf", "perbaiki", "tolak", "signed", "passed"]
NumberAt = Literal["issue", "signature"]


class Draft(Record):
    """A letter before it has a number: `body` is the form as typed, valid or not; `version` counts its changes.

    `user` is its author, who came with the token of id `token`, "" for a person. `title` is what it was about when it
    was last submitted; `reason` why it was withdrawn or refused; `document` the id of the document it became.
    `removed_at` is when its author deleted it; it can be restored for a while.

    `save_id` is what the page called the last save, and after it the saves that may still be on their way; "" for one
    without a name.
    """

    id: str
    user: str
    body: dict[str, Any]
    updated_at: dt.datetime
    version: int = 1
    save_id: str = ""
    state: DraftState = "writing"
    title: str = ""
    submitted_at: dt.datetime | None = None
    document: str = ""
    reason: str = ""
    removed_at: dt.datetime | None = None
    token: str = ""


class DraftVersion(Record):
    """The text of a draft at a version, and who wrote it.

    `late` is 0 for the version that counts. A text that came when somebody had been quicker is kept beside the version
    that counts, numbered from 1.
    """

    draft: str
    version: int
    late: int = 0
    by: str
    at: dt.datetime
    body: dict[str, Any]


class RouteEntry(Record):
    """An official on the way of a draft: he initials it (`paraf`) or signs it (`sign`).

    Entries of the same `turn` are asked together, a lower turn before a higher. `acting` is the official who decided in
    his place (Plt. or Plh.), "" for himself; `version` is the one decided on, `by` the account that entered it.
    `passed` is an entry that was handed over: the official who has it instead stands behind it, in the same turn.
    """

    draft: str
    position: int
    turn: int
    official: str
    part: RoutePart
    state: RouteState = "waiting"
    acting: str = ""
    at: dt.datetime | None = None
    by: str = ""
    version: int = 0
    note: str = ""
    reminded_at: dt.datetime | None = None


class DraftComment(Record):
    """A remark on a version of a draft, beside a `field` of its form or at a place of a page.

    `page` counts from 1, `x` and `y` are parts of its width and height from the left and the top. `answers` is the id
    of the remark it answers.
    """

    id: str
    draft: str
    version: int
    by: str
    at: dt.datetime
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    field: Line = ""
    page: Annotated[int, Field(ge=0, le=9999)] = 0
    x: Annotated[float, Field(ge=0, le=1)] = 0.0
    y: Annotated[float, Field(ge=0, le=1)] = 0.0
    answers: str = ""
    resolved_at: dt.datetime | None = None
    resolved_by: str = ""


class DraftReading(Record):
    """Which version of a draft a person saw last."""

    draft: str
    user: str
    version: int


class Drafting(Record):
    """What the office set itself on the way of its drafts, in place of what is delivered.

    `routes` are the rules of its default routes as plain data, [] for an office whose letters nobody initials, None for
    the delivered ones. `number_at` says by kind when a number is taken.
    """

    routes: list[dict[str, Any]] | None = None
    number_at: dict[str, NumberAt] = {}
