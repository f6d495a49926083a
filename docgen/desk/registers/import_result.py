"""What became of an import of a register: counts, what changed, and an error for each wrong cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.errors import MOST_ERRORS
from docgen.spreadsheets.read_report import Reading
from wording import say


@dataclass(frozen=True)
class LineError:
    """An error or a warning about a line of a file: `line` counts as in the file; `value` is the cell's text."""

    line: int
    field: str
    message: str
    cell: str = ""
    value: str = ""


@dataclass(frozen=True)
class RecordChange:
    """What an import does to a record that is in the register: fields by name as they were and as they become."""

    line: int
    key: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass
class ImportResult:
    """The result of an import: lines without an error are in the register, the others in `errors`.

    `changed` counts records that were in the register before, `unchanged` those of them without a difference, and
    `kept` their empty cells, whose values stay. `changes` lists the first of them. With `dry_run` nothing was done yet.
    """

    added: int = 0
    changed: int = 0
    errors: list[LineError] = field(default_factory=list)
    unchanged: int = 0
    kept: int = 0
    dry_run: bool = False
    changes: list[RecordChange] = field(default_factory=list)
    warnings: list[LineError] = field(default_factory=list)
    reading: Reading | None = None

    @property
    def notes(self) -> list[str]:
        """Return sentences about the import besides the errors that are listed."""
        notes = self.reading.notes() if self.reading else []
        more = max(0, len(self.errors) - MOST_ERRORS)
        if more:
            notes.append(
                say("{more} kesalahan lagi tidak ditampilkan; perbaiki dahulu yang ini, lalu impor lagi.", more=more)
            )
        if self.kept:
            notes.append(say("{kept} sel kosong: nilai yang sudah ada di daftar tetap.", kept=self.kept))
        return notes
