"""Series of numbers over HTTP: the office keeps them, letters and registers tell them."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.registers.edit import change_office
from docgen.errors import InvalidSubmission
from storage.catalogue import registers
from storage.records import NumberSeries
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office
SERIES = NumberSeries(name="nota-dinas", title="Nota Dinas", pattern="ND {urut}", kinds=["nota_dinas"])


def give_series(desk: Desk, *series: NumberSeries) -> None:
    """Give the office these series, and no others."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"series": list(series)}), by="siti")


def test_the_api_keeps_series_that_it_is_not_told_of(api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """`PUT /office` of an earlier client leaves the series alone; one that names them is checked as the page is."""
    give_series(desk, SERIES)
    body = api.get("/office").get_json()
    old = {key: value for key, value in body.items() if key != "series"} | {"phone": "(0518) 1"}
    assert api.put("/office", old).get_json()["series"] == body["series"]
    twice = [body["series"][0], body["series"][0] | {"name": "lain", "title": "Lain"}]
    answer = api.put("/office", body | {"series": twice})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["series.1.kinds"]
    unknown = [body["series"][0] | {"kinds": ["nota_dina"]}]
    assert "nota_dinas" in api.put("/office", body | {"series": unknown}).get_json()["errors"][0]["message"]
    api.post("/documents", letter)
    assert api.put("/office", body | {"series": []}).status_code == 422
    with pytest.raises(InvalidSubmission):
        give_series(desk)
