"""Number and date are read where the placeholders stood, whatever became of lines and spaces, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.printed_number import PrintedNumber, parse_date, read_number

TWIN = [
    "NOTA DINAS\nNomor : ${nomor_naskah}\nTanggal : ${tanggal_naskah}\nHal : Rencana",
    "Nomor ${nomor_naskah} tanggal\n",
]
DATE = dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("NOTA DINAS\nNomor : 000.2/83/SETDA\nTanggal : 3 November 2026\nHal : Rencana", ("000.2/83/SETDA", DATE)),
        ("NOTA DINAS Nomor : 000.2/\n83/SETDA Tanggal\n: 3\nNovember\n2026 Hal : Rencana", ("000.2/83/SETDA", DATE)),
        ("NOTA DINAS\nNomor : 7 / Umum\nTanggal : 03-11-2026\nHal : Rencana", ("7 / Umum", DATE)),
        ("NOTA DINAS\nNomor : ${nomor_naskah}\nTanggal : ${tanggal_naskah}\nHal : Rencana", ("", None)),
        ("NOTA DINAS\nNomor : 1/A\nTanggal : besok\nHal : Rencana\nNomor 2/A tanggal", ("", None)),
        ("Surat lain sama sekali, tanpa apa pun yang sama", ("", None)),
        ("", ("", None)),
    ],
    ids=["plain", "broken-lines", "figures", "not-filled", "contradicting", "other", "empty"],
)
def test_number_and_date_are_read_or_left_open(letter: str, expected: tuple[str, dt.date | None]) -> None:
    """What is not filled in, is no date, or contradicts itself is not read."""
    assert read_number(TWIN, [letter]) == PrintedNumber(*expected)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("3 Maret 2026", dt.date(2026, 3, 3)),
        ("03 PEBRUARI 2026", dt.date(2026, 2, 3)),
        ("17 Agt 2026", None),
        ("31 Februari 2026", None),
        ("3/12/2026", dt.date(2026, 12, 3)),
        ("2026", None),
    ],
)
def test_a_date_is_read_as_indonesians_write_it(text: str, date: dt.date | None) -> None:
    """Names of months in both spellings, and figures; what is no day of the calendar is none."""
    assert parse_date(text) == date
