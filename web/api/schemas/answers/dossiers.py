"""What the API answers about dossiers and the buku agenda."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from storage.records import NumberStatus, RegisterEntry, Role
from web.api.schemas.answers.base import Href, Next, Strict
from web.api.schemas.answers.documents import FoundDocument, Refusal


class FoundDossier(Strict):
    """A dossier as a list shows it; `assets` is empty when it is collective."""

    id: str
    procedure: str
    title: str
    assets: list[str]
    status: Literal["open", "closed"]
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    closed_by: str
    close_reason: Annotated[str, Field(description="Why it was closed although something lacked")]
    classification: Annotated[
        str, Field(description="Archive code that letters outside the SOP in it share; empty for a run of a procedure")
    ]
    year: Annotated[int, Field(description="Year of these letters; 0 for a run of a procedure")]
    href: Href


class DossierPage(Strict):
    """Dossiers, newest first."""

    items: list[FoundDossier]
    next: Next


class DossierStep(Strict):
    """A step with what was made at it; `missing` are kinds it yields that no document in force is there for.

    `state` is done, current (its turn), returned (its turn again: what it made was sent back), missing (passed over)
    or pending (not reached). `awaits` are ids of documents on which its decision is to be made now. `due` is when its
    time norm ends in the office's working time; `overdue` whether it was, or still is not, finished by then. `decided`:
    its yes was given, and only `missing` is left; `refusal` is the no that sent back what it made.
    """

    number: int
    activity: str
    outputs: list[str]
    endorsement: Literal["setuju", "terima"] | None
    state: Literal["done", "current", "returned", "missing", "pending"]
    actor: Annotated[Role | None, Field(description="The role that acts")]
    documents: list[FoundDocument]
    missing: list[str]
    awaits: list[str]
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    due: dt.datetime | None
    overdue: bool
    decided: bool
    refusal: Refusal | None


class Dossier(FoundDossier):
    """A dossier, step by step. `complete`: every step is done; `current` is the number of the step whose turn it is."""

    complete: bool
    current: int | None
    overdue: Annotated[bool, Field(description="Whether the current step is beyond its time norm")]
    steps: list[DossierStep]


class Entry(Strict):
    """A line of the register: one number, given once. Without `document` it is of a letter written by hand: `reserved`
    while it is kept for one, `issued` once it was used or was put in between, `void` when it was given up."""

    sequence: int
    suffix: Annotated[str, Field(description="The letter of a number put in between: `a` of 12a; else empty")]
    number: str
    status: NumberStatus
    date: dt.date
    title: str
    document: Annotated[str, Field(description="Id of the document; empty for a letter written by hand")]
    reason: Annotated[str, Field(description="Why the number is void, or was put in between")]
    series: Annotated[str, Field(description="The series it is of; empty for a number that another system gave")]
    by: Annotated[str, Field(description="The system that gave it, `sequence` is 0 then; empty for the office")]

    @classmethod
    def of(cls, entry: RegisterEntry, by: str = "") -> Entry:
        """Return the answer for the catalogue's record; `by` is the system that gave the number, "" for ours."""
        return cls.model_validate({"suffix": "", "by": by, **entry.model_dump(include=set(cls.model_fields))})


class Register(Strict):
    """The buku agenda of the office's unit in a year, whole: series by series, each in sequence with the numbers given
    by hand, then numbers of other systems by date."""

    unit: str
    year: int
    items: list[Entry]


class NumberCounts(Strict):
    """How many numbers there are of each status."""

    reserved: int = 0
    issued: int = 0
    void: int = 0


class RegisterSummary(Strict):
    """A register of a year: a series of the office's own, or, with `by`, the numbers that another system gave."""

    series: Annotated[str, Field(description="Name of the series; empty for another system", examples=["utama"])]
    title: str
    by: Annotated[str, Field(description="The system that gives the numbers; empty for the office")]
    pattern: Annotated[str, Field(description="How the next number is written; empty for another system")]
    kinds: Annotated[list[str], Field(description="Kinds that have this series to themselves; of the main one empty")]
    year: int
    last: Annotated[int, Field(description="The last number given out; 0 when none was, and for another system")]
    counts: NumberCounts
