"""A kind with one field of each type, and what its form accepts and refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docgen.errors import InvalidSubmission
from docgen.forms import validate
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.kind import Kind
from templates_docx import FOLDER
from tests.support.office.small_office import OFFICIALS

# One field of each type, required and not.
SHEET: dict[str, Any] = {
    "title": "Segala",
    "title_field": "hal",
    "fields": [
        {"name": "hal", "label": "Hal", "help": "Tulis pokok surat dalam satu kalimat.", "example": "Perbaikan",
         "required": True, "max_length": 30},
        {"name": "kepada", "label": "Yth.", "required": True, "default": "Kepala Bidang",
         "default_role": "kepala_bidang"},
        {"name": "lampiran", "label": "Lampiran", "default": "-", "when_empty": "-"},
        {"name": "isi", "label": "Isi", "type": "paragraphs"},
        {"name": "uraian", "label": "Uraian", "type": "rich_text"},
        {"name": "mulai", "label": "Mulai", "type": "date", "required": True},
        {"name": "selesai", "label": "Selesai", "type": "date"},
        {"name": "rangkap", "label": "Rangkap", "type": "integer", "default": 2},
        {"name": "biaya", "label": "Biaya", "type": "money"},
        {"name": "sifat", "label": "Sifat", "type": "choice", "choices": ["Biasa", "Segera"], "default": "Biasa"},
        {"name": "selesaikah", "label": "Selesai?", "type": "boolean"},
        {"name": "dasar", "label": "Dasar", "type": "list", "required": True},
        {"name": "saksi", "label": "Saksi", "type": "official"},
        {"name": "barang", "label": "Barang", "type": "table", "columns": [
            {"name": "nama", "label": "Nama barang", "required": True, "max_length": 20},
            {"name": "jumlah", "label": "Jumlah", "type": "integer"},
            {"name": "harga", "label": "Harga", "type": "money"},
            {"name": "tanggal", "label": "Tanggal", "type": "date"},
        ]},
        {"name": "foto", "label": "Foto", "type": "photos", "most": 3, "example": "Rak 3"},
    ],
}  # fmt: skip


TEMPLATE = (FOLDER / "nota_dinas" / "template.docx").read_bytes()


KIND = Kind("segala", Path(), FieldSheet.model_validate(SHEET), {}, TEMPLATE)


PHOTO = f"{7:064x}.jpg"


LEAST: dict[str, Any] = {"hal": "Perbaikan", "mulai": "2026-11-23", "dasar": ["Surat"]}


def accept(**data: Any) -> dict[str, Any]:
    return validate(KIND.sheet, {**LEAST, **data}, officials=OFFICIALS)


def refuse(**data: Any) -> dict[str, str]:
    with pytest.raises(InvalidSubmission) as caught:
        accept(**data)
    return {error.field: error.message for error in caught.value.errors}
