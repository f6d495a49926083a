"""Issue the right rows of a sheet alone, and give the others back as a sheet of their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from docgen.desk.batches.check import DryRun, ReadBatch
from docgen.desk.batches.worksheet import SHEET
from docgen.errors import FieldError, InvalidSubmission
from docgen.spreadsheets.filled import filled_sheet
from wording import joined, say


def without_rows(read: ReadBatch, numbers: Collection[int]) -> ReadBatch:
    """Return a batch without the letters at these rows of its sheet. Raises InvalidSubmission when none is left."""
    request = read.request
    rows = [row for index, row in enumerate(request.rows) if request.number(index) not in numbers]
    if not rows:
        raise InvalidSubmission([FieldError("rows", "Tidak ada baris yang benar.")])
    problems = [problem for problem in read.problems if problem.row not in numbers]
    left = tuple(sorted(numbers))
    return replace(read, request=request.model_copy(update={"rows": rows}), problems=problems, left=left)


def rest_sheet(read: ReadBatch, run: DryRun) -> bytes:
    """Return an XLSX of the letters that are wrong: the heading, their rows as they are, and what is wrong beside."""
    messages: dict[int, list[str]] = {}
    for error in run.errors:
        messages.setdefault(error.row, []).append(say("{cell}: {message}", cell=error.cell, message=error.message))
    cells = dict(read.grid.rows) if read.grid else {}
    heading_row = read.reading.heading_row if read.reading else 0
    grid = [(number, row) for number, row in cells.items() if number <= heading_row]
    remarks: dict[int, tuple[str, str, str]] = {}
    below = heading_row
    for index, letter in enumerate(read.request.rows):
        number = read.request.number(index)
        if number not in run.wrong_rows:
            continue
        remarks[below + 1] = ("", "", joined(messages.get(number, []), "\n"))
        grid += [(below + at, cells.get(line, ())) for at, line in enumerate(letter.lines, start=1)]
        below += len(letter.lines) + 1  # an empty row ends a letter
    return filled_sheet(None, remarks, grid, name=SHEET)
