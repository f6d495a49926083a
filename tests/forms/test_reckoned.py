"""Tables that reckon: totals of rows and of all, and tables that cannot be reckoned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docgen.errors import InvalidSubmission
from docgen.forms import build_context, validate
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.kind import Kind
from tests.support.office.every_field import SHEET, TEMPLATE
from tests.support.office.small_office import DATE, KASI, OFFICE

NEEDS: dict[str, Any] = {
    "name": "kebutuhan", "label": "Kebutuhan", "type": "table", "required": True,
    "columns": [
        {"name": "nama", "label": "Nama", "required": True},
        {"name": "jumlah", "label": "Jumlah", "type": "integer", "required": True},
        {"name": "harga", "label": "Harga", "type": "money", "required": True},
        {"name": "sisa", "label": "Sisa", "type": "integer"},
    ],
    "products": [{"name": "total", "label": "Total", "of": ["jumlah", "harga"]}],
    "totals": ["total", "sisa"],
}  # fmt: skip


def reckoned(rows: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    sheet = FieldSheet.model_validate(SHEET | {"fields": [SHEET["fields"][0], NEEDS | changes]})
    kind = Kind("rencana", Path(), sheet, {}, TEMPLATE)
    values = validate(kind.sheet, {"hal": "Rencana", "kebutuhan": rows}, officials={})
    return build_context(
        kind.sheet, values, office=OFFICE, signer=KASI, assets=[], number="1", date=DATE, officials={}, emblem=None
    )


def test_row_totals_and_the_grand_total_are_reckoned() -> None:
    """Quantity times unit price in each row, and the sum in figures and words; what was not written adds nothing."""
    seen = reckoned([{"nama": "A", "jumlah": 2, "harga": 1_500}, {"nama": "B", "jumlah": 3, "harga": 1_000, "sisa": 4}])
    assert [row["total"] for row in seen["kebutuhan"]] == ["Rp3.000,00", "Rp3.000,00"]
    assert [row["sisa"] for row in seen["kebutuhan"]] == ["-", "4"]
    assert (seen["kebutuhan_total"], seen["kebutuhan_total_terbilang"]) == ("Rp6.000,00", "enam ribu rupiah")
    assert (seen["kebutuhan_sisa"], seen["kebutuhan_sisa_terbilang"]) == ("4", "empat")


def test_a_total_of_nothing_is_empty_and_one_beyond_words_is_in_figures() -> None:
    """No number written gives no total; a sum that cannot be spelled is still printed."""
    seen = reckoned([{"nama": "A", "jumlah": 10**10, "harga": 10**10}])
    assert (seen["kebutuhan_sisa"], seen["kebutuhan_sisa_terbilang"]) == ("", "")
    assert seen["kebutuhan_total"] == "Rp100.000.000.000.000.000.000,00"
    assert seen["kebutuhan_total_terbilang"] == ""


def test_a_reckoned_cell_cannot_be_sent() -> None:
    """Neither a clerk nor another system types a total."""
    with pytest.raises(InvalidSubmission) as caught:
        reckoned([{"nama": "A", "jumlah": 1, "harga": 1, "total": 9}])
    assert [error.field for error in caught.value.errors] == ["data.kebutuhan[0].total"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"products": [{"name": "total", "label": "T", "of": ["jumlah", "sisa"]}]}, "required: true"),
        ({"products": [{"name": "total", "label": "T", "of": ["nama", "harga"]}]}, "'nama' harus kolom"),
        ({"products": [{"name": "total", "label": "T", "of": ["harga", "harga"]}]}, "dikalikan dengan rupiah"),
        ({"products": [{"name": "sisa", "label": "T", "of": ["jumlah", "harga"]}]}, "'sisa' ada dua kali"),
        ({"totals": ["nama"]}, "bukan kolom angka"),
        ({"totals": ["totl"]}, "Maksudnya 'total'?"),
    ],
)
def test_a_table_that_cannot_be_reckoned_is_refused(changes: dict[str, Any], expected: str) -> None:
    """Factors are required numbers, totals are of numbers, names are used once."""
    with pytest.raises(ValueError, match=expected.replace("?", r"\?")):
        reckoned([], **changes)
