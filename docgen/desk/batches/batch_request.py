"""The request of a batch: letters of one kind at a step, one a row, and errors beside their cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docgen.desk.issuing.request import DocumentRequest, NumberingRequest
from docgen.errors import FieldError, NotFound
from docgen.forms.spreadsheet.cells import LONGEST_NIBAR, MOST_ASSETS
from docgen.forms.spreadsheet.rows import cell_address
from docgen.numbering.number_systems import OURS
from storage.records import SecurityClass
from wording import say

MOST_LETTERS = 5000


class BatchRow(BaseModel):
    """One letter: on what, by whom, when, with which field values."""

    model_config = ConfigDict(extra="forbid")

    assets: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_NIBAR)]],
        Field(max_length=MOST_ASSETS, description="NIBAR of each asset; the first is the one it is kept under"),
    ] = []
    signer: Annotated[str | None, Field(description="Id of the official; the step's own when left out")] = None
    date: Annotated[dt.date | None, Field(description="Date of the document; today when left out")] = None
    security: Annotated[SecurityClass | None, Field(description="Security class; the batch's when left out")] = None
    data: Annotated[dict[str, Any], Field(description="Values of the kind's fields, see GET /kinds/{kind}")] = {}
    lines: Annotated[
        list[Annotated[int, Field(ge=1)]],
        Field(description="Rows of the spreadsheet it came from: its first, then those of its tables"),
    ] = []


class BatchRequest(BaseModel):
    """The body of `POST /batches`: letters of one kind at one step, each in a dossier of its own or one it continues.

    A row continues an open dossier as a letter does that names none (`POST /documents`); a batch replaces nothing.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(description="Kind, one of GET /kinds", examples=["nota_dinas"])]
    procedure: Annotated[str, Field(description="Slug of the procedure", examples=["pemeliharaan"])]
    step: Annotated[
        int, Field(ge=0, le=999, description="Number of the step, from 1; left out for letters outside the SOP")
    ] = 0
    classification: Annotated[
        str | None,
        Field(max_length=60, description="Archive code of letters outside the SOP; the kind's when left out"),
    ] = None
    rows: Annotated[list[BatchRow], Field(min_length=1, max_length=MOST_LETTERS, description="One letter each")]
    duplex: Annotated[bool, Field(description="In the file to print, each letter begins on the front of a sheet")] = (
        False
    )
    dossier: Annotated[
        Literal["new"] | None,
        Field(description="`new`: every letter opens a dossier of its own, and none is continued"),
    ] = None
    security: Annotated[
        SecurityClass | None,
        Field(description="Security class of the letters whose row names none; the kind's, else the office's default"),
    ] = None
    letters: Annotated[
        dict[str, str],
        Field(description="Column of the spreadsheet by path (`data.hal`: `C`), so that errors name the cell"),
    ] = {}

    def letter(self, index: int) -> DocumentRequest:
        """Return the request of the row at this position, from 0. Raises NotFound."""
        if not 0 <= index < len(self.rows):
            raise NotFound(
                say("Baris {row} tidak ada; yang diminta {count} naskah.", row=index + 1, count=len(self.rows))
            )
        row = self.rows[index]
        return DocumentRequest(
            numbering=NumberingRequest(by=OURS),
            kind=self.kind,
            procedure=self.procedure,
            step=self.step,
            classification=self.classification,
            assets=row.assets,
            dossier=self.dossier,
            signer=row.signer,
            date=row.date,
            security=row.security or self.security,
            data=row.data,
        )

    def number(self, index: int) -> int:
        """Return the number of the row at this position in the spreadsheet; without a spreadsheet counted from 1."""
        lines = self.rows[index].lines
        return lines[0] if lines else index + 1

    def error(self, index: int, error: FieldError) -> RowError:
        """Return an error of the row at this position with its cell."""
        number = self.number(index)
        cell = cell_address(error.field, number, self.rows[index].lines, self.letters)
        return RowError(number, cell, error.field, error.message)


@dataclass(frozen=True)
class RowError:
    """An error in a row: `cell` is `C7`, or `baris 7: hal` where there is no such cell; `field` is its path."""

    row: int
    cell: str
    field: str
    message: str
