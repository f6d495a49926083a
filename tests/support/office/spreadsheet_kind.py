"""A kind with what spreadsheets treat in their own way, and what rows of it become."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docgen.forms.field_sheet import FieldSheet
from docgen.forms.spreadsheet.rows import Rows, read_rows
from docgen.kinds.kind import Kind
from docgen.spreadsheets import Grid
from storage.records import Official
from tests.support.office.small_office import OFFICIALS

# One field of each type that a spreadsheet treats in its own way, and two tables side by side.
SHEET: dict[str, Any] = {
    "title": "Permintaan",
    "title_field": "hal",
    "fields": [
        {"name": "hal", "label": "Hal", "required": True},
        {"name": "isi", "label": "Isi", "type": "paragraphs"},
        {"name": "mulai", "label": "Mulai", "type": "date"},
        {"name": "biaya", "label": "Biaya", "type": "money"},
        {"name": "segera", "label": "Segera?", "type": "boolean"},
        {"name": "dasar", "label": "Dasar", "type": "list"},
        {"name": "penerima", "label": "Penerima", "type": "official"},
        {"name": "foto", "label": "Foto", "type": "photos"},
        {"name": "barang", "label": "Barang", "type": "table", "columns": [
            {"name": "nama", "label": "Nama", "required": True},
            {"name": "jumlah", "label": "Jumlah", "type": "integer"}]},
        {"name": "saksi", "label": "Saksi", "type": "table", "columns": [
            {"name": "nama", "label": "Nama", "required": True}]},
    ],
}  # fmt: skip


KIND = Kind("permintaan", Path(), FieldSheet.model_validate(SHEET), {}, b"")


HEADING = ("aset", "hal", "mulai", "biaya", "penerima", "barang.nama", "barang.jumlah", "saksi.nama")


def read(*rows: Sequence[str], kind: Kind = KIND, officials: dict[str, Official] | None = None) -> Rows:
    """What these rows ask for, the first of them in row 1; empty rows are left out, as `read_grid` does."""
    grid = Grid("surat.csv", [(number, row) for number, row in enumerate(rows, start=1) if any(row)])
    return read_rows(kind, grid, officials)


def one(key: str, text: str) -> Any:
    """What one cell becomes in `data`."""
    return read(("hal", key), ("Surat", text), officials=OFFICIALS).rows[0].data.get(key)
