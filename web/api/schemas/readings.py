"""What the API answers about a spreadsheet: how it was read, and what an import did with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docgen.desk.registers.import_result import ImportResult
from docgen.errors import MOST_ERRORS
from docgen.spreadsheets.read_report import Reading
from web.api.schemas.answers import LineError, Strict

MOST_SKIPPED = 500
HiddenRows = Annotated[
    Literal["skip", "take"],
    Field(description="Rows that the spreadsheet hides, as a filter does: skipped and told, or taken"),
]
Notes = Annotated[
    list[str], Field(description="All of `reading` that a person should know, as sentences in Indonesian")
]


class ImportQuery(BaseModel):
    """How a register's file is imported."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Annotated[bool, Field(description="Tell what would be done, and do nothing")] = False
    hidden_rows: HiddenRows = "skip"


class ReadColumn(Strict):
    """A column that was read, and the field it is for."""

    column: Annotated[str, Field(description="Its letter, `A`", examples=["A"])]
    heading: str
    field: str


class IgnoredColumn(Strict):
    """A column that was not read, because its heading names no field."""

    column: str
    heading: str
    filled: Annotated[int, Field(description="Rows that hold something there")]
    nearest: Annotated[str, Field(description="A known heading like it, or empty")]


class SkippedRow(Strict):
    """A row that holds something and was not taken."""

    row: int
    reason: Annotated[
        Literal["heading", "numbering", "total", "remark", "hidden", "example", "help"],
        Field(
            description="The heading once more, numbers of columns, a sum, no key and no name, hidden, example, help"
        ),
    ]


class SheetReading(Strict):
    """How a spreadsheet was read. Rows count from 1 as the file shows them."""

    sheet: Annotated[str, Field(description="Name of the sheet; empty for CSV")]
    heading_row: int
    rows: Annotated[int, Field(description="Rows that were taken")]
    columns: list[ReadColumn]
    ignored: list[IgnoredColumn]
    skipped: Annotated[list[SkippedRow], Field(description=f"The first {MOST_SKIPPED}")]
    hidden_rows: Annotated[list[int], Field(description=f"Hidden rows that hold something; the first {MOST_SKIPPED}")]
    hidden_taken: Annotated[bool, Field(description="Whether these were taken")]
    hidden_columns: Annotated[list[str], Field(description="Hidden columns, which were read")]
    other_sheets: Annotated[list[str], Field(description="Sheets that hold something and were not read")]
    hidden_sheets: Annotated[list[str], Field(description="Hidden ones of these")]
    linked: Annotated[bool, Field(description="Whether formulas take values from another file; the last ones are read")]


class RecordChange(Strict):
    """What becomes of a record that was in the register: the fields that differ."""

    line: int
    key: str
    before: dict[str, Any]
    after: dict[str, Any]


class ImportReport(Strict):
    """Lines without an error are in the register; the others are listed. With `dry_run`, what would be done."""

    added: int
    changed: Annotated[int, Field(description="Records that were in the register before, `unchanged` ones too")]
    errors: Annotated[list[LineError], Field(description=f"The first {MOST_ERRORS}")]
    more_errors: Annotated[int, Field(description="How many more errors there are")] = 0
    unchanged: Annotated[int, Field(description="Records that were just so in the register")]
    kept: Annotated[int, Field(description="Empty cells of known records: what is in the register stays")]
    dry_run: bool
    changes: Annotated[list[RecordChange], Field(description="The first 200 records that differ")]
    warnings: Annotated[list[LineError], Field(description=f"What looks wrong and was taken; the first {MOST_ERRORS}")]
    reading: SheetReading | None
    notes: Notes


def shown_reading(reading: Reading) -> SheetReading:
    """Return how a spreadsheet was read, as the API answers it."""
    return SheetReading(
        sheet=reading.sheet,
        heading_row=reading.heading_row,
        rows=reading.rows,
        columns=[
            ReadColumn(column=entry.column, heading=entry.heading, field=entry.field) for entry in reading.columns
        ],
        ignored=[
            IgnoredColumn(column=entry.column, heading=entry.heading, filled=entry.filled, nearest=entry.nearest)
            for entry in reading.ignored
        ],
        skipped=[SkippedRow(row=entry.row, reason=entry.reason) for entry in reading.skipped[:MOST_SKIPPED]],
        hidden_rows=list(reading.hidden_rows[:MOST_SKIPPED]),
        hidden_taken=reading.hidden_taken,
        hidden_columns=list(reading.hidden_columns),
        other_sheets=list(reading.other_sheets),
        hidden_sheets=list(reading.hidden_sheets),
        linked=reading.linked,
    )


def shown_import(result: ImportResult) -> ImportReport:
    """Return what an import did, as the API answers it."""
    return ImportReport(
        added=result.added,
        changed=result.changed,
        errors=[LineError.model_validate(vars(entry)) for entry in result.errors[:MOST_ERRORS]],
        more_errors=max(0, len(result.errors) - MOST_ERRORS),
        unchanged=result.unchanged,
        kept=result.kept,
        dry_run=result.dry_run,
        changes=[
            RecordChange(line=entry.line, key=entry.key, before=dict(entry.before), after=dict(entry.after))
            for entry in result.changes
        ],
        warnings=[LineError.model_validate(vars(entry)) for entry in result.warnings[:MOST_ERRORS]],
        reading=shown_reading(result.reading) if result.reading else None,
        notes=result.notes,
    )
