"""Rows of a spreadsheet become letters, whoever wrote the file; what cannot be read is told by its cell."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.desk.batches.worksheet import make_sheet
from docgen.errors import DataFileError
from docgen.forms import example, validate
from docgen.forms.field_sheet import FieldSheet
from docgen.forms.spreadsheet.columns import columns_of
from docgen.forms.spreadsheet.rows import Row, Rows, read_rows, to_cells
from docgen.kinds.kind import Kind
from docgen.spreadsheets import LOST_DIGITS, MOST_GRID_COLUMNS, MOST_GRID_ROWS, Grid
from docgen.spreadsheets.read import read_grid
from storage.records import Asset, Official
from tests.support.files.sheets import changed, unmarked, with_parts, xlsx
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KASI, OFFICIALS, assets

KINDS = delivered_kinds()
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


def test_each_field_has_a_column_and_each_table_one_for_each_of_its_columns() -> None:
    """Labels say which table; photos cannot be typed; assets, signer and date stand at the ends."""
    columns = columns_of(KIND)
    assert [column.key for column in columns] == [
        *("aset", "hal", "isi", "mulai", "biaya", "segera", "dasar", "penerima"),
        *("barang.nama", "barang.jumlah", "saksi.nama", "penandatangan", "tanggal"),
    ]
    assert {column.label for column in columns} >= {"Barang: Nama", "Saksi: Nama", "Aset (NIBAR)"}
    assert [column.key for column in columns if column.required] == ["hal"]


@pytest.mark.parametrize("slug", list(KINDS))
def test_every_example_comes_back_from_its_cells(slug: str) -> None:
    """What `to_cells` writes, `read_rows` reads: the same clean values, but for photos."""
    kind = KINDS[slug]
    data = example(kind.sheet, kind.example, officials=OFFICIALS)
    nibars = ["1.2", "3/4"] if kind.needs_assets != "none" else []
    keys = [column.key for column in columns_of(kind)]
    lines = [[str(line.get(key, "")) for key in keys] for line in to_cells(kind, data, nibars)]
    [row] = read(keys, *lines, kind=kind).rows
    photos = {field.name: None for field in kind.fields if field.type == "photos"}
    assert row.assets == nibars
    assert validate(kind.sheet, row.data, officials=OFFICIALS) == validate(
        kind.sheet, data | photos, officials=OFFICIALS
    )


def test_lines_in_which_only_tables_are_filled_continue_the_letter_above() -> None:
    """Each table counts its own lines; a line in which a table has nothing is an empty row of it, which counts not."""
    found = read(
        HEADING,
        ("1; 2", "Satu", "", "", "", "Meja", "2", "Ali"),
        ("", "", "", "", "", "Kursi", "8", ""),
        ("", "", "", "", "", "", "", "Budi"),
        ("3", "Dua", "", "", "", "", "", ""),
    ).rows
    assert [(row.number, row.assets, row.lines) for row in found] == [(2, ["1", "2"], [2, 3, 4]), (5, ["3"], [5])]
    values = validate(KIND.sheet, found[0].data, officials={})
    assert values["barang"] == [{"nama": "Meja", "jumlah": 2}, {"nama": "Kursi", "jumlah": 8}]
    assert values["saksi"] == [{"nama": "Ali"}, {"nama": "Budi"}]
    assert "barang" not in found[1].data


def test_an_empty_row_ends_a_letter() -> None:
    """A table's line below it belongs to nobody's letter, and so begins one that is refused for what it lacks."""
    grid = Grid("x", [(1, ["hal", "barang.nama"]), (2, ["Satu", "Meja"]), (3, ["", "  "]), (4, ["", "Kursi"])])
    assert [(row.number, row.data.get("hal")) for row in read_rows(KIND, grid).rows] == [(2, "Satu"), (4, None)]


def test_every_path_has_its_cell() -> None:
    """A row of a table is in its own line; what the sheet has no column for is told by row and name."""
    row = read(HEADING, ("1", "Satu", "", "", "", "Meja", "2", ""), ("", "", "", "", "", "Kursi", "x", "")).rows[0]
    told = {
        "data.hal": "B2",
        "assets[0]": "A2",
        "data.barang[1].jumlah": "G3",
        "data.barang[1]": "F3",
        "data.barang": "F2",
        "data.isi": "baris 2: isi",
        "signer": "baris 2: signer",
        "data.barang[7].nama": "baris 2: barang[7].nama",
    }
    assert {path: row.cell_address(path) for path in told} == told
    plain = Row(1, ["1"], data={"hal": "x"})
    assert (plain.assets, plain.data, plain.cell_address("data.hal")) == (["1"], {"hal": "x"}, "baris 1: hal")


def test_the_heading_is_found_below_a_title_and_by_label_or_name() -> None:
    """Case, spaces and the asterisk of required columns do not count; other columns are told, notes are free."""
    found = read(
        ("PERMINTAAN 2026", "", "", "", ""),
        ("", "", "", "", ""),
        ("Catatan", "NIBAR", "HAL *", "Perihal", "barang: nama"),
        ("segera", "7", "Satu", "Dua", "Meja"),
    )
    [row] = found.rows
    assert (row.number, row.assets, row.data) == (4, ["7"], {"hal": "Satu", "barang": [{"nama": "Meja"}]})
    assert found.ignored == ["Perihal"]
    assert row.cell_address("data.hal") == "C4"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Nama", "Alamat"), ("x", "y")], "judul kolom tidak ditemukan"),
        ([("Hal", "Isi", "hal"), ("x", "y", "z")], "ada dua kali, yaitu A dan C"),
        ([("Isi", "Halaman"), ("x", "y")], "kolom “Hal” tidak ada"),
        ([("docgen:nota_dinas:", "hal"), ("", "x")], "bukan 'permintaan' (Permintaan)"),
        ([], "judul kolom tidak ditemukan"),
    ],
)
def test_a_sheet_that_is_not_for_this_kind_is_refused(rows: Sequence[Sequence[str]], said: str) -> None:
    """The message names what is there and what is lacking, once and not for each row."""
    with pytest.raises(DataFileError) as refused:
        read(*rows)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-23", "23/11/2026", "23-11-2026", "46349", "2026-11-23 00:00:00", "2026-11-23T00:00:00.000"),
        *("23 November 2026", "23 Nov 2026", "23-Nov-2026", "23 Nop 2026"),
    ],
)
def test_dates_as_spreadsheets_write_them(text: str) -> None:
    """A count of days, a time behind it, months in words: all are the same day."""
    assert validate(KIND.sheet, {"hal": "x", "mulai": one("mulai", text)}, officials={})["mulai"] == dt.date(
        2026, 11, 23
    )
    assert read(("hal", "tanggal"), ("x", text)).rows[0].date == dt.date(2026, 11, 23)


def test_a_document_date_that_is_none_is_told_by_its_cell() -> None:
    """It does not become today's."""
    [row] = read(("hal", "tanggal"), ("x", "kemarin")).rows
    assert row.date is None
    assert [(row.cell_address(error.field), "kemarin" in error.message) for error in row.problems] == [("B2", True)]


