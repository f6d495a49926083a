"""What a search found, as a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from docgen.forms.clean import FORBIDDEN
from storage.records import Document

COLUMNS = (
    *(("Nomor", 42), ("Tanggal", 13), ("Jenis", 30), ("Hal", 60), ("Prosedur", 34), ("Langkah", 9)),
    *(("Keadaan", 14), ("NIBAR", 24), ("Dibuat oleh", 18), ("Tautan", 44)),
)
Named = Callable[[str], str]


def results_xlsx(
    found: Iterable[Document], *, kind: Named, procedure: Named, status: Named, link: Callable[[Document], str]
) -> bytes:
    """One row a document. Every text is a text: what begins with = is no formula to any program that opens it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Naskah")
    sheet.freeze_panes = "A2"
    for at, (_, width) in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + at)].width = width

    def text(value: str, *, bold: bool = False) -> Any:
        cell = WriteOnlyCell(sheet, FORBIDDEN.sub("", value)[:32_000])
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        return cell

    sheet.append([text(name, bold=True) for name, _ in COLUMNS])
    for one in found:
        date = WriteOnlyCell(sheet, dt.datetime.combine(one.date, dt.time()))
        date.number_format = "dd/mm/yyyy"
        cells = [
            text(one.number),
            date,
            text(kind(one.kind)),
            text(one.title),
            text(procedure(one.procedure)),
            one.step,
        ]
        more = (status(one.status), ", ".join(one.assets), one.created_by, link(one))
        sheet.append([*cells, *map(text, more)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
