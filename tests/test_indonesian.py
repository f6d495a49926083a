"""How official Indonesian writes numbers, money, dates, NIP and ranks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.indonesian import (
    GRADES,
    LARGEST,
    PPPK_GRADES,
    SpelledDate,
    check_nip,
    format_nip,
    long_date,
    plain_rupiah,
    quantity,
    rank_of_grade,
    roman_month,
    rupiah,
    rupiah_in_words,
    short_date,
    spell_number,
    spelled_date_parts,
    weekday,
)

DIGITS = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
SCALES = [(10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu")]

numbers = st.one_of(
    st.integers(-LARGEST, LARGEST),
    st.builds(  # zero groups and groups of one are where the rules bite
        lambda groups: sum(group * 1000**place for place, group in enumerate(groups)),
        st.lists(st.sampled_from([0, 1, 10, 11, 15, 20, 21, 100, 101, 111, 200, 999]), max_size=5),
    ),
)


def by_the_rules(number: int) -> str:
    """The rules of terbilang stated apart from the code under test: by size, one clause each."""
    if number < 0:
        return "minus " + by_the_rules(-number)
    if number < 10:
        return DIGITS[number]
    if number in (10, 11):
        return {10: "sepuluh", 11: "sebelas"}[number]
    if number < 20:
        return f"{DIGITS[number - 10]} belas"
    if number < 100:
        return _joined(f"{DIGITS[number // 10]} puluh", number % 10)
    if number < 200:
        return _joined("seratus", number - 100)
    if number < 1000:
        return _joined(f"{DIGITS[number // 100]} ratus", number % 100)
    if number < 2000:
        return _joined("seribu", number - 1000)
    size, name = next((size, name) for size, name in SCALES if number >= size)
    return _joined(f"{by_the_rules(number // size)} {name}", number % size)


def _joined(words: str, rest: int) -> str:
    return f"{words} {by_the_rules(rest)}" if rest else words


def value_of(words: str) -> int:
    """Read terbilang back, word by word."""
    if words.startswith("minus "):
        return -value_of(words.removeprefix("minus "))
    total = group = pending = 0
    for word in words.split():
        if word in DIGITS:
            pending = DIGITS.index(word)
        elif word in ("sepuluh", "sebelas", "seratus"):
            group += {"sepuluh": 10, "sebelas": 11, "seratus": 100}[word]
        elif word == "belas":
            group, pending = group + 10 + pending, 0
        elif word in ("puluh", "ratus"):
            group, pending = group + pending * {"puluh": 10, "ratus": 100}[word], 0
        elif word == "seribu":
            total += 1000
        else:
            size = next(size for size, name in SCALES if name == word)
            total, group, pending = total + (group + pending) * size, 0, 0
    return total + group + pending


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (1_000, "seribu"),
        (1_500, "seribu lima ratus"),
        (2_026, "dua ribu dua puluh enam"),
        (21_000, "dua puluh satu ribu"),
        (100_000, "seratus ribu"),
        (101_000, "seratus satu ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (2_001_500, "dua juta seribu lima ratus"),
        (1_000_000_001, "satu miliar satu"),
        (1_000_001_000, "satu miliar seribu"),
        (12_500_000, "dua belas juta lima ratus ribu"),
        (10**12, "satu triliun"),
        (10**15, "satu kuadriliun"),
        (-1_001_000, "minus satu juta seribu"),
    ],
)
def test_terbilang_of_known_numbers(number: int, words: str) -> None:
    """The examples of the rule are spelled as the rule gives them."""
    assert spell_number(number) == words
    assert by_the_rules(number) == words


@given(numbers)
def test_terbilang_follows_the_rules(number: int) -> None:
    """Every number is spelled as an independent statement of the rules spells it."""
    assert spell_number(number) == by_the_rules(number)


@given(numbers)
def test_terbilang_reads_back(number: int) -> None:
    """The words of a number, read word by word, give the number: no two numbers share words."""
    assert value_of(spell_number(number)) == number


@given(numbers)
def test_terbilang_is_tidy(number: int) -> None:
    """Single spaces, no hyphens, no `dan`, never `satu ribu` alone, `satu ratus`, `satu puluh` or `sejuta`."""
    words = spell_number(number)
    assert re.fullmatch(r"[a-z]+( [a-z]+)*", words)
    for wrong in ("satu ratus", "satu puluh", "satu belas", "sejuta", " dan ", "nol ", " nol"):
        assert wrong not in words
    assert not re.search(r"(?<!puluh )(?<!ratus )satu ribu", words)


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1])
def test_numbers_too_large_to_spell_are_refused(number: int) -> None:
    """Beyond 10**15 there is an error, not a wrong word."""
    with pytest.raises(ValueError, match="can be spelled"):
        spell_number(number)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp0,00"),
        (500, "Rp500,00"),
        (12_500_000, "Rp12.500.000,00"),
        (1_000, "Rp1.000,00"),
        (-750_000, "-Rp750.000,00"),
    ],
)
def test_rupiah(amount: int, text: str) -> None:
    """No space and no dot after Rp, dots for thousands, comma and two decimals."""
    assert rupiah(amount) == text


@given(st.integers(-LARGEST, LARGEST))
def test_rupiah_reads_back(amount: int) -> None:
    """The figure is the amount with dots every three digits."""
    text = rupiah(amount)
    assert re.fullmatch(r"-?Rp[0-9]{1,3}(\.[0-9]{3})*,00", text)
    assert int(text.removesuffix(",00").replace("Rp", "").replace(".", "")) == amount


def test_amounts_and_quantities_in_words() -> None:
    """Amounts end in `rupiah`; quantities have the words in brackets before the unit."""
    assert rupiah_in_words(5_000_000) == "lima juta rupiah"
    assert quantity(2, "unit") == "2 (dua) unit"
    assert quantity(1, "berkas") == "1 (satu) berkas"
    assert quantity(1_250, "lembar") == "1.250 (seribu dua ratus lima puluh) lembar"
    assert quantity(-1_250, "unit") == "-1.250 (minus seribu dua ratus lima puluh) unit"


def test_dates_of_the_example() -> None:
    """23 November 2026 is a Monday, and is written in every form of the rule."""
    date = dt.date(2026, 11, 23)
    assert weekday(date) == "Senin"
    assert long_date(date) == "23 November 2026"
    assert short_date(date) == "23-11-2026"
    assert roman_month(date) == "XI"
    assert spelled_date_parts(date) == SpelledDate("Senin", "dua puluh tiga", "November", "dua ribu dua puluh enam")


def test_month_and_day_names() -> None:
    """All months, their Roman numerals and all weekdays are the official ones."""
    firsts = [dt.date(2026, month, 1) for month in range(1, 13)]
    first_half = ["Januari", "Februari", "Maret", "April", "Mei", "Juni"]
    names = [*first_half, "Juli", "Agustus", "September", "Oktober", "November", "Desember"]
    roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
    assert [long_date(date) for date in firsts] == [f"1 {name} 2026" for name in names]
    assert [roman_month(date) for date in firsts] == roman
    week = [dt.date(2026, 11, 23) + dt.timedelta(days=days) for days in range(7)]
    assert [weekday(date) for date in week] == ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]


@given(st.dates(min_value=dt.date(1900, 1, 1)))
def test_a_spelled_date_names_its_date(date: dt.date) -> None:
    """Day and year, read back from the words, are the date's own, and the short form reads back too."""
    parts = spelled_date_parts(date)
    assert (value_of(parts.day), value_of(parts.year)) == (date.day, date.year)
    assert parts.month in long_date(date)
    assert dt.datetime.strptime(short_date(date), "%d-%m-%Y").date() == date  # noqa: DTZ007