@pytest.mark.parametrize("text", ["1250000", "1.250.000", "Rp1.250.000,00", "1,250,000", "1,250,000.00"])
def test_money_with_parted_thousands(text: str) -> None:
    """As Indonesians part them, and as an English spreadsheet does."""
    assert validate(KIND.sheet, {"hal": "x", "biaya": one("biaya", text)}, officials={})["biaya"] == 1_250_000


@pytest.mark.parametrize("text", [LOST_DIGITS, "1,98706E+17", "#REF!", "#N/A", "#DIV/0!", "Err:502", "#NAME?"])
def test_what_a_spreadsheet_shows_in_place_of_a_value_is_no_value(text: str) -> None:
    """Lost digits and errors of formulas are told by the cell, though a text could hold them."""
    [row] = read(("aset", "hal", "saksi.nama"), ("1", "x", "Ali"), ("", "", text)).rows
    assert [row.cell_address(error.field) for error in row.problems] == ["C3"]


def test_officials_by_id_by_name_or_as_the_list_offers_them() -> None:
    """A name that two entries share, and one that nobody has, stay as they are: `validate` refuses them."""
    for text in ("kasi", "Rahmad Hidayat, S.Kom.", "RAHMAD HIDAYAT, S.KOM.", "Rahmad Hidayat, S.Kom. [kasi]"):
        assert one("penerima", text) == "kasi"
    assert one("penerima", "Siapa") == "Siapa"
    twice = OFFICIALS | {"plt": KASI.model_copy(update={"id": "plt"})}
    assert read(("hal", "penerima"), ("x", KASI.name), officials=twice).rows[0].data["penerima"] == KASI.name
    assert read(("hal", "penandatangan"), ("x", KASI.name), officials=OFFICIALS).rows[0].signer == "kasi"


