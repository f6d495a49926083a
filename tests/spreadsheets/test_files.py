"""CSV and XLSX as any office program writes them are read; hostile, unfinished and other files are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from docgen.errors import DataFileError
from docgen.forms import validate
from docgen.forms.spreadsheet.rows import read_rows
from docgen.spreadsheets import MOST_GRID_COLUMNS, MOST_GRID_ROWS
from docgen.spreadsheets.read import read_grid
from tests.support.files.sheets import with_parts, xlsx
from tests.support.office.spreadsheet_kind import KIND

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
