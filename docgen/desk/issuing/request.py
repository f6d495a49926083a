"""Which document somebody asks for: the body of `POST /documents`, and what a form is read into."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from storage.records import SecurityClass, Signing


class NumberingRequest(BaseModel):
    """Which system numbers a letter."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[
        str,
        Field(
            min_length=1,
            max_length=300,
            description="`kantor` for a number of the office's own, or one of the office's other systems. Such a "
            "letter takes no number of the office's: it waits as `awaiting_number` until its number is told",
            examples=["SRIKANDI"],
        ),
    ]


class DocumentRequest(BaseModel):
    """The body of `POST /documents` and of the form: which document, on what, with which field values."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(description="Kind, one of GET /kinds", examples=["nota_dinas"])]
    procedure: Annotated[
        str,
        Field(description="Slug of the procedure; `umum` for a letter outside the SOP", examples=["pemeliharaan"]),
    ]
    step: Annotated[
        int, Field(ge=0, le=999, description="Number of the step, from 1; left out for a letter outside the SOP")
    ] = 0
    classification: Annotated[
        str | None,
        Field(
            max_length=60,
            description="Archive code of a letter outside the SOP (`GET /classifications`); left out, the kind's "
            "own. Its open dossier of the year is continued",
            examples=["000.1.5"],
        ),
    ] = None
    assets: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=120)]],
        Field(max_length=2000, description="NIBAR of each asset; the first is the one it is kept under"),
    ] = []
    dossier: Annotated[
        str | None,
        Field(
            description="Id of the dossier, or `new` for one of its own. Left out, the letter continues the open "
            "dossier on exactly these assets where only one fits, and opens one of its own otherwise; the answer "
            "tells which"
        ),
    ] = None
    signer: Annotated[str | None, Field(description="Id of the official; the step's own when left out")] = None
    on_behalf_of: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]] | None,
        Field(
            max_length=2,
            description="Ids of the officials in whose name the signer signs: his superior (a.n.), then the one "
            "between the two (u.b.). Left out, as the SOP says; an empty list: in his own name",
        ),
    ] = None
    date: Annotated[dt.date | None, Field(description="Date of the document; today when left out")] = None
    replaces: Annotated[
        str | None,
        Field(
            description="Id of an issued document of the same kind and step in whose place this one comes, in its "
            "dossier. Left out, nothing is replaced"
        ),
    ] = None
    security: Annotated[
        SecurityClass | None,
        Field(
            description="Security class: B (biasa), T (terbatas), R (rahasia), SR (sangat rahasia). Left out, that of "
            "the letter it replaces, else the kind's own, else the office's. It stays as it is once the letter is "
            "issued"
        ),
    ] = None
    numbering: Annotated[
        NumberingRequest | None,
        Field(
            description="Who numbers the letter. Left out, as the office says for the kind: as a rule the office itself"
        ),
    ] = None
    signing: Annotated[
        Signing,
        Field(
            description="`bsre`: it waits for its signer's electronic signature (`POST /documents/{id}/sign`); left "
            "out, it is signed by hand"
        ),
    ] = ""
    data: Annotated[dict[str, Any], Field(description="Values of the kind's fields, see GET /kinds/{kind}")] = {}

    @property
    def names_target(self) -> bool:
        """Whether it says itself where the letter goes: into which dossier, or in which letter's place."""
        return bool(self.dossier or self.replaces)
