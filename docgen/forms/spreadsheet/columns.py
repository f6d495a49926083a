"""The columns of a kind's spreadsheet, from its field sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.forms.field_sheet import Column, FieldType, SheetField

if TYPE_CHECKING:
    from docgen.kinds.kind import Kind
from wording import say

ASSETS, SIGNER, DATE = "aset", "penandatangan", "tanggal"  # no field has these names: templates know them already
PATHS = {ASSETS: "assets", SIGNER: "signer", DATE: "date"}
NOTES = "Catatan"  # heading of the first column: not read, but for what marks a row as help or example
HELP_MARK, EXAMPLE_MARK = "petunjuk", "contoh"
_BELOW = "Baris berikutnya ditulis di bawahnya, dengan kolom lain kosong."
NAMED = " – "  # parts a NIBAR from the asset's name, as the drop-down list offers them


@dataclass(frozen=True)
class SheetColumn:
    """A column of a kind's spreadsheet. `key` is its technical name: `hal`, `barang.jumlah`, `aset`."""

    key: str
    label: str
    type: FieldType = "text"
    required: bool = False
    help: str = ""
    choices: Sequence[str] = ()
    field: SheetField | None = None
    column: Column | None = None

    @property
    def path(self) -> str:
        """Where its value goes in a submission, without the number of a table's row: `data.barang.jumlah`."""
        return PATHS.get(self.key) or f"data.{self.key}"

    @property
    def told(self) -> str:
        """Its help as the sheet shows it: with the longest text, where that is short."""
        one = self.column or self.field
        longest = (
            say(" Paling banyak {max_length} karakter.", max_length=one.max_length)
            if one and one.max_length <= 300
            else ""
        )
        return " ".join(f"{self.help}{longest}".split())


def columns_of(kind: Kind) -> list[SheetColumn]:
    """The columns of the kind's spreadsheet, in order."""
    columns = []
    if kind.needs_assets != "none":
        help = "NIBAR; beberapa aset dipisahkan dengan titik koma (;) atau baris baru dalam sel (Alt+Enter)."
        columns.append(SheetColumn(ASSETS, "Aset (NIBAR)", required=kind.needs_assets == "required", help=help))
    for one in kind.fields:
        if one.type == "table":
            columns += [_table_column(one, column) for column in one.columns]
        elif one.type != "photos":
            required = one.required and one.default is None and not (one.default_role or one.default_from)
            columns.append(SheetColumn(one.name, one.label, one.type, required, _help(one), one.choices, one))
    columns.append(SheetColumn(SIGNER, "Penanda tangan", "official", help="Kosong: pejabat menurut SOP."))
    columns.append(SheetColumn(DATE, "Tanggal naskah", "date", help="Kosong: tanggal hari penerbitan."))
    return columns


def _table_column(table: SheetField, column: Column) -> SheetColumn:
    help = " ".join([column.help or table.help, _BELOW]).strip()
    required = table.required and column.required
    label = f"{table.label}: {column.label}"
    return SheetColumn(f"{table.name}.{column.name}", label, column.type, required, help, (), table, column)


def _help(one: SheetField) -> str:
    origin = say("Bila dikosongkan: {derived_from}.", derived_from=one.derived_from) if one.derived_from else ""
    lines = "Satu baris satu dalam sel (Alt+Enter)." if one.type == "list" and "satu baris satu" not in one.help else ""
    return " ".join(text for text in (one.help, lines, origin) if text)
