"""Rows as a spreadsheet in which every text is a text: what begins with = is no formula to any program."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from docgen.spreadsheets.text_cell import put_text

LONGEST_TEXT = 32_000  # characters of a cell; Excel takes 32,767


def plain_xlsx(name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str | int | dt.date]]) -> bytes:
    """Return a book of one sheet called `name`: headings with the widths of their columns, in letters, then the
    rows.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for at, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width

    def cell(value: str | int | dt.date, *, bold: bool = False) -> Any:
        if isinstance(value, int):
            return value
        if isinstance(value, dt.date):
            date = WriteOnlyCell(sheet, dt.datetime.combine(value, dt.time()))
            date.number_format = "dd/mm/yyyy"
            return date
        text = WriteOnlyCell(sheet)
        put_text(text, value[:LONGEST_TEXT])
        if bold:
            text.font = Font(bold=True)
        return text

    sheet.append([cell(heading, bold=True) for heading, _ in columns])
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
