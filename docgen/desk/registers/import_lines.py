"""Read the rows of an import: the cells of each record, and an error for each cell that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from docgen.desk.registers.columns import RegisterHeading, register_value, skip_reason
from docgen.desk.registers.import_result import ImportResult, LineError
from docgen.errors import DataFileError
from docgen.spreadsheets import Grid, cell_name
from docgen.spreadsheets.read_report import ReadColumn, Reading, SkippedRow, ignored_columns
from docgen.spreadsheets.values import broken
from storage.text import DOOR
from wording import say

MOST_LINES = 20_000
SHOWN = 80  # characters of a wrong cell in a report


@dataclass(frozen=True)
class Line:
    """A row of a record: the values of its filled cells, by field, and the fields of its empty cells."""

    number: int
    values: Mapping[str, str]
    empty: Sequence[str]


def read_lines(
    grid: Grid,
    heading: RegisterHeading,
    labels: Mapping[str, str],
    key_type: TypeAdapter[str],
    result: ImportResult,
    *,
    take_hidden: bool,
) -> Iterator[Line]:
    """Yield the rows of records; add wrong cells to `result.errors`, and how the file was read to `result.reading`.

    The first of the `labels` is that of the field that names a record. Raises DataFileError for too many rows.
    """
    key = next(iter(labels))
    skipped: list[SkippedRow] = []
    hidden = []
    count = 0
    for number, row in grid.rows:
        if number <= heading.row:
            continue
        reason = skip_reason(row, heading, key)
        if number in grid.hidden and reason is None:
            hidden.append(number)
            reason = None if take_hidden else "hidden"
        if reason is not None:
            skipped.append(SkippedRow(number, reason))
            continue
        count += 1
        if count > MOST_LINES:
            raise DataFileError(
                say("{name}: lebih dari {most} baris. Bagi menjadi beberapa berkas.", name=grid.name, most=MOST_LINES)
            )
        errors = list(_wrong_cells(grid, heading, labels, number, row))
        result.errors += errors
        if not errors:
            cells = {field: row[at] if at < len(row) else "" for at, field in heading.fields.items()}
            values = {field: register_value(field, cell) for field, cell in cells.items()}
            filled = {field: value for field, value in values.items() if value}
            with suppress(ValidationError):  # which is reported with the other fields
                filled[key] = key_type.validate_python(filled.get(key, ""), context=DOOR)
            yield Line(number, filled, [field for field in values if field not in filled])
    result.reading = Reading(
        sheet=grid.sheet,
        heading_row=heading.row,
        rows=count,
        columns=[
            ReadColumn(cell_name(at), heading.labels[at].strip(), field) for at, field in sorted(heading.fields.items())
        ],
        ignored=ignored_columns(grid, heading.labels, heading.fields, heading.row, list(labels.values())),
        skipped=skipped,
        hidden_rows=hidden,
        hidden_taken=take_hidden,
        hidden_columns=[cell_name(at) for at in sorted(heading.fields) if at in grid.hidden_columns],
        other_sheets=grid.other_sheets,
        hidden_sheets=grid.hidden_sheets,
        linked=grid.linked,
    )


def _wrong_cells(
    grid: Grid, heading: RegisterHeading, labels: Mapping[str, str], number: int, row: Sequence[str]
) -> Iterator[LineError]:
    """Yield the cells that hold an error of the spreadsheet, and those that are merged with a row above."""
    for at, field_name in sorted(heading.fields.items()):
        text = row[at].strip() if at < len(row) else ""
        place = f"{cell_name(at)}{number}"
        if message := broken(labels[field_name], text):
            yield LineError(number, field_name, message, place, "" if text.startswith("\ufffd") else text[:SHOWN])
        merged = None if text else grid.merged_above(number, at)
        if merged is not None and merged.top > heading.row:
            message = say(
                "{label} digabung dari baris {top} sampai {bottom}. Pisahkan sel itu, lalu isi tiap baris.",
                label=labels[field_name],
                top=merged.top,
                bottom=merged.bottom,
            )
            yield LineError(number, field_name, message, place)
