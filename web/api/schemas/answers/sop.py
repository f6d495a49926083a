"""What the API answers about the SOP: procedures, steps and kinds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from docgen.sop import Decision
from storage.records import Role, Sort
from web.api.schemas.answers.base import Strict


class PrintedStep(Strict):
    """A row of the printed table as it reads there, misprints and all; "" where the cell is empty."""

    activity: str
    requirements: str
    time: str
    result: str


class Step(Strict):
    """A row of a procedure's table; `time_norm_minutes` is working time (one day: 450 minutes by default)."""

    number: int
    activity: str
    actors: list[Role]
    requires: list[str]
    time_norm_minutes: int
    outputs: Annotated[list[str], Field(description="Kinds of documents the step yields")]
    endorsement: Literal["setuju", "terima"] | None
    decision: Decision | None
    results: Annotated[list[str], Field(description="The results in the SOP's words")]
    time: Annotated[str, Field(description="The time norm as printed", examples=["1 Hari"])]
    signer: Annotated[
        Role | None, Field(description="Role that signs what the step yields; null where it yields nothing")
    ]
    on_behalf_of: Annotated[Role | None, Field(description="Role in whose name (a.n.) the signer signs")]
    by_way_of: Annotated[Role | None, Field(description="Role between the two (u.b.), where the signer is two below")]
    endorsers: Annotated[
        list[Role],
        Field(description="Roles that decide, one after the other; the step is done when all of them have"),
    ]
    endorses: Annotated[int | None, Field(description="The step on whose documents they decide")]
    receivers: Annotated[list[Role], Field(description="The endorsers of a step that receives; else none")]
    decided_by: Annotated[
        list[str],
        Field(
            description="Kinds among `outputs` that carry the decision themselves: such a letter is the yes or the no"
        ),
    ]
    printed: Annotated[PrintedStep | None, Field(description="The row as the SOP prints it, where the file keeps it")]
    notes: Annotated[
        list[str],
        Field(description='What differs from the printed SOP; what is open begins with "Pertanyaan untuk kantor:"'),
    ]


class Procedure(Strict):
    """One of the SOP's procedures."""

    slug: str
    title: str
    steps: list[Step]
    letter: Annotated[str, Field(description="Its letter in the SOP", examples=["A"])]
    scope: Annotated[list[Sort], Field(description="Sorts of assets it is about")]
    printed_title: Annotated[str, Field(description="The heading as printed, with its scope; empty where not kept")]
    collective: Annotated[bool, Field(description="Whether its dossiers have no single asset")]
    classification: Annotated[str, Field(description="Archive code (Permendagri 83/2022)")]
    notes: Annotated[list[str], Field(description="As those of a step")]


class ArchiveCode(Strict):
    """A classification (Permendagri 83/2022)."""

    code: Annotated[str, Field(examples=["000.1.5"])]
    title: str


class Kind(Strict):
    """A type of document. `data` of a submission must fit `schema`; `example` does."""

    slug: str
    title: str
    description: str
    data_schema: Annotated[dict[str, Any], Field(alias="schema", description="JSON Schema 2020-12")]
    example: dict[str, Any]
    needs_assets: Literal["none", "optional", "required"]
    signer: Annotated[str, Field(description='Role that signs; "step": the one that signs at the step')]
    steps: Annotated[dict[str, list[int]], Field(description="Steps it is limited to, by procedure; empty: everywhere")]
    suggested: Annotated[dict[str, list[int]], Field(description="Steps it is usually made at, by procedure")]
    classification: Annotated[str, Field(description="Archive code of a letter outside the SOP that names none")]
