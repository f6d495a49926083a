"""Write what became of letters into the spreadsheet that asked for them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zipfile import ZipFile

from docgen.spreadsheets.grid import cell_name
from docgen.spreadsheets.text_cell import put_text
from docgen.zip_bytes import Member, zip_bytes

RESULT = ("Nomor naskah", "Tautan", "Keterangan")


def filled_sheet(
    data: bytes | None,
    rows: Mapping[int, tuple[str, str, str]],
    grid: Sequence[tuple[int, Sequence[str]]] = (),
    *,
    name: str = "",
) -> bytes:
    """Return a spreadsheet that came with letters, with three more columns: number, link and remark of its `rows`.

    `name` is the sheet they stand in, else the first. Without `data` one is made of the rows of `grid`. A book that
    openpyxl does not read raises whatever its parsers raise.
    """
    from openpyxl import Workbook, load_workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    from docgen.spreadsheets.book_bytes import book_bytes

    sheet: Any
    if data is not None:
        book = load_workbook(io.BytesIO(data))
        sheet = book[name] if name in book.sheetnames else book.worksheets[0]
    else:
        book = Workbook()
        sheet = book.active
        sheet.title = name or "Sheet"
        for number, cells in grid:
            for at, text in enumerate(cells, start=1):
                if text:
                    cell = sheet.cell(number, at)
                    put_text(cell, text)
    top = next((row[0].row for row in sheet.iter_rows() if any(cell.value for cell in row)), 1)
    if top in rows:
        sheet.insert_rows(1)
        rows, top = {number + 1: values for number, values in rows.items()}, 1
    first = sheet.max_column + 1
    for at, (title, width) in enumerate(zip(RESULT, (44, 60, 60), strict=True), start=first):
        cell = sheet.cell(top, at)
        cell.value, cell.font = title, Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="2E7D32")
        sheet.column_dimensions[cell_name(at - 1)].width = width
    for number, values in rows.items():
        for at, text in enumerate(values, start=first):
            if not text:
                continue
            cell = sheet.cell(number, at)
            put_text(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if text == values[1]:
                cell.hyperlink = text
                cell.font = Font(color="0563C1", underline="single")
    return without_moment(book_bytes(book))


def without_moment(book: bytes) -> bytes:
    """Return the same book without the time at which it was written."""
    with ZipFile(io.BytesIO(book)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    core = "docProps/core.xml"
    if core in parts:
        parts[core] = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", parts[core])
    return zip_bytes(Member(name, content) for name, content in parts.items())