def test_assets_as_the_list_offers_them_and_several_in_a_cell() -> None:
    """Names behind a NIBAR go; semicolons and lines part them."""
    assert read(("aset", "hal"), ("1/2 – Meja; 3.4\n5", "x")).rows[0].assets == ["1/2", "3.4", "5"]
    [row] = read(("aset", "hal"), ("1, " * 60, "x")).rows
    assert [row.cell_address(error.field) for error in row.problems] == ["A2"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12) | st.sampled_from([*HEADING, "docgen:", "docgen:permintaan:a", "46349"]),
                         max_size=6), max_size=6))  # fmt: skip
def test_any_cells_are_read_or_refused(rows: list[list[str]]) -> None:
    """Nothing but DataFileError comes out, and every letter's problems have a place."""
    try:
        found = read(HEADING[:2], *rows) if rows and rows[0] else read(*rows)
    except DataFileError:
        return
    for row in found.rows:
        assert all(row.cell_address(error.field) for error in row.problems)


# The sheet to fill in


def filled(change: Callable[[Any], None] | None = None, slug: str = "laporan_pengadaan") -> Rows:
    """The sheet of a kind, changed and read again."""
    kind = KINDS[slug]
    book = make_sheet(kind, OFFICIALS, assets(2))
    book = changed(book, change) if change else book
    return read_rows(kind, read_grid("isian.xlsx", book, sheet="Isian"), OFFICIALS)


@pytest.mark.parametrize("slug", list(KINDS))
def test_a_sheet_is_empty_until_it_is_filled_and_the_same_each_time(slug: str) -> None:
    """Help and example are no letters; made twice it is the same file; without its marks the example is a letter."""
    kind = KINDS[slug]
    book = make_sheet(kind, OFFICIALS, assets(2))
    assert book == make_sheet(kind, OFFICIALS, assets(2))
    assert read_rows(kind, read_grid("isian.xlsx", book), OFFICIALS).rows == []
    found = read_rows(kind, read_grid("isian.xlsx", unmarked(book)), OFFICIALS)
    data = example(kind.sheet, kind.example, officials=OFFICIALS)
    photos = {field.name: None for field in kind.fields if field.type == "photos"}
    [row] = found.rows
    assert (row.problems, found.ignored) == ([], [])
    assert validate(kind.sheet, row.data, officials=OFFICIALS) == validate(
        kind.sheet, data | photos, officials=OFFICIALS
    )
    assert row.assets == ([assets(1)[0].nibar] if kind.needs_assets == "required" else [])


def test_an_example_that_was_typed_over_is_a_letter_whatever_its_mark_says() -> None:
    """Its second line, unchanged, is still none; and what a user notes beside a letter hides nothing."""

    def change(sheet: Any) -> None:
        sheet["C4"] = "Pengadaan lain"
        sheet["A6"], sheet["C6"] = "Petunjuk dari Kabid", "Pengadaan ketiga"
        sheet["A7"], sheet["C7"] = "contoh yang baik", "Pengadaan keempat"

    found = filled(change)
    assert [row.data["tentang"] for row in found.rows] == ["Pengadaan lain", "Pengadaan ketiga", "Pengadaan keempat"]
    assert len(found.rows[0].lines) == 1


