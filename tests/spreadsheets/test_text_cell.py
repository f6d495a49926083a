"""What people typed stays text in every spreadsheet that is made of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from docgen.spreadsheets.filled import filled_sheet
from docgen.spreadsheets.text_cell import harmless, put_text
from docgen.spreadsheets.write import plain_xlsx


@pytest.mark.parametrize("text", ["=1+1", "+62", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1", "'petik"])
def test_a_csv_cell_runs_nothing(text: str) -> None:
    """An apostrophe goes before what a spreadsheet would run; who takes it off has the text."""
    assert harmless(text) == f"'{text}"


def test_an_ordinary_text_stays_as_it_is() -> None:
    """A number of a letter, a name, nothing."""
    assert [harmless(text) for text in ("000.1/2026", "Noor", "")] == ["000.1/2026", "Noor", ""]


def test_a_text_stays_one_when_its_cell_is_edited() -> None:
    """In a list that is exported and in a sheet that is filled; what no cell can hold is left out."""
    cell: Any = Workbook().active["A1"]  # type: ignore[index]
    put_text(cell, "=1\x00+1")
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    put_text(cell, "\x00=1+1")
    assert (cell.value, cell.quotePrefix) == ("=1+1", True)
    for book in (
        plain_xlsx("Naskah", [("Hal", 9)], [["=1+1"], ["Hal"]]),
        filled_sheet(None, {}, [(2, ["=1+1"]), (3, ["Hal"])]),
    ):
        sheet: Any = load_workbook(io.BytesIO(book)).active
        assert [(one.value, one.data_type, one.quotePrefix) for one in (sheet["A2"], sheet["A3"])] == [
            ("=1+1", "s", True), ("Hal", "s", False),
        ]  # fmt: skip
