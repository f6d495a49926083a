"""What is typed comes out clean, or a sentence for each mistake."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.errors import InvalidSubmission
from docgen.forms import validate
from docgen.forms.field_sheet import MAX_TEXT
from tests.support.office.every_field import KIND, LEAST, accept, refuse
from tests.support.office.small_office import USER


def test_clean_values_are_typed() -> None:
    """Every field is there; dates are dates, numbers numbers; what was left out is its default, "" , [] or None."""
    values = accept(isi=" satu\r\n\r\n\r\ndua ", biaya=12_500_000, barang=[{"nama": "Kabel", "jumlah": 3}])
    assert values == {
        "hal": "Perbaikan",
        "kepada": "Kepala Bidang",
        "lampiran": "-",
        "isi": "satu\n\ndua",
        "uraian": "",
        "mulai": dt.date(2026, 11, 23),
        "selesai": None,
        "rangkap": 2,
        "biaya": 12_500_000,
        "sifat": "Biasa",
        "selesaikah": None,
        "dasar": ["Surat"],
        "saksi": None,
        "barang": [{"nama": "Kabel", "jumlah": 3, "harga": None, "tanggal": None}],
        "foto": [],
    }


def test_all_mistakes_are_found_at_once() -> None:
    """One answer names every wrong field, so that a form is mended in one go."""
    errors = refuse(
        hal="", mulai="besok", rangkap="dua", sifat="Kilat", saksi="siapa", barang=[{}, {"nama": "a", "jumlah": "x"}]
    )
    assert set(errors) == {
        "data.hal", "data.mulai", "data.rangkap", "data.sifat", "data.saksi", "data.barang[1].jumlah",
    }  # fmt: skip


def test_a_missing_value_says_what_to_write() -> None:
    """The message carries the sheet's help and example."""
    message = refuse(hal="  ")["data.hal"]
    assert message == "Hal wajib diisi. Tulis pokok surat dalam satu kalimat. Misalnya: Perbaikan"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """A misspelled field of another system is seen, in the data and in a table's row."""
    assert refuse(lampirn="1")["data.lampirn"] == "Isian “lampirn” tidak dikenal. Maksudnya 'lampiran'?"
    assert "Maksudnya 'jumlah'?" in refuse(barang=[{"nama": "a", "jumla": 1}])["data.barang[0].jumla"]


def test_text_is_normalised() -> None:
    """NFC, LF, no space around; an accent typed in two ways is one text."""
    assert accept(hal=" e\u0301\r\nb\rc ")["hal"] == "é\nb\nc"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x0b", "\x9b", "\ud800", "\uffff"])
def test_control_characters_are_refused_with_their_place(character: str) -> None:
    """What cannot be printed is not silently dropped."""
    assert "posisi 3 " in refuse(hal=f"ab{character}c")["data.hal"]


def test_too_long_says_how_long_and_how_long_it_may_be() -> None:
    """Any text has an end: 20,000 characters unless the sheet says less."""
    assert "31 karakter, paling banyak 30" in refuse(hal="x" * 31)["data.hal"]
    assert "20.001 karakter, paling banyak 20.000" in refuse(isi="x" * (MAX_TEXT + 1))["data.isi"]
    assert len(accept(isi="x" * MAX_TEXT)["isi"]) == MAX_TEXT


def test_a_table_has_at_most_2000_rows_and_forgets_empty_ones() -> None:
    """Rows of a form in which nothing was typed are left out; a mistake names its row as the form counts it."""
    rows = [{"nama": "", "jumlah": ""}, {}, {"nama": "a", "jumlah": "1"}, {"nama": "", "jumlah": "1"}]
    assert [row["nama"] for row in accept(barang=rows[:3])["barang"]] == ["a"]
    assert refuse(barang=rows)["data.barang[3].nama"].startswith("Barang baris 4: Nama barang wajib diisi.")
    assert len(accept(barang=[{"nama": "a"}] * 2000)["barang"]) == 2000
    assert "paling banyak 2000" in refuse(barang=[{"nama": "a"}] * 2001)["data.barang"]


@pytest.mark.parametrize(
    "written", [12_500_000, 12_500_000.0, "12500000", "12.500.000", "Rp12.500.000,00", "Rp 12.500.000,-"]
)
def test_money_is_read_as_people_write_it(written: object) -> None:
    """Figures, dots for thousands, Rp before and sen of nought behind: the same whole rupiah."""
    assert accept(biaya=written)["biaya"] == 12_500_000


@pytest.mark.parametrize(
    "written", ["12,500", "12.5", "1.2500", "12.500,50", "-1", -1, 1.5, True, "1e3", 10**15 + 1, "٣"]
)
def test_money_that_could_mean_two_things_is_refused(written: object) -> None:
    """No guess about commas, halves, signs or foreign digits."""
    assert "Biaya" in refuse(biaya=written)["data.biaya"]


@pytest.mark.parametrize("written", ["2026-11-23", "23-11-2026", "23/11/2026", " 2026-11-23 "])
def test_dates_are_read_as_written_here(written: str) -> None:
    """ISO from a date field, or day-month-year as people type it."""
    assert accept(mulai=written)["mulai"] == dt.date(2026, 11, 23)


@pytest.mark.parametrize("written", ["2026-02-30", "31-02-2026", "20261123", "2026-W01-1", "26-11-23", "0001-01-01", 5])
def test_dates_that_are_none_are_refused(written: object) -> None:
    """Days that do not exist and other notations are named."""
    assert "2026-11-23" in refuse(mulai=written)["data.mulai"]


@pytest.mark.parametrize(
    ("written", "read"), [("true", True), ("ya", True), ("on", True), ("false", False), (0, False)]
)
def test_forms_send_booleans_as_words(written: object, read: bool) -> None:
    """A checkbox and a JSON boolean mean the same."""
    assert accept(selesaikah=written)["selesaikah"] is read


def test_a_list_may_come_as_lines() -> None:
    """A text area with a line each is a list; empty lines are nothing."""
    assert accept(dasar="satu\r\n\r\n dua \n")["dasar"] == ["satu", "dua"]
    assert "wajib diisi" in refuse(dasar=" \n ")["data.dasar"]


def test_a_cleared_text_stays_empty_and_a_cleared_choice_does_not() -> None:
    """Emptying a text means no text; emptying a choice or number means its default."""
    values = accept(lampiran="", sifat="", rangkap="")
    assert (values["lampiran"], values["sifat"], values["rangkap"]) == ("", "Biasa", 2)


def test_an_official_is_named_by_id() -> None:
    """An id in the register is accepted; a name leads to its id."""
    assert accept(saksi=USER.id)["saksi"] == USER.id
    assert f"{USER.name} [{USER.id}]" in refuse(saksi=USER.name)["data.saksi"]
    assert "masih kosong" in str(_errors({"saksi": "x"}))


def _errors(data: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidSubmission) as caught:
        validate(KIND.sheet, {**LEAST, **data}, officials={})
    return [error.message for error in caught.value.errors]
