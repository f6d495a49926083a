"""The retention table: which rule a code falls under, when a dossier is due, and what is wrong with a table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.errors import DataFileError
from docgen.retention import UNKNOWN, load_retention, years_after

HEAD = "kode,uraian,aktif,inaktif,nasib,catatan\n"


def test_the_longest_code_counts() -> None:
    """000.2.4 is not what 000.2 is; 000.20 does not lie under 000.2; an unknown code is for a person to judge."""
    table = load_retention()
    assert table.rule_for("000.2.4.1").fate == "permanen"
    assert table.rule_for("000.2.9").code == "000.2"
    assert table.rule_for("000.20") is UNKNOWN
    assert table.rule_for("") is UNKNOWN


def test_the_most_careful_document_decides_for_its_dossier() -> None:
    """One permanent document keeps all; times are the longest of any; unknown codes keep from destruction."""
    table = load_retention()
    assert table.rule_for_all(["000.1.9.1", "000.2.4"]).fate == "permanen"
    assert table.rule_for_all(["000.1.9.1", "123"]).fate == "dinilai"
    closed, today = dt.date(2026, 1, 10), dt.date(2029, 6, 1)
    assert table.standing(["800.1.11.1"], closed, today).state == "usul_musnah"
    assert table.standing(["800.1.11.1", "000.2.2"], closed, today).state == "inaktif"


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2026-01-10", "aktif"),
        ("2028-01-10", "aktif"),
        ("2028-01-11", "inaktif"),
        ("2029-01-10", "inaktif"),
        ("2029-01-11", "usul_musnah"),
    ],
)
def test_the_clock_starts_when_the_dossier_closes(today: str, state: str) -> None:
    """Two years active and one inactive, each to its last day; an open dossier is never due."""
    table = load_retention()
    standing = table.standing(["000.1.9.1"], dt.date(2026, 1, 10), dt.date.fromisoformat(today))
    assert (standing.state, standing.active_until, standing.inactive_until) == (
        state,
        dt.date(2028, 1, 10),
        dt.date(2029, 1, 10),
    )
    assert table.standing(["000.1.9.1"], None, dt.date(2099, 1, 1)).state == "terbuka"
    assert years_after(dt.date(2024, 2, 29), 1) == dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kode;uraian\n", "baris pertama"),
        (HEAD + "abc,x,1,1,musnah,\n", "baris 2: 'abc' bukan kode"),
        (HEAD + "000,x,satu,1,musnah,\n", "baris 2: aktif 'satu'"),
        (HEAD + "000,x,1,101,musnah,\n", "baris 2: inaktif '101'"),
        (HEAD + "000,x,1,1,bakar,\n", "baris 2: nasib 'bakar'"),
        (HEAD + "000,x,1,1,musnah\n", "baris 2: ada 5 kolom"),
        (HEAD + "000,x,1,1,musnah,\n\n000,y,1,1,musnah,\n", "baris 4: kode 000 sudah ada"),
    ],
)
def test_a_wrong_table_names_its_line(tmp_path: Path, text: str, told: str) -> None:
    """Every mistake is told with file and line."""
    file = tmp_path / "jra.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=told):
        load_retention(file)


def test_a_table_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Missing, or not UTF-8."""
    with pytest.raises(DataFileError, match="tidak terbaca"):
        load_retention(tmp_path / "tidak-ada.csv")
    file = tmp_path / "jra.csv"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(DataFileError, match="tidak terbaca"):
        load_retention(file)