def test_texts_of_the_registers_are_never_formulas() -> None:
    """An asset or official whose name begins with = is written as text."""
    named = KASI.model_copy(update={"name": "=HYPERLINK(1)"})
    asset = Asset(nibar="=1+1", name="=cmd|x", kode_barang="1", kode_register="1")
    book = make_sheet(KINDS["berita_acara_serah_terima"], {"kasi": named}, [asset])
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_choices_officials_and_dates_are_offered_and_guarded() -> None:
    """Drop-down lists for choices, yes and no, officials and assets; only assets take what is not in the list."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(make_sheet(KINDS["disposisi"], OFFICIALS, assets(2))))
    sheet = book["Isian"]
    rules = {str(rule.sqref).split(":")[0][:-1]: rule for rule in sheet.data_validations.dataValidation}
    letters = {sheet.cell(2, at).value: sheet.cell(2, at).column_letter for at in range(1, sheet.max_column + 1)}
    lists = {key: rules[letter].formula1 for key, letter in letters.items() if letter in rules}
    assert lists["tanggapan"] == '"ya,tidak"'
    offered = [cell.value for [cell] in book["Daftar"][lists["sifat"].partition("!")[2].replace("$", "")]]
    assert offered == next(list(field.choices) for field in KINDS["disposisi"].fields if field.name == "sifat")
    assert rules[letters["tanggal"]].type == "date"
    assert not rules[letters["aset"]].showErrorMessage
    assert rules[letters["penandatangan"]].showErrorMessage
    assert (sheet.freeze_panes, book["Daftar"].sheet_state) == ("B4", "hidden")


# Files of office programs

CSV = 'Hal;Isi;Biaya\r\nPerbaikan, segera;"Baris satu\r\nBaris dua";1.250.000\r\nKedua – “dua”;;\r\n'


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("cp1252"),
        b"sep=;\r\n" + CSV.encode(),
        CSV.replace(";", "\t").encode(),
        CSV.replace("Perbaikan, segera", '"Perbaikan, segera"').replace(";", ",").encode(),
        b"DAFTAR SURAT;;\r\n;;\r\n" + CSV.encode(),
    ],
)
def test_csv_with_any_usual_delimiter_and_encoding(data: bytes) -> None:
    """Rows count as a spreadsheet shows them: a cell of two lines is in one row."""
    found = read_rows(KIND, read_grid("surat.csv", data)).rows
    first = found[0].number
    assert [row.data for row in found] == [
        {"hal": "Perbaikan, segera", "isi": "Baris satu\r\nBaris dua", "biaya": "1.250.000"},
        {"hal": "Kedua – “dua”"},
    ]
    assert [row.number for row in found] == [first, first + 1]


def test_xlsx_with_title_merged_cells_typed_values_and_empty_rows() -> None:
    """Numbers, dates, yes and no, text with dots, trailing empty cells; a fraction is never taken for thousands."""

    def change(sheet: Any) -> None:
        sheet.merge_cells("A1:E1")
        sheet.merge_cells("A4:A5")
        sheet["H90"] = "   "
        sheet.row_dimensions[200].height = 20

    rows = [
        ["DAFTAR PERMINTAAN"],
        [],
        ["Hal", "Mulai", "Biaya", "Segera?", "Barang: Nama", "Barang: Jumlah", "Dasar"],
        ["Satu", dt.date(2026, 11, 23), 1250000.0, True, "Meja", 2, "a;\nb."],
        [None, None, None, None, "Kursi", "1.000", None],
        ["Dua", 46349, "1.250.000", "tidak", None, None, None],
        ["Tiga", None, 1.125, None, None, None, None],
    ]
    found = read_rows(KIND, read_grid("surat.xlsx", xlsx(rows, change))).rows
    values = [validate(KIND.sheet, row.data, officials={}) for row in found[:2]]
    day = dt.date(2026, 11, 23)
    assert [(one["mulai"], one["biaya"], one["segera"]) for one in values] == [
        (day, 1_250_000, True),
        (day, 1_250_000, False),
    ]
    assert values[0]["barang"] == [{"nama": "Meja", "jumlah": 2}, {"nama": "Kursi", "jumlah": 1000}]
    assert values[0]["dasar"] == ["a;", "b."]
    assert found[2].data["biaya"] == "1,125"
    assert [row.number for row in found] == [4, 6, 7]


WIDE = b"<sheetData><row>" + b"<c/>" * 2_000_001 + b"</row>"
BOOK = xlsx([["Hal", "Biaya"], ["Satu", 1]])
PART = "xl/worksheets/sheet1.xml"


def put(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A change of a part; what is to be changed must be there."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def test_formulas_count_as_what_they_gave() -> None:
    """The value kept beside the formula is read."""
    book = with_parts(BOOK, {PART: put(b"<v>1</v>", b"<f>1+1</f><v>2</v>")})
    assert read_rows(KIND, read_grid("surat.xlsx", book)).rows[0].data["biaya"] == "2"


def test_a_wrong_dimension_hides_and_invents_nothing() -> None:
    """A file may say that it has one cell, or 16,384 columns and a million rows."""
    for said in (b'ref="A1"', b'ref="A1:XFD1048576"'):
        book = with_parts(BOOK, {PART: put(b'ref="A1:B2"', said)})
        assert read_grid("surat.xlsx", book).rows == [(1, ["Hal", "Biaya"]), (2, ["Satu", "1"])]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({PART: put(b"<v>1</v>", b"<f>1+1</f><v></v>")}, "rumus dalam sel B2 belum dihitung"),
        ({PART: put(b"<v>1</v>", b"<f>1+1</f>")}, "rumus dalam sel B2 belum dihitung"),
        ({PART: lambda old: b'<!DOCTYPE x [<!ENTITY a "b">]>' + old}, "memuat DTD"),
        ({"xl/media/x.xml": lambda old: b" " * (65 * 1024 * 1024)}, "terlalu besar sesudah dibuka"),
        ({PART: put(b"<sheetData>", b"<sheetData>" + b"<row/>" * 1_048_577)}, "lebih dari 1048576 baris"),
        ({PART: put(b'<row r="2">', b'<row r="1048576">')}, "lebih dari 50.000 baris"),
        ({PART: put(b'r="B2"', b'r="XFD2"')}, "lebih dari 400 kolom"),
        ({PART: put(b"<sheetData>", WIDE)}, "terlalu lebar"),
        ({PART: lambda old: old[: len(old) // 2]}, "tidak dapat dibaca sebagai XLSX"),
    ],
)
def test_hostile_or_unfinished_books_are_refused(parts: dict[str, Callable[[bytes], bytes]], said: str) -> None:
    """Bombs, links to elsewhere, entities, a million rows, formulas nobody reckoned: each is told with what to do."""
    with pytest.raises(DataFileError) as refused:
        read_rows(KIND, read_grid("surat.xlsx", with_parts(BOOK, parts)))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 no zip", "tidak dapat dibaca sebagai XLSX"),
        (b"\xd0\xcf\x11\xe0\x00\x00 an old .xls", "bukan CSV atau XLSX, melainkan Excel lama (XLS)"),
        (b"Hal\n" * (MOST_GRID_ROWS + 1), "lebih dari 50.000 baris"),
        (b"Hal" + b",x" * MOST_GRID_COLUMNS, "lebih dari 400 kolom"),
    ],
)
def test_other_files_are_refused(data: bytes, said: str) -> None:
    """What is no spreadsheet, or too large a one."""
    with pytest.raises(DataFileError) as refused:
        read_grid("surat", data)
    assert said in str(refused.value)
