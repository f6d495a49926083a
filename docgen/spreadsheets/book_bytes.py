"""Save a workbook in memory: openpyxl would write each sheet to a temporary file, and a child has no disk."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


def book_bytes(book: Workbook) -> bytes:
    """Return a book as the bytes of its file."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        _Writer(book, archive).write_data()
    return out.getvalue()


class _Writer(ExcelWriter):
    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet; as openpyxl does, in memory."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        part = io.BytesIO()
        writer: Any = WorksheetWriter(ws, part)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], part.getvalue())  # type: ignore[attr-defined]  # the stubs lack it
        self.manifest.append(ws)
