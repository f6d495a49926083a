"""The rows of a batch as its pages show them: cells with what is wrong, and the letters that came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docgen.desk.batches.batch_request import BatchRequest, RowError
from docgen.desk.batches.check import DryRun, ReadBatch
from docgen.desk.batches.outcomes import RowOutcome
from docgen.desk.issuing.preflight_checks import addressee_of
from docgen.forms.spreadsheet.headings import TECHNICAL
from docgen.spreadsheets import cell_name
from storage.catalogue import documents, registers
from web.desk import get_desk
from wording import say

SHOWN_ROWS = 50  # of the sheet, in the table of a check: those with errors first
SHOWN_COLUMNS = 30


@dataclass(frozen=True)
class Cell:
    """A cell of the sheet as typed, and what is wrong with it."""

    text: str
    wrong: str = ""


@dataclass(frozen=True)
class SheetRow:
    """A row of the sheet: its number there, its cells, what is wrong with it elsewhere; `index` of its letter."""

    number: int
    cells: Sequence[Cell]
    wrong: Sequence[str]
    index: int | None


def headings(read: ReadBatch) -> list[tuple[str, str]]:
    """Return the letter and heading of each column."""
    rows = read.grid.rows if read.grid else ()
    below = read.reading.heading_row if read.reading else 0
    heading = next((cells for number, cells in rows if number == below), ())
    width = min(max((len(cells) for _, cells in rows), default=0), SHOWN_COLUMNS)
    above = next((cells for number, cells in reversed(rows) if number < below), ())
    labels = above if any(cell.startswith(TECHNICAL) for cell in heading) else heading
    return [(cell_name(at), text) for at, text in enumerate([*labels, *[""] * width][:width])]


def shown_rows(read: ReadBatch, run: DryRun) -> list[SheetRow]:
    """Return the rows of the sheet to show: those with errors, or the first."""
    batch = read.request
    wrong: dict[int, list[RowError]] = {}
    for error in run.errors:
        wrong.setdefault(error.row, []).append(error)
    letters = {batch.number(index): index for index in range(len(batch.rows))}
    numbers = list(wrong) if wrong else list(letters)
    cells = dict(read.grid.rows) if read.grid else {}
    width = len(headings(read))
    lines = []
    for number in numbers[:SHOWN_ROWS]:
        errors = wrong.get(number, [])
        messages = {error.cell: error.message for error in errors}
        row = [*cells.get(number, ()), *[""] * width][:width]
        shown_cells = [Cell(text, messages.pop(f"{cell_name(at)}{number}", "")) for at, text in enumerate(row)]
        elsewhere = [say("{cell}: {message}", cell=cell, message=message) for cell, message in messages.items()]
        lines.append(SheetRow(number, shown_cells, elsewhere, letters.get(number)))
    return lines


def titles_of(outcomes: Sequence[RowOutcome]) -> Mapping[str, str]:
    """Return the title of each letter by id."""
    with get_desk().catalogue.read() as tx:
        made = documents.get_documents(tx, [outcome.id for outcome in outcomes if outcome.id])
    return {id: document.title for id, document in made.items()}


def recipients_of(batch: BatchRequest) -> Mapping[int, str]:
    """Return whom each row's letter is for, by the row's number; nothing where the kind has no addressee."""
    kind = get_desk().kinds.get(batch.kind)
    if kind is None or not kind.sheet.addressee:
        return {}
    with get_desk().catalogue.read() as tx:
        officials = {official.id: official for official in registers.list_officials(tx)}
    return {batch.number(at): addressee_of(kind.sheet, row.data, officials) for at, row in enumerate(batch.rows)}
