"""Charts drawn as SVG: well formed, escaped, and as tall as their numbers."""

from __future__ import annotations

import pytest
from lxml import etree

from web.pages.reading.charts import Measured, Series, against_norm, stacked


def rects(svg: str) -> list[etree._Element]:
    """The bars of a chart."""
    return list(etree.fromstring(svg).iter("rect"))


def test_columns_are_as_tall_as_their_numbers() -> None:
    """Twice the number is twice the height; nothing is drawn for none; names are text and no markup."""
    svg = stacked("Naskah & <judul>", ["Jan", "Feb"], [Series("<b>A", [2, 0]), Series("B", [4, 4])])
    tall = [float(one.get("height", "0")) for one in rects(svg)]
    assert len(tall) == 3
    assert tall[1] == pytest.approx(2 * tall[0], abs=0.2)
    assert "<b>" not in svg


@pytest.mark.parametrize("numbers", [[], [0], [1], [5], [10**9]])
def test_any_number_fits_the_frame(numbers: list[int]) -> None:
    """From no document to a thousand million, nothing is drawn above the frame."""
    svg = stacked("Naskah", ["x"] * len(numbers), [Series("A", numbers)])
    tops = [float(bar.attrib["y"]) for bar in rects(svg)]
    assert len(tops) == sum(number > 0 for number in numbers)
    assert min(tops, default=0.0) >= 0


def test_a_bar_past_its_norm_is_red() -> None:
    """What took longer than its norm is told by colour and by words."""
    svg = against_norm("Lama", [Measured("Langkah 1", 10, 60, "10 menit"), Measured("Langkah 2", 90, 60, "1,5 jam")])
    assert [one.get("fill") for one in rects(svg)] == ["#1a7f4b", "#b3261e"]
    assert "1,5 jam" in svg
    empty = against_norm("Tidak ada", [])
    assert "Tidak ada" in empty
    assert rects(empty) == []
