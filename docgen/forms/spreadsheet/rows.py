"""Read many letters of one kind from the rows of a spreadsheet, and write letters as rows.

One row is one letter. A table needs more lines than one: a row in which only columns of tables are filled continues
the letter above, as in an invoice; an empty row ends the letter. An empty cell is a field that was left out. Lists are
one item a line of their cell. Photos cannot be typed, so they have no column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docgen.errors import DataFileError, FieldError
from docgen.forms.spreadsheet.cells import (
    fingerprint,
    plain_date,
    plain_number,
    read_assets,
    read_class,
    read_date,
    to_cell,
    unreadable,
)
from docgen.forms.spreadsheet.columns import (
    ASSETS,
    DATE,
    EXAMPLE_MARK,
    HELP_MARK,
    SECURITY,
    SIGNER,
    SheetColumn,
    columns_of,
)
from docgen.forms.spreadsheet.headings import Heading, find_heading, is_notes
from docgen.messages import nearest
from docgen.spreadsheets import FORMULA, Grid, cell_name
from docgen.spreadsheets.read_report import ReadColumn, Reading, Reason, SkippedRow, ignored_columns, plain
from storage.records import Official, SecurityClass
from storage.text import clean_text
from wording import say

if TYPE_CHECKING:
    from docgen.kinds.kind import Kind

OWN_SHEETS = ("Daftar", "Petunjuk")  # that docgen itself puts beside the letters
_ID = re.compile(r"\[([^\[\]]+)\]\s*$")


@dataclass(frozen=True)
class Row:
    """One letter. `number` counts as in the sheet (in JSON: from 1); `lines` are the rows it takes up there.

    `letters` gives the column letter of each path; `problems` are cells that cannot be read.
    """

    number: int
    assets: list[str] = field(default_factory=list)
    signer: str | None = None
    date: dt.date | None = None
    security: SecurityClass | None = None
    data: dict[str, Any] = field(default_factory=dict)
    lines: Sequence[int] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[FieldError] = ()

    def cell_address(self, path: str) -> str:
        """Return where a value stands, for a message: `C7`, or `baris 7: hal` where the sheet has no such column."""
        return cell_address(path, self.number, self.lines, self.letters)


@dataclass(frozen=True)
class Rows:
    """The letters of a spreadsheet; `ignored` are headings that name no field, `letters` the column letters by path."""

    rows: Sequence[Row]
    letters: Mapping[str, str]
    ignored: Sequence[str]
    reading: Reading


def cell_address(path: str, number: int, lines: Sequence[int], letters: Mapping[str, str]) -> str:
    """Return the cell of a path (`data.barang[1].jumlah`: `F8`), or `baris 7: hal` where there is none."""
    index = re.search(r"^data\.\w+\[(\d+)\]", path)
    nth = int(index[1]) if index else 0
    plain = re.sub(r"\[\d+\]", "", path)
    letter = letters.get(plain) or next((at for key, at in letters.items() if key.startswith(f"{plain}.")), None)
    if letter is None or nth >= len(lines):
        return f"baris {number}: {path.removeprefix('data.')}"
    return f"{letter}{lines[nth]}"


def read_rows(
    kind: Kind, grid: Grid, officials: Mapping[str, Official] | None = None, *, take_hidden: bool = False
) -> Rows:
    """Return the letters of a spreadsheet; rows of help, unchanged examples, empty and hidden rows are skipped.

    Officials may be named by id, by name, or as the drop-down list has them. Rows that a spreadsheet hides, as a filter
    does, are letters only with `take_hidden`. Raises DataFileError when no row of `grid` is a heading of this kind,
    when the sheet was made for another kind, or at a formula whose result is not in the file.
    """
    columns = {column.key: column for column in columns_of(kind)}
    heading = find_heading(kind, list(columns.values()), grid)
    _check_required(heading, columns, grid.name)
    letters = {columns[key].path: cell_name(at) for at, key in heading.keys.items()}
    reader = _Reader(columns, heading, letters, officials or {})
    for number, cells in grid.rows:
        if number > heading.row:
            _check_formulas(grid.name, number, cells, heading)
            if number in grid.hidden and not take_hidden:
                reader.skip(number, "hidden")
            else:
                reader.add(number, cells)
    rows = reader.letters()
    reading = _reading(grid, columns, heading, rows, reader.skipped, take_hidden=take_hidden)
    return Rows(rows, letters, heading.ignored, reading)


def to_cells(kind: Kind, data: Mapping[str, Any], assets: Sequence[str]) -> list[dict[str, Any]]:
    """Return a submission as lines of the spreadsheet, by column key, as `read_rows` reads them back."""
    lines: list[dict[str, Any]] = [{ASSETS: "\n".join(assets)} if assets and kind.needs_assets != "none" else {}]
    for sheet_field in kind.fields:
        value = data.get(sheet_field.name)
        if value is None or sheet_field.type == "photos":
            continue
        if sheet_field.type == "table":
            lines += [{} for _ in range(len(value) - len(lines))]
            for line, item in zip(lines, value, strict=False):
                line |= {f"{sheet_field.name}.{name}": cell for name, cell in item.items() if cell is not None}
        else:
            lines[0][sheet_field.name] = to_cell(sheet_field, value)
    return lines


def official_name(official: Official) -> str:
    """Return an official as in the drop-down list: `Siti Norhayati, S.Kom. [kepala-seksi]`."""
    return f"{official.name} [{official.id}]"


class _Reader:
    """Joins the lines of a spreadsheet into letters."""

    def __init__(
        self,
        columns: Mapping[str, SheetColumn],
        heading: Heading,
        letters: Mapping[str, str],
        officials: Mapping[str, Official],
    ) -> None:
        self._columns = columns
        self._heading = heading
        self._letters = letters
        self._officials = officials
        self._names: dict[str, list[str]] = {}
        for official in officials.values():
            self._names.setdefault(official.name.casefold(), []).append(official.id)
        self._lines_of_letters: list[list[tuple[int, dict[str, str]]]] = []
        self._open = False
        self._last = heading.row
        self.skipped: list[SkippedRow] = []

    def skip(self, number: int, reason: Reason) -> None:
        """Skip a row as if it were not there."""
        self.skipped.append(SkippedRow(number, reason))
        if number == self._last + 1:
            self._last = number

    def add(self, number: int, row: Sequence[str]) -> None:
        """Add a row; a gap in the numbers is an empty row, which ends the letter above."""
        self._open = self._open and number == self._last + 1
        self._last = number
        cells = {key: row[at].strip() for at, key in self._heading.keys.items() if at < len(row) and row[at].strip()}
        if not cells:
            self._open = False
        elif reason := self._mark(number, row, cells):
            self.skipped.append(SkippedRow(number, reason))
        else:
            if self._open and all(self._columns[key].column for key in cells):
                self._lines_of_letters[-1].append((number, cells))
            else:
                self._lines_of_letters.append([(number, cells)])
                self._open = True

    def letters(self) -> list[Row]:
        return [self._row(lines) for lines in self._lines_of_letters]

    def _mark(self, number: int, row: Sequence[str], cells: Mapping[str, str]) -> Reason | None:
        """Return why a row is no letter: it is the help, an unchanged example, or the heading again; else None."""
        at = self._heading.notes
        mark = row[at].strip().lower() if at is not None and at < len(row) else ""
        if mark.startswith(EXAMPLE_MARK):
            return "example" if fingerprint(self._columns, cells) in self._heading.examples else None
        is_help = mark.startswith(HELP_MARK) and number == self._heading.row + 1
        if is_help or all(" ".join(text.split()) == self._columns[key].full_help for key, text in cells.items()):
            return "help"
        labels = self._heading.labels
        is_heading = all(plain(row[at]) == plain(labels.get(at, "")) for at in self._heading.keys if at < len(row))
        return "heading" if is_heading and len(cells) > 1 else None

    def _row(self, lines: Sequence[tuple[int, dict[str, str]]]) -> Row:
        problems: list[FieldError] = []
        readable = [self._readable(cells, index, problems) for index, (_, cells) in enumerate(lines)]
        first, numbers = readable[0], [number for number, _ in lines]
        return Row(
            number=numbers[0],
            assets=read_assets(first.get(ASSETS, ""), problems),
            signer=self._official(first[SIGNER]) if SIGNER in first else None,
            date=read_date(first.get(DATE, ""), problems),
            security=read_class(first.get(SECURITY, ""), problems),
            data=self._data(readable),
            lines=numbers,
            letters=self._letters,
            problems=problems,
        )

    def _readable(self, cells: Mapping[str, str], index: int, problems: list[FieldError]) -> dict[str, str]:
        """Return the cells of a line that hold a value; add errors for the others to `problems`."""
        wrong = {key: unreadable(self._columns[key], text, index) for key, text in cells.items()}
        problems += [error for errors in wrong.values() for error in errors]
        return {key: text for key, text in cells.items() if not wrong[key]}

    def _data(self, lines: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """Return the values of fields; a table has a row for each line, empty where the line has none of its cells."""
        data: dict[str, Any] = {}
        for index, cells in enumerate(lines):
            for key, text in cells.items():
                column = self._columns[key]
                if column.column is not None and column.field is not None:
                    rows = data.setdefault(column.field.name, [])
                    rows += [{} for _ in range(index + 1 - len(rows))]
                    rows[index][column.column.name] = self._value(column, text)
                elif column.field is not None:
                    data[key] = self._value(column, text)
        return data

    def _value(self, column: SheetColumn, text: str) -> Any:
        if column.type == "official":
            return self._official(text)
        if column.type == "list":
            return [line.strip() for line in clean_text(text).split("\n") if line.strip()]
        if column.type == "date":
            return plain_date(text)
        return plain_number(text) if column.type in ("integer", "money") else text

    def _official(self, text: str) -> str:
        """Return the id of the official in a cell; other text stays as it is, for `validate` to refuse."""
        if text in self._officials:
            return text
        match = _ID.search(text)
        if match and match[1] in self._officials:
            return match[1]
        ids = self._names.get(text.casefold(), [])
        return ids[0] if len(ids) == 1 else text


def _check_formulas(name: str, number: int, cells: Sequence[str], heading: Heading) -> None:
    """Raise DataFileError at a formula without a result, in a column that is read."""
    for at in heading.keys:
        if at < len(cells) and cells[at] == FORMULA:
            raise DataFileError(
                say(
                    "{name}: rumus dalam sel {column}{row} belum dihitung. Buka di Excel atau LibreOffice, "
                    "simpan, lalu unggah lagi.",
                    name=name,
                    column=cell_name(at),
                    row=number,
                )
            )


def _reading(
    grid: Grid,
    columns: Mapping[str, SheetColumn],
    heading: Heading,
    rows: Sequence[Row],
    skipped: Sequence[SkippedRow],
    *,
    take_hidden: bool,
) -> Reading:
    positions = [*heading.keys, *(at for at, label in heading.labels.items() if is_notes(label))]
    labels = [column.label for column in columns.values()]
    hidden = [number for number, _ in grid.rows if number > heading.row and number in grid.hidden]
    return Reading(
        sheet=grid.sheet,
        heading_row=heading.row,
        rows=sum(len(row.lines) for row in rows),
        columns=[
            ReadColumn(cell_name(at), heading.labels.get(at, "").strip(), columns[key].path)
            for at, key in sorted(heading.keys.items())
        ],
        ignored=ignored_columns(grid, heading.labels, positions, heading.row, labels),
        skipped=skipped,
        hidden_rows=hidden,
        hidden_taken=take_hidden,
        hidden_columns=[cell_name(at) for at in sorted(heading.keys) if at in grid.hidden_columns],
        other_sheets=[title for title in grid.other_sheets if title not in OWN_SHEETS],
        hidden_sheets=[title for title in grid.hidden_sheets if title not in OWN_SHEETS],
        linked=grid.linked,
    )


def _check_required(heading: Heading, columns: Mapping[str, SheetColumn], name: str) -> None:
    """Raise DataFileError when a required column is missing, once instead of in each of thousands of rows."""
    keys = set(heading.keys.values())
    for column in columns.values():
        if column.required and column.column is None and column.key not in keys:
            hint = nearest(column.label, heading.ignored) if heading.ignored else ""
            raise DataFileError(
                say(
                    "{name}: kolom “{label}” tidak ada. Unduh lembar isian jenis naskah ini, atau tambahkan "
                    "kolom itu.{hint}",
                    name=name,
                    label=column.label,
                    hint=hint,
                )
            )