@pytest.mark.parametrize(
    ("nip", "warning"),
    [
        ("", "kosong"),
        ("1983051120070110", "16 angka"),
        ("19830511-200701-1-005", "selain angka"),
        ("19830231 200701 1 005", "bukan tanggal lahir"),
        ("19830511 200713 1 005", "01–12"),
        ("19830511 200200 1 005", "01–12"),
        ("19830511 200104 1 005", "sebelum usia 18"),
        ("19830511 199921 1 005", "sebelum usia 18"),
        ("19830511 200701 3 005", "jenis kelamin"),
        ("19830511 200701 1 000", "000"),
        ("１９８３０５１１２００７０１１００５", "selain angka"),
    ],
)
def test_a_doubtful_nip_is_warned_about(nip: str, warning: str) -> None:
    """Each broken rule of the NIP's structure gives one sentence that names it."""
    assert len(check_nip(nip)) == 1
    assert warning in check_nip(nip)[0]


@pytest.mark.parametrize("nip", ["198305112007011005", "19830511 200701 1 005", "19920314 202321 2 004"])
def test_a_good_nip_gives_no_warning(nip: str) -> None:
    """Spaces do not matter, and a PPPK's month 21 is right."""
    assert check_nip(nip) == []


def test_several_faults_are_all_named() -> None:
    """A NIP that breaks several rules gives a warning for each."""
    assert len(check_nip("19830231 200799 9 000")) == 4


@given(st.text(max_size=30) | st.text("0123456789 ", min_size=17, max_size=22))
def test_no_nip_raises(nip: str) -> None:
    """Whatever was typed, checking and formatting give an answer."""
    assert all(warning.endswith(".") for warning in check_nip(nip))
    assert "".join(format_nip(nip).split()) == "".join(nip.split())


def test_a_nip_is_grouped_for_print() -> None:
    """Birth date, appointment, sex and serial stand apart; what is no NIP stays as typed."""
    assert format_nip("198305112007011005") == "19830511 200701 1 005"
    assert format_nip("19830511 2007011005") == "19830511 200701 1 005"
    assert format_nip(" - ") == "-"


@pytest.mark.parametrize(
    ("grade", "rank"),
    [
        ("I/a", "Juru Muda"),
        ("II/c", "Pengatur"),
        ("III/b", "Penata Muda Tingkat I"),
        ("III/d", "Penata Tingkat I"),
        ("iii / D", "Penata Tingkat I"),
        ("IV/a", "Pembina"),
        ("IV/b", "Pembina Tingkat I"),
        ("IV/e", "Pembina Utama"),
        ("IX", None),
        ("V/a", None),
        ("", None),
    ],
)
def test_rank_of_grade(grade: str, rank: str | None) -> None:
    """A PNS's golongan has its pangkat; a PPPK's or an unknown one has none."""
    assert rank_of_grade(grade) == rank


def test_all_grades_are_there() -> None:
    """17 golongan of PNS, each with its own pangkat, and 17 of PPPK, none with one."""
    assert len(GRADES) == len({rank_of_grade(grade) for grade in GRADES}) == 17
    assert len(set(PPPK_GRADES)) == 17
    assert not any(rank_of_grade(grade) for grade in PPPK_GRADES)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("Rp12.500.000,00", "12500000"), ("12.500.000", "12500000"), ("9500", "9500"), ("1000.50", "1000.50"), ("", "")],
)
def test_an_amount_as_typed_loses_only_what_is_no_figure(typed: str, plain: str) -> None:
    """Dots that part thousands go; a dot before cents stays, so that 1000.50 is never read as 100050."""
    assert plain_rupiah(typed) == plain
