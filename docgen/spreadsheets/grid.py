"""Hold a sheet as text, and limit its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docgen.errors import DataFileError
from wording import say

LARGEST_EXACT = 10**15  # spreadsheets keep 15 digits of a number; a NIP has 18
LOST_DIGITS = "\ufffd"  # the text of a number whose last digits the spreadsheet has lost
FORMULA = "\ufffd="  # the text of a formula whose result is not in the file
LOOKED_AT = 30  # rows from the top among which the heading is looked for: a title may stand above it
MOST_GRID_ROWS = 50_000  # the last row that may hold something
MOST_GRID_COLUMNS = 400
MOST_CELLS = 2_000_000  # cells of a file, empty ones too
MOST_TEXT = 32 * 1024 * 1024  # characters of all cells; one text may stand in many of them
LONGEST_CELL = 100_000  # characters; Excel takes 32,767
_MOST_MERGED = 200  # are looked at; those beyond cover cells that count as empty


@dataclass(frozen=True)
class Merged:
    """Cells that are merged over several rows: rows from 1, columns as positions from 0, all inclusive."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Grid:
    """A whole sheet as text: rows that hold something, each with its number in the file from 1. `name` is the file's.

    A number that is not whole is written with a comma; yes and no are `ya` and `tidak`; a date is 2026-11-23. `hidden`
    are numbers of rows, `hidden_columns` positions from 0. `other_sheets` hold something and were not read,
    `hidden_sheets` likewise. `linked` tells of formulas that take their values from another file.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]
    sheet: str = ""
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: Sequence[Merged] = ()
    other_sheets: Sequence[str] = ()
    hidden_sheets: Sequence[str] = ()
    linked: bool = False

    def merged_above(self, number: int, at: int) -> Merged | None:
        """Return the merged cells that cover a cell and begin in a row above it."""
        return next(
            (one for one in self.merged if one.left <= at <= one.right and one.top < number <= one.bottom), None
        )


@dataclass
class Cells:
    """The cells of one sheet while it is read: text by row and column. Raises DataFileError beyond the limits."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    _text: int = 0

    def put(self, row: int, at: int, text: str) -> None:
        """Add a cell that is not empty."""
        if row > MOST_GRID_ROWS:
            raise DataFileError(
                say(
                    "{name} memuat lebih dari {most} baris. Hapus baris yang tidak perlu, atau bagi menjadi "
                    "beberapa berkas.",
                    name=self.name,
                    most=count(MOST_GRID_ROWS),
                )
            )
        if at >= MOST_GRID_COLUMNS:
            raise DataFileError(
                say(
                    "{name} memuat lebih dari {most} kolom. Hapus kolom yang tidak perlu.",
                    name=self.name,
                    most=MOST_GRID_COLUMNS,
                )
            )
        if len(text) > LONGEST_CELL:
            raise DataFileError(
                say(
                    "{name}: sel {column}{row} memuat {count} karakter, paling banyak {most}. Persingkat isinya.",
                    name=self.name,
                    column=cell_name(at),
                    row=row,
                    count=count(len(text)),
                    most=count(LONGEST_CELL),
                )
            )
        cells = self.rows.setdefault(row, {})
        cells[at] = text
        self._text += len(text)
        if self._text > MOST_TEXT:
            raise DataFileError(say("{name} memuat terlalu banyak teks. Bagi menjadi beberapa berkas.", name=self.name))

    def merge(self, merged: Merged) -> None:
        """Add a range of merged cells; only those over several rows matter, and only the first few hundred."""
        if merged.bottom > merged.top and len(self.merged) < _MOST_MERGED:
            self.merged.append(merged)

    def grid(self, sheet: str) -> Grid:
        """Return what was read, rows in order. Raises DataFileError when it is far wider than what it holds."""
        if sum(max(cells) + 1 for cells in self.rows.values()) > MOST_CELLS:
            raise too_wide(self.name)
        return Grid(
            self.name,
            [(number, _row(self.rows[number])) for number in sorted(self.rows)],
            sheet,
            frozenset(self.hidden),
            frozenset(self.hidden_columns),
            self.merged,
        )


def too_wide(name: str) -> DataFileError:
    """Return the error for a file with too many cells."""
    return DataFileError(say("{name} terlalu lebar. Hapus kolom dan baris kosong di sekitar isinya.", name=name))


def cell_name(at: int) -> str:
    """Return the letters of the column at a position from 0: `A`, `AB`."""
    name, left = "", at + 1
    while left:
        left, rest = divmod(left - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def count(number: int) -> str:
    """Return a number as Indonesians write it: 50.000."""
    return f"{number:,}".replace(",", ".")


def _row(cells: Mapping[int, str]) -> list[str]:
    row = [""] * (max(cells) + 1)
    for at, text in cells.items():
        row[at] = text
    return row
