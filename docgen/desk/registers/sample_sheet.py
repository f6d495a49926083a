"""The empty spreadsheet in which an office lists its assets for an import."""

from __future__ import annotations

from docgen.desk.registers.checks import ASSET_LABELS
from docgen.forms.context import CONDITIONS, SORTS
from docgen.spreadsheets.guided import GuidedColumn, guided_xlsx

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
    columns = [
        GuidedColumn(
            label,
            _HINTS[name],
            _WIDTHS.get(name, 18),
            _CHOICES.get(name, ()),
            number=name in ("year", "value"),
            required=name in ("nibar", "name"),
        )
        for name, label in ASSET_LABELS.items()
    ]
    return guided_xlsx("Aset", columns)
