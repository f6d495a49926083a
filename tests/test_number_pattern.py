"""Document numbers follow the office's pattern."""

import datetime as dt
import re

import pytest

from docgen.numbering.number_pattern import check_pattern, format_number, open_number
from storage.records import Office

DATE = dt.date(2026, 11, 24)


def office(pattern: str) -> Office:
    """An office with this number pattern."""
    return Office(government="G", name="N", unit_code="DiskominfoSP2", place="P", number_pattern=pattern)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{keamanan}/{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}", "B/000.1.9.1/83/DiskominfoSP2/XI/2026"),
        ("{klasifikasi}/{urut:03}/{unit}", "000.1.9.1/083/DiskominfoSP2"),
        ("{keamanan}.{klasifikasi}/{urut}/{bulan_angka}/{tahun}", "B.000.1.9.1/83/11/2026"),
    ],
)
def test_a_number_is_written_as_the_pattern_says(pattern: str, number: str) -> None:
    """Patterns seen in real offices give their numbers."""
    assert check_pattern(pattern) == []
    assert format_number(office(pattern), sequence=83, classification="000.1.9.1", date=DATE) == number
    assert open_number(office(pattern), classification="000.1.9.1", date=DATE) == re.sub("0?83", "…", number)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("{urutan}/{unit}", "{urut}"),
        ("{unit}/{tahun}", "harus memuat {urut}"),
        ("{urut}/{unit", "kurung kurawal"),
        ("{urut:>900000000}", "{urut:03}"),
        ("{urut}/{unit.__class__}", "tidak dikenal"),
        ("{urut!r}", "tidak dapat dipakai"),
        ("{urut}/{}", "tidak dikenal"),
    ],
)
def test_a_wrong_pattern_is_refused_with_what_to_write(pattern: str, says: str) -> None:
    """A pattern that cannot give numbers, or reaches into objects, is refused and the message helps."""
    problems = check_pattern(pattern)
    assert problems
    assert says in problems[0]
    with pytest.raises(ValueError, match="Pola nomor"):
        format_number(office(pattern), sequence=1, classification="x", date=DATE)
