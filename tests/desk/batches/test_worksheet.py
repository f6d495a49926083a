"""The worksheet of a kind: empty until it is filled, guarded, and never a formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from docgen.desk.batches.worksheet import make_sheet
from docgen.forms import fitting_example, validate
from docgen.forms.spreadsheet.rows import Rows, read_rows
from docgen.spreadsheets.read import read_grid
from storage.records import Asset
from tests.support.files.sheets import changed, unmarked
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KASI, OFFICIALS, assets

KINDS = delivered_kinds()


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
    data = fitting_example(kind.sheet, kind.example, officials=OFFICIALS)
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
