"""Write the empty spreadsheet in which an office lists its assets for an import; rules and hints are in its cells."""

from __future__ import annotations

import io

from docgen.desk.registers.checks import ASSET_LABELS
from docgen.forms.context import CONDITIONS, SORTS
from docgen.spreadsheets import cell_name
from docgen.spreadsheets.filled import without_moment
from docgen.spreadsheets.text_cell import put_text

LAST_LINE = 5200  # lists and hints go down to here
_REQUIRED = ("nibar", "name")
_CHOICES = {"condition": list(CONDITIONS.values()), "sort": list(SORTS.values())}
_WIDTHS = {"name": 36, "brand": 28, "location": 32, "nibar": 24, "kode_barang": 22}
_HINTS = {
    "nibar": "Kunci aset, misalnya 12.01.0024/2026. Baris dengan NIBAR yang sudah terdaftar memperbarui asetnya.",
    "kode_barang": "Misalnya 1.3.2.10.01.02.002.",
    "kode_register": "Nomor register empat angka, misalnya 0001.",
    "name": "Nama barang, misalnya Laptop.",
    "brand": "Misalnya Lenovo ThinkPad E14.",
    "serial": "Nomor seri pabrik; boleh kosong.",
    "year": "Tahun perolehan, misalnya 2024.",
    "value": "Nilai perolehan dalam rupiah tanpa sen, misalnya 18500000.",
    "condition": "Pilih Baik, Kurang Baik, atau Rusak Berat. Kosong berarti Baik.",
    "location": "Misalnya Ruang Seksi Infrastruktur.",
    "sort": "Pilih jenis aset. Kosong berarti perangkat keras.",
}


def asset_sheet() -> bytes:
    """Return the spreadsheet as XLSX: headings, a list in each column of choices, a hint at each cell."""
    from openpyxl import Workbook  # costs 0.1 s of start-up that most starts need not pay
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "Aset"
    sheet.freeze_panes = "A2"
    for at, (name, label) in enumerate(ASSET_LABELS.items(), start=1):
        letter, heading = cell_name(at - 1), sheet.cell(1, at)
        put_text(heading, label)
        heading.font = Font(bold=True, color="FFFFFF")
        heading.fill = PatternFill("solid", fgColor="9C2F1F" if name in _REQUIRED else "1F4E79")
        column = sheet.column_dimensions[letter]
        column.width = _WIDTHS.get(name, 18)
        column.number_format = "0" if name in ("year", "value") else "@"  # text: a code keeps its zeros
        choices = ",".join(_CHOICES.get(name, ()))
        rule = DataValidation(type="list", formula1=f'"{choices}"') if choices else DataValidation()
        rule.allow_blank = True
        rule.showErrorMessage = bool(choices)
        rule.errorTitle, rule.error = "Isian tidak cocok", "Pilih dari daftar pada sel ini."
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = label[:32], _HINTS[name]
        rule.add(f"{letter}2:{letter}{LAST_LINE}")
        sheet.add_data_validation(rule)
    target = io.BytesIO()
    book.save(target)
    return without_moment(target.getvalue())
