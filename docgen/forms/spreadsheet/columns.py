"""The columns of a kind's spreadsheet, from its field sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.forms.field_sheet import Column, FieldType, SheetField
from wording import say

if TYPE_CHECKING:
    from docgen.kinds.kind import Kind

# No field has the first three names, because templates know them already.
ASSETS, SIGNER, DATE, SECURITY = "aset", "penandatangan", "tanggal", "sifat_keamanan"
PATHS = {ASSETS: "assets", SIGNER: "signer", DATE: "date", SECURITY: "security"}
CLASSES = ("B", "T", "R", "SR")
NOTES = "Catatan"  # heading of the first column: not read, but for what marks a row as help or example
HELP_MARK, EXAMPLE_MARK = "petunjuk", "contoh"
_BELOW = "Baris berikutnya ditulis di bawahnya, dengan kolom lain kosong."
NAME_MARK = " – "  # between a NIBAR and the asset's name, as the drop-down list offers them


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
        """Return the path of its value in a submission, without the number of a table's row: `data.barang.jumlah`."""
        return PATHS.get(self.key) or f"data.{self.key}"

    @property
    def full_help(self) -> str:
        """Return its help as the sheet shows it: with the longest text, where that is short."""
        field = self.column or self.field
        longest = (
            say(" Paling banyak {max_length} karakter.", max_length=field.max_length)
            if field and field.max_length <= 300
            else ""
        )
        return " ".join(f"{self.help}{longest}".split())


def columns_of(kind: Kind) -> list[SheetColumn]:
    """Return the columns of the kind's spreadsheet, in order."""
    columns = []
    if kind.needs_assets != "none":
        help = "NIBAR; beberapa aset dipisahkan dengan titik koma (;) atau baris baru dalam sel (Alt+Enter)."
        columns.append(SheetColumn(ASSETS, "Aset (NIBAR)", required=kind.needs_assets == "required", help=help))
    for field in kind.fields:
        if field.type == "table":
            columns += [_table_column(field, column) for column in field.columns]
        elif field.type != "photos":
            required = field.required and field.default is None and not (field.default_role or field.default_from)
            columns.append(
                SheetColumn(field.name, field.label, field.type, required, _help(field), field.choices, field)
            )
    columns.append(SheetColumn(SIGNER, "Penanda tangan", "official", help="Kosong: pejabat menurut SOP."))
    columns.append(SheetColumn(DATE, "Tanggal naskah", "date", help="Kosong: tanggal hari penerbitan."))
    help = "B (biasa), T (terbatas), R (rahasia), atau SR (sangat rahasia). Kosong: bawaan jenis naskah."
    if all(field.name != SECURITY for field in kind.fields):
        columns.append(SheetColumn(SECURITY, "Sifat keamanan", "choice", help=help, choices=CLASSES))
    return columns


def _table_column(table: SheetField, column: Column) -> SheetColumn:
    help = " ".join([column.help or table.help, _BELOW]).strip()
    required = table.required and column.required
    label = f"{table.label}: {column.label}"
    return SheetColumn(f"{table.name}.{column.name}", label, column.type, required, help, (), table, column)


def _help(field: SheetField) -> str:
    origin = say("Bila dikosongkan: {derived_from}.", derived_from=field.derived_from) if field.derived_from else ""
    lines = (
        "Satu baris satu dalam sel (Alt+Enter)." if field.type == "list" and "satu baris satu" not in field.help else ""
    )
    return " ".join(text for text in (field.help, lines, origin) if text)
