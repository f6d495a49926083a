"""What the service itself does with foreign text takes time in proportion to it, whatever the text repeats.

Each text is so long that anything worse than that would take minutes to years; seconds are allowed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docgen.forms.clean import CLEANERS, Wrong
from docgen.forms.field_sheet import Column
from docgen.forms.spreadsheet.cells import plain_date, plain_number, read_assets
from docgen.indonesian import plain_rupiah
from docgen.messages import nearest
from docgen.numbering.number_pattern import check_pattern
from docgen.printed_code import printed_codes
from docgen.signer import has_signatures
from docgen.spreadsheets.values import Formats, broken, displayed_text
from docgen.word_diff import LONGEST, word_differences
from storage import text
from tests.support.machine.processor import within
from wording import filled

SECONDS = 10.0
MANY = 1_000_000
FIELD = Column(name="x", label="Jumlah", type="integer")


@pytest.mark.parametrize(
    "piece",
    [
        *(b"/ByteRange%", b"/ByteRange%\n%", b"/ByteRange ", b"/ByteRange", b"/ByteRange%\n" + b"% \n" * 9 + b"x"),
        (b"/ByteRange%" * 8 + b"\n" + b" " * 99 + b"1111111111" + b" " * 99) * 3,
        b"/#42yteRange %" + b"/ByteRange %" * 7 + b"\r",
    ],
)
def test_whether_a_file_is_signed_is_told_in_one_go(piece: bytes) -> None:
    """However often it names what a signature names, and whatever stands behind the names."""
    with within(SECONDS):
        has_signatures(b"%PDF-1.7\n" + piece * (20 * MANY // len(piece)))


CASES: dict[str, Callable[[int], object]] = {
    "codes": lambda many: printed_codes(["Kode " * many, "Kode A-" * many, "Kode " + "A-" * many, "Kode" + " " * many]),
    "nearest": lambda many: nearest("nota_dinas" * (many // 10), ["nota_dinas", "berita_acara"] * 20),
    "pattern": lambda many: check_pattern("{" + "urut" * many + "}"),
    "date": lambda many: plain_date("T00.00" + ".0" * many + "x" + "T00.00.0" * many),
    "english number": lambda many: plain_number("1" + ",000" * many),
    "rupiah": lambda many: plain_rupiah("1" + ".000" * many),
    "assets": lambda many: read_assets(";\n" * many, []),
    "cell": lambda many: broken("Nilai", "#REF" * many) + broken("Nilai", "1" + "0" * many),
    "number": lambda many: displayed_text("9" * many, "n", Formats([], from_1904=False), 0),
    "tidied": lambda many: text.tidy("a\u200d \u2028\r\u0301" * (many // 5)),
    "integer": lambda many: refused("integer", "1" + ".000" * many),
    "money": lambda many: refused("money", "Rp" + " " * many + "1" + ".000" * many),
    "template": lambda many: filled("{{" * many + "{x" * many + "{x}" * many, {"x": "}"}),
    "comparison": lambda many: word_differences("a " * LONGEST, "a b " * LONGEST),
}


def refused(sort: str, value: str) -> None:
    """Clean a value that cannot be one."""
    with pytest.raises(Wrong):
        CLEANERS[sort](FIELD, value)


@pytest.mark.parametrize("case", CASES)
def test_foreign_text_is_read_in_one_go(case: str) -> None:
    """Codes, names, numbers, dates and cells of a million signs cost a moment."""
    with within(SECONDS):
        CASES[case](MANY)
