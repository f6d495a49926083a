"""Write the results of letters into the spreadsheet that requested them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docgen.spreadsheets.grid import cell_name
from storage.text import FORBIDDEN

RESULT = ("Nomor naskah", "Tautan", "Keterangan")
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # one time for every part, so that the same sheet is the same file


def filled_sheet(
    data: bytes | None,
    rows: Mapping[int, tuple[str, str, str]],
    grid: Sequence[tuple[int, Sequence[str]]] = (),
    *,
    name: str = "",
) -> bytes:
    """Return the spreadsheet of a batch with three more columns: number, link and remark of its `rows`.

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
                    cell.value, cell.data_type = writable(text), "s"
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
            cell.value, cell.data_type = writable(text), "s"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if text == values[1]:
                cell.hyperlink = text
                cell.font = Font(color="0563C1", underline="single")
    return without_moment(book_bytes(book))


def writable(text: str) -> str:
    """Return a text without characters that a cell cannot hold."""
    return FORBIDDEN.sub("", text)


def without_moment(book: bytes) -> bytes:
    """Return the book without the time at which it was written."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", content)
            new.writestr(ZipInfo(part.filename, _WRITTEN), content, ZIP_DEFLATED)
    return target.getvalue()
