"""Read and fill spreadsheets in a child process; rows pass as one JSON text, which is the quickest frame."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from docgen.errors import DataFileError, PdfError
from docgen.foreign.reader import SECONDS, child_pool
from docgen.spreadsheets import Grid
from docgen.spreadsheets.filled import filled_sheet
from wording import say

SECONDS_A_MEGABYTE = 3.0  # of processor time more for each megabyte that was sent: 50,000 rows are four
WRITE_SECONDS = 60.0  # for a job to write into a book; nobody waits at a screen for it


def read_grid(
    name: str, data: bytes, *, sheet: str = "", known: Mapping[str, str] | None = None, mark: str = ""
) -> Grid:
    """Call `docgen.spreadsheets.read.read_grid` in a child process. Raises DataFileError, ReaderBusy."""
    seconds = SECONDS + SECONDS_A_MEGABYTE * len(data) / 1_000_000
    try:
        grid, rows = child_pool().call(
            "packed_grid", name, data, sheet, known or {}, mark, lane="file", seconds=seconds
        )
    except PdfError as error:
        raise DataFileError(
            say(
                "{name} terlalu berat untuk dibaca, atau rusak. Salin isinya saja ke buku kerja baru, atau "
                "bagi menjadi beberapa berkas.",
                name=name,
            )
        ) from error
    return replace(
        cast(Grid, grid),
        rows=[(number, row) for number, row in json.loads(rows)],
        hidden=frozenset(grid.hidden),
        hidden_columns=frozenset(grid.hidden_columns),
    )


def fill_results(data: bytes, rows: Mapping[int, Sequence[str]], *, name: str) -> bytes:
    """Call `docgen.spreadsheets.filled.filled_sheet` of a book in a child process. Raises PdfError if it cannot be
    filled.
    """
    return cast(
        bytes, child_pool().call(filled_sheet.__name__, data, rows, name=name, lane="file", seconds=WRITE_SECONDS)
    )
