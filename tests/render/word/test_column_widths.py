"""The widths of columns follow from what must stand on one line in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.render.word.column_widths import (
    Need,
    TextStyle,
    closest_widths,
    codes,
    column_widths,
    parts,
    pieces,
    text_width,
    words,
)

ARIAL = TextStyle(18, False, "Arial", "")
SIDES = 150


def need(column: int, text: str, *, columns: int = 1, amount: bool = False) -> Need:
    """What a text needs in one column, or over so many."""
    whole = max(text_width(word, ARIAL) for word in words(text))
    word = max(text_width(piece, ARIAL) for piece in pieces(text))
    code = max(text_width(piece, ARIAL) for piece in codes(text))
    line = text_width(text, ARIAL)
    return Need(column, column + columns, SIDES, whole, word, code, word, line if amount else 0, line)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Access Point", ["Access", "Point"]),
        ("SN-2024-AB", ["SN-2024-", "AB"]),
        ("FCW-22B--SN-7 -", ["FCW-22B-", "-", "SN-7", "-"]),
        ("RB4011iGS/+RM", ["RB4011iGS/+RM"]),
        ("Perangkat/Lunak", ["Perangkat/", "Lunak"]),
        ("12.10.20.05.01.2024.000001", ["12.10.20.05.01.2024.000001"]),
        ("NIP 19940318 201903 1 906", ["NIP", "19940318\u00a0201903\u00a01\u00a0906"]),
        ("16\u00a0November\u00a02026", ["16\u00a0November\u00a02026"]),
    ],
)
def test_what_stays_on_one_line(text: str, kept: list[str]) -> None:
    """Words, numbers and a NIP; a code up to a "-" before a letter; two words with a "/" may part behind it."""
    assert pieces(text) == kept


def test_a_number_that_must_break_does_so_behind_its_signs() -> None:
    """An amount never does."""
    assert parts("12.10.2024.000001") == ["12.", "10.", "2024.", "000001"]
    assert parts("Rp1.234.567.890,00") == ["Rp1.234.567.890,00"]


def test_a_code_breaks_before_a_digit_rather_than_getting_smaller() -> None:
    """Where there is room it does not break there; where there is none its text keeps its size."""
    needs = [need(0, "SN00AF-22B-91C0"), need(1, "Telekomunikasi")]
    whole = column_widths(needs, 2, 4_600, [1, 0.8])
    assert (whole.scale, whole.broken) == (1, False)
    assert whole.columns[0] >= SIDES + needs[0].word
    parted = column_widths(needs, 2, 2_700, [1, 0.8])
    assert (parted.scale, parted.broken) == (1, True)
    assert codes("SN00AF-22B-91C0") == ["SN00AF-", "22B-", "91C0"]


def test_the_most_that_a_column_holds_decides_its_width() -> None:
    """However many rows have less in a column, its width is the same: that of words and that of lines."""
    most = [need(0, "Telekomunikasi"), need(0, "dua kata pendek ini"), need(1, "Rp1.234.567", amount=True)]
    less = [need(0, "dua"), need(0, "Komunikasi"), need(1, "Rp567", amount=True), need(1, "5")]
    wide = need(0, "Telekomunikasi dan informatika", columns=2)
    for room in (1_200, 2_700, 9_000):
        assert column_widths([*less, *most, wide, *less], 2, room, [1, 0.8]) == column_widths(
            [*most, wide], 2, room, [1, 0.8]
        )


def test_widths_are_those_of_arial() -> None:
    """In twips: at 9 pt a figure is 5 pt wide, a bold letter wider."""
    assert text_width("0" * 100, ARIAL) == pytest.approx(100 * 556 * 9 * 20 / 1000, abs=2)
    assert text_width("Nama", TextStyle(18, True, "Arial", "")) > text_width("Nama", ARIAL)


@given(st.lists(st.text("abcdefg ", min_size=1, max_size=60), min_size=1, max_size=9), st.integers(4_000, 16_000))
def test_columns_fill_the_table_and_hold_their_words(texts: list[str], room: int) -> None:
    """Whatever is written: the widths add up to the table, and where no word had to break each column holds its own."""
    needs = [need(at, text.strip() or "a") for at, text in enumerate(texts)]
    widths, scale, broken = column_widths(needs, len(texts), room, [1, 0.9, 0.8])
    assert sum(widths) == room
    for one in needs:
        assert broken or widths[one.first] >= SIDES + int(one.word * scale)


def test_amounts_are_whole_however_little_room_there_is() -> None:
    """First text gets smaller, then words break; the amount has its column."""
    needs = [need(0, "Pemindahtempatan"), need(1, "Rp1.234.567.890,00", amount=True), need(2, "Telekomunikasi")]
    widths, scale, broken = column_widths(needs, 3, 3_400, [1, 0.8])
    assert (scale, broken) == (0.8, True)
    assert widths[1] >= SIDES + needs[1].amount * scale


def test_a_narrow_column_gets_no_more_than_it_needs() -> None:
    """What is left over goes to the columns with text."""
    widths, scale, broken = column_widths([need(0, "1"), need(1, "Router"), need(2, "Gudang")], 3, 9_000, [1])
    assert (scale, broken) == (1, False)
    assert widths[0] < 500
    assert min(widths[1:]) > 3_000


def test_a_table_of_ones_own_stays_as_it_is_but_for_amounts() -> None:
    """The column of the amount takes what the others can spare."""
    needs = [need(0, "Router"), need(1, "Rp1.234.567.890,00", amount=True)]
    widths, scale, _ = closest_widths([3_000, 1_000], needs, [1, 0.9])
    assert (sum(widths), scale) == (4_000, 1)
    assert widths[1] == SIDES + needs[1].amount
