"""Write the spreadsheet in which many letters of a kind are filled in; only this file writes with openpyxl.

Sheet `Isian`: headings, their technical names (hidden), help, the kind's example, and room for the letters. Sheet
`Daftar` (hidden) holds what the drop-down lists offer, `Petunjuk` how it is filled in.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from docgen.desk.desk import Desk
from docgen.errors import NotFound
from docgen.forms.defaults import fitting_example
from docgen.forms.field_sheet import MAX_INTEGER
from docgen.forms.spreadsheet.cells import fingerprint
from docgen.forms.spreadsheet.columns import ASSETS, EXAMPLE_MARK, HELP_MARK, NAME_MARK, NOTES, SheetColumn, columns_of
from docgen.forms.spreadsheet.headings import technical_row
from docgen.forms.spreadsheet.rows import OWN_SHEETS, official_name, to_cells
from docgen.kinds.kind import Kind
from docgen.spreadsheets import cell_name
from docgen.spreadsheets.filled import without_moment
from docgen.spreadsheets.text_cell import put_text
from storage.catalogue import registers
from storage.records import Asset, Official
from wording import say

SHEET = "Isian"
LISTS, HELP = OWN_SHEETS
LAST_LINE = 5200  # drop-down lists and formats go down to here
MOST_OFFERED = 2000  # assets in the drop-down list; others are typed
_WIDTHS = {
    "paragraphs": 60,
    "rich_text": 60,
    "list": 45,
    "official": 36,
    "date": 20,
    "integer": 16,
    "money": 18,
    "boolean": 10,
}
# Months in Indonesian words: a CSV holds what is shown, and 10/05/2026 is two days, depending on who saved it.
_FORMATS = {"date": "[$-421]d mmmm yyyy", "integer": "0", "money": "#,##0", "boolean": "General"}
_HOW = (
    "Cara mengisi",
    "1. Satu baris adalah satu naskah. Isi mulai dari baris di bawah contoh; hapus atau timpa barisnya yang abu-abu.",
    "2. Judul kolom bertanda * wajib diisi. Sel yang dikosongkan diisi docgen seperti pada formulir.",
    "3. Kolom berjudul “Tabel: kolom” adalah baris tabel. Baris tabel kedua dan seterusnya ditulis pada baris di "
    "bawahnya, dengan kolom lain kosong – seperti rincian pada faktur.",
    "4. Baris kosong mengakhiri naskah. Baris berisi kolom lain memulai naskah baru.",
    "5. Kolom daftar: satu butir satu baris dalam sel (Alt+Enter). Paragraf dipisahkan dengan satu baris kosong.",
    "6. Beberapa aset dalam satu naskah dipisahkan dengan titik koma (;).",
    "7. Kolom Catatan boleh dipakai sendiri dan tidak dibaca, kecuali kata “contoh” dan “petunjuk”: baris contoh yang "
    "tidak diubah dan baris petunjuk dilewati.",
    "8. Foto tidak dapat diisi di sini; buat naskah berfoto satu per satu.",
    "9. Jangan menghapus baris 2 (tersembunyi). Simpan sebagai XLSX atau CSV, lalu unggah di docgen.",
)


def fill_sheet(desk: Desk, kind: str, place: str = "") -> bytes:
    """Return the kind's spreadsheet to fill in, an XLSX with officials and assets of the registers. Raises NotFound.

    `place` is the step it is for, as `pemeliharaan/2`; the sheet remembers it.
    """
    known_kind = desk.kinds.get(kind)
    if known_kind is None:
        raise NotFound(
            say("Jenis naskah {kind} tidak ada. Yang ada: {kinds}.", kind=repr(kind), kinds=", ".join(desk.kinds))
        )
    with desk.catalogue.read() as tx:
        officials = {official.id: official for official in registers.list_officials(tx)}
        assets = registers.search_assets(tx, limit=MOST_OFFERED) if known_kind.needs_assets != "none" else []
    return make_sheet(known_kind, officials, assets, place)


def make_sheet(kind: Kind, officials: Mapping[str, Official], assets: Sequence[Asset], place: str = "") -> bytes:
    """Return the spreadsheet of a kind as XLSX; the same bytes for the same kind and registers."""
    from openpyxl import Workbook  # costs 0.1 s of start-up that most starts need not pay

    book = Workbook()
    writer = _Writer(book, kind, columns_of(kind))
    writer.headings()
    writer.example(_example(kind, officials, assets), place)
    writer.lists(officials, assets)
    writer.help()
    target = io.BytesIO()
    book.save(target)
    return without_moment(target.getvalue())


class _Writer:
    """Writes the sheets of a workbook. Column A holds notes; `_at` has the column number of each key."""

    def __init__(self, book: Any, kind: Kind, columns: Sequence[SheetColumn]) -> None:
        self._book = book
        self._kind = kind
        self._columns = columns
        self._at = {column.key: number for number, column in enumerate(columns, start=2)}
        self._sheet = book.active
        self._sheet.title = SHEET

    def headings(self) -> None:
        """Write rows 1 to 3: labels, technical names, help; and how each column looks below them."""
        from openpyxl.styles import Alignment, Font, PatternFill

        sheet = self._sheet
        top = Alignment(wrap_text=True, vertical="top")
        self._put(1, 1, NOTES)
        self._put(3, 1, "Petunjuk – lihat lembar Petunjuk")
        assert self._sheet.cell(3, 1).value.lower().startswith(HELP_MARK)
        sheet.column_dimensions["A"].width = 27
        for column in self._columns:
            at = self._at[column.key]
            self._put(1, at, f"{column.label} *" if column.required else column.label)
            self._put(2, at, column.key)
            self._put(3, at, column.full_help)
            look = sheet.column_dimensions[cell_name(at - 1)]
            look.width = _WIDTHS.get(column.type, 30)
            look.number_format = _FORMATS.get(column.type, "@")  # text: a NIP keeps all of its digits
            look.alignment = top
        for at in range(1, len(self._columns) + 2):
            required = at > 1 and self._columns[at - 2].required
            sheet.cell(1, at).font = Font(bold=True, color="FFFFFF")
            sheet.cell(1, at).fill = PatternFill("solid", fgColor="9C2F1F" if required else "1F4E79")
            sheet.cell(3, at).font = Font(italic=True, size=9, color="595959")
            for row in (1, 3):
                sheet.cell(row, at).alignment = top
        sheet.row_dimensions[1].height = 48
        sheet.row_dimensions[2].hidden = True
        sheet.row_dimensions[3].height = 76
        sheet.freeze_panes = "B4"

    def example(self, lines: Sequence[Mapping[str, Any]], place: str) -> None:
        """Write the example from row 4 on, grey; row 2 has its fingerprint, so that an unchanged example is skipped."""
        from openpyxl.styles import Alignment, Font, PatternFill

        columns = {column.key: column for column in self._columns}
        for number, line in enumerate(lines, start=4):
            self._put(number, 1, "contoh – hapus atau timpa" if number == 4 else "contoh, baris tabel berikutnya")
            assert self._sheet.cell(number, 1).value.startswith(EXAMPLE_MARK)
            for key, value in line.items():
                self._put(number, self._at[key], _typed(columns[key], value))
            for at in range(1, len(self._columns) + 2):
                cell = self._sheet.cell(number, at)
                cell.font = Font(color="7F7F7F", italic=True)
                cell.fill = PatternFill("solid", fgColor="F2F2F2")
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.number_format = "@" if at == 1 else _FORMATS.get(self._columns[at - 2].type, "@")
        prints = [fingerprint(columns, line) for line in lines]
        self._put(2, 1, technical_row(self._kind.slug, prints, place))

    def lists(self, officials: Mapping[str, Official], assets: Sequence[Asset]) -> None:
        """Write the drop-down lists, and the limits of dates and numbers."""
        lists = self._book.create_sheet(LISTS)
        lists.sheet_state = "hidden"
        offered = {"official": self._list("Pejabat", [official_name(official) for official in officials.values()])}
        nibars = [f"{asset.nibar}{NAME_MARK}{asset.name.replace(';', ',')}" for asset in assets]
        offered[ASSETS] = self._list("Aset", nibars)
        for column in self._columns:
            if column.choices:
                offered[column.key] = self._list(column.label, column.choices)
        for column in self._columns:
            self._offer(column, offered.get(column.key) or offered.get(column.type, ""))

    def help(self) -> None:
        """Write the instructions."""
        from openpyxl.styles import Alignment, Font

        sheet = self._book.create_sheet(HELP)
        sheet.column_dimensions["A"].width = 110
        for number, text in enumerate((f"Lembar isian {self._kind.title}", self._kind.description, *_HOW), start=1):
            cell = sheet.cell(number, 1)
            put_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number in (1, 3))

    def _list(self, title: str, values: Sequence[str]) -> str:
        """Write a list beside the others and return its address, "" when it is empty."""
        sheet = self._book[LISTS]
        at = sheet.max_column + 1 if sheet.cell(1, 1).value else 1
        for number, value in enumerate((title, *values), start=1):
            cell = sheet.cell(number, at)
            put_text(cell, value)
        letter = cell_name(at - 1)
        return f"{LISTS}!${letter}$2:${letter}${len(values) + 1}" if values else ""

    def _offer(self, column: SheetColumn, offered: str) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        if column.type == "boolean":
            offered = '"ya,tidak"'
        if offered:
            rule = DataValidation(type="list", formula1=offered, allow_blank=True)
        elif column.type == "date":
            rule = DataValidation(type="date", operator="greaterThan", formula1="36525", allow_blank=True)
        elif column.type in ("integer", "money"):
            rule = DataValidation(type="whole", operator="between", formula1="0", formula2=str(MAX_INTEGER))
            rule.allow_blank = True
        else:
            return
        rule.showErrorMessage = column.key != ASSETS  # of which a cell may hold several
        rule.errorTitle = "Isian tidak cocok"
        rule.error = _WRONG.get(column.type, "Pilih dari daftar pada sel ini.")
        rule.showInputMessage = True
        rule.promptTitle = column.label[:32]
        rule.prompt = column.full_help[:255] or None
        letter = cell_name(self._at[column.key] - 1)
        rule.add(f"{letter}4:{letter}{LAST_LINE}")
        self._sheet.add_data_validation(rule)

    def _put(self, row: int, at: int, value: Any) -> None:
        cell = self._sheet.cell(row, at)
        if isinstance(value, str):
            put_text(cell, value)
        else:
            cell.value = value


_WRONG = {
    "date": "Tulis tanggal, misalnya 23/11/2026.",
    "integer": "Tulis bilangan bulat, misalnya 12.",
    "money": "Tulis nilai rupiah tanpa sen, misalnya 12500000.",
}


def _example(kind: Kind, officials: Mapping[str, Official], assets: Sequence[Asset]) -> list[dict[str, Any]]:
    nibars = [asset.nibar for asset in assets[:1]] if kind.needs_assets == "required" else []
    lines = to_cells(kind, fitting_example(kind.sheet, kind.example, officials=officials), nibars)
    for field in kind.fields:
        if field.type == "official" and lines[0].get(field.name) in officials:
            lines[0][field.name] = official_name(officials[lines[0][field.name]])
    return lines


def _typed(column: SheetColumn, value: Any) -> Any:
    if column.type == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return value
