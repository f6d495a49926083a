"""Find the heading of a spreadsheet, and the field of each of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import DataFileError
from docgen.forms.spreadsheet.columns import SheetColumn
from docgen.spreadsheets import LOOKED_AT, Grid, cell_name
from docgen.spreadsheets.read_report import plain
from wording import say

if TYPE_CHECKING:
    from docgen.kinds.kind import Kind

# Begins the hidden row of technical names: `docgen:nota_dinas:<fingerprints of the example>`, or with the place of a
# step `docgen:nota_dinas@pemeliharaan/2:<fingerprints>`.
TECHNICAL = "docgen:"
_NOTES = ("catatan", "keterangan")
# What people write themselves for the columns every kind has.
_SPELLINGS = {
    "aset": ("assets", "asset", "nibar", "nibaraset"),
    "penandatangan": ("signer", "pejabatpenandatangan", "penandatangan"),
    "sifat_keamanan": ("security", "keamanan", "sifatkeamanan", "kodekeamanan"),
    "tanggal": ("date", "tanggalnaskah", "tanggalsurat"),
}


@dataclass(frozen=True)
class Heading:
    """The heading: the number of its last row, keys by position of the column, the position of the notes, what the
    sheet's examples looked like, headings that name no field, and all headings by position.
    """

    row: int
    keys: Mapping[int, str]
    notes: int | None
    examples: Sequence[str]
    ignored: Sequence[str]
    labels: Mapping[int, str]


def technical_row(slug: str, examples: Sequence[str], place: str = "") -> str:
    """Return the first cell of the hidden row, which says what the sheet is for; `place` is `pemeliharaan/2`."""
    return f"{TECHNICAL}{slug}{place and f'@{place}'}:{','.join(examples)}"


def place_of(cell: str) -> tuple[str, str, int]:
    """Return kind, procedure and step that the first cell of the hidden row names; "" and 0 for what it does not."""
    slug, _, place = cell.removeprefix(TECHNICAL).partition(":")[0].partition("@")
    procedure, _, step = place.partition("/")
    return slug, procedure, int(step) if step.isdecimal() and len(step) < 5 else 0


def find_heading(kind: Kind, columns: Sequence[SheetColumn], grid: Grid) -> Heading:
    """Return the heading of a spreadsheet for this kind, by technical names or by labels, below any title.

    Raises DataFileError: there is none, a column is there twice, or the sheet was made for another kind.
    """
    keys_by_heading = known_headings(columns)
    top = [(number, row) for number, row in grid.rows if any(cell.strip() for cell in row)][:LOOKED_AT]
    technical = next((number for number, row in top if any(cell.startswith(TECHNICAL) for cell in row)), None)
    best_row, best_keys = 0, dict[int, str]()
    labels: Sequence[str] = ()
    for number, row in top:
        keys = {at: keys_by_heading[plain(cell)] for at, cell in enumerate(row) if plain(cell) in keys_by_heading}
        if number == technical or (technical is None and len(set(keys.values())) > len(set(best_keys.values()))):
            best_row, best_keys, labels = number, keys, row
    examples = _examples(kind, labels, grid.name) if technical is not None else []
    if technical is not None:  # what people read stands above it
        labels = next((row for number, row in reversed(top) if number < technical), labels)
    if not best_keys:
        raise DataFileError(
            say(
                "{name}: baris judul kolom tidak ditemukan. Judul kolom {title} antara lain: {columns}. Unduh "
                "lembar isiannya bila ragu.",
                name=grid.name,
                title=kind.title,
                columns=", ".join(column.label for column in columns[:5]),
            )
        )
    _refuse_duplicates(best_keys, grid.name)
    notes = next((at for at, cell in enumerate(labels) if at not in best_keys and is_notes(cell)), None)
    others = [cell.strip() for at, cell in enumerate(labels) if at not in best_keys]
    ignored = [heading for heading in others if heading and not is_notes(heading)]
    return Heading(best_row, best_keys, notes, examples, ignored, dict(enumerate(labels)))


def is_notes(heading: str) -> bool:
    """Return whether a column is for people's own remarks, as ours beside wrong rows are."""
    return plain(heading) in _NOTES


def known_headings(columns: Sequence[SheetColumn]) -> dict[str, str]:
    """Return keys of columns by plain heading; a label that two columns share names neither."""
    keys: dict[str, str] = {}
    for column in columns:
        for spelling in _SPELLINGS.get(column.key, ()) if column.field is None else ():
            keys[spelling] = column.key
    labels = [plain(column.label) for column in columns]
    keys |= {label: column.key for label, column in zip(labels, columns, strict=True) if labels.count(label) == 1}
    return (
        keys
        | {plain(column.path): column.key for column in columns}
        | {plain(column.key): column.key for column in columns}
    )


def _examples(kind: Kind, row: Sequence[str], name: str) -> list[str]:
    cell = next(cell for cell in row if cell.startswith(TECHNICAL))
    slug, prints = place_of(cell)[0], cell.removeprefix(TECHNICAL).partition(":")[2]
    if slug != kind.slug:
        raise DataFileError(
            say(
                "{name} adalah lembar isian untuk jenis naskah {slug}, bukan {expected} ({title}). Pilih jenis "
                "naskah itu, atau unduh lembar isian yang benar.",
                name=name,
                slug=repr(slug[:60]),
                expected=repr(kind.slug),
                title=kind.title,
            )
        )
    return prints.split(",")


def _refuse_duplicates(keys: Mapping[int, str], name: str) -> None:
    positions: dict[str, int] = {}
    for at, key in keys.items():
        if key in positions:
            both = f"{cell_name(positions[key])} dan {cell_name(at)}"
            raise DataFileError(
                say(
                    "{name}: kolom {column} ada dua kali, yaitu {cells}. Hapus salah satunya.",
                    name=name,
                    column=repr(key),
                    cells=both,
                )
            )
        positions[key] = at
