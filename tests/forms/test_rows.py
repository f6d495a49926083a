"""Rows of a spreadsheet become letters; what cannot be read is told by its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import DataFileError
from docgen.forms import fitting_example, validate
from docgen.forms.spreadsheet.columns import columns_of
from docgen.forms.spreadsheet.rows import Row, read_rows, to_cells
from docgen.spreadsheets import LOST_DIGITS, Grid
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KASI, OFFICIALS
from tests.support.office.spreadsheet_kind import HEADING, KIND, one, read

KINDS = delivered_kinds()


def test_each_field_has_a_column_and_each_table_one_for_each_of_its_columns() -> None:
    """Labels say which table; photos cannot be typed; assets, signer, date and class stand at the ends."""
    columns = columns_of(KIND)
    assert [column.key for column in columns] == [
        *("aset", "hal", "isi", "mulai", "biaya", "segera", "dasar", "penerima"),
        *("barang.nama", "barang.jumlah", "saksi.nama", "penandatangan", "tanggal", "sifat_keamanan"),
    ]
    assert {column.label for column in columns} >= {"Barang: Nama", "Saksi: Nama", "Aset (NIBAR)"}
    assert [column.key for column in columns if column.required] == ["hal"]


@pytest.mark.parametrize("slug", list(KINDS))
def test_every_example_comes_back_from_its_cells(slug: str) -> None:
    """What `to_cells` writes, `read_rows` reads: the same clean values, but for photos."""
    kind = KINDS[slug]
    data = fitting_example(kind.sheet, kind.example, officials=OFFICIALS)
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
