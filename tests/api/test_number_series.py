"""What the office keeps over HTTP beside its letterhead: series of numbers, which letters and registers tell."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from docgen.desk import Desk
from docgen.desk.registers.edit import change_office
from docgen.errors import InvalidSubmission
from storage.catalogue import registers
from storage.catalogue.rows import to_row
from storage.catalogue.tables import foreign_numbers
from storage.records import ForeignNumber, NumberSeries
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office
SERIES = NumberSeries(name="nota-dinas", title="Nota Dinas", pattern="ND {urut}", kinds=["nota_dinas"])


def give_series(desk: Desk, *series: NumberSeries) -> None:
    """Give the office these series, and no others."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"series": list(series)}), by="siti")


def test_the_api_keeps_series_that_it_is_not_told_of(
    api: Caller, chief: Caller, desk: Desk, letter: dict[str, Any]
) -> None:
    """`PUT /office` of an earlier client leaves the series alone; one that names them is checked as the page is."""
    give_series(desk, SERIES)
    body = api.get("/office").get_json()
    old = {key: value for key, value in body.items() if key != "series"} | {"phone": "(0518) 1"}
    assert chief.put("/office", old).get_json()["series"] == body["series"]
    twice = [body["series"][0], body["series"][0] | {"name": "lain", "title": "Lain"}]
    answer = chief.put("/office", body | {"series": twice})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["series[1].kinds"]
    unknown = [body["series"][0] | {"kinds": ["nota_dina"]}]
    assert "nota_dinas" in chief.put("/office", body | {"series": unknown}).get_json()["errors"][0]["message"]
    api.post("/documents", letter)
    assert chief.put("/office", body | {"series": []}).status_code == 422
    with pytest.raises(InvalidSubmission):
        give_series(desk)


def test_an_earlier_client_lets_nobody_of_the_region_in(chief: Caller, desk: Desk) -> None:
    """`PUT /office` that does not say whether administrators of the region may enter leaves it refused."""
    body = chief.get("/office").get_json()
    assert chief.put("/office", body | {"region_may_enter": False}).get_json()["region_may_enter"] is False
    del body["region_may_enter"]
    assert chief.put("/office", body | {"phone": "(0518) 1"}).get_json()["region_may_enter"] is False


def test_names_of_series_systems_and_kinds_are_not_mistaken(chief: Caller, desk: Desk) -> None:
    """A system is not called as a series, nor is a kind numbered elsewhere that there is not; each at its field."""
    give_series(desk, SERIES)
    body = chief.get("/office").get_json()
    series = body["series"][0]
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"number_systems": [series["name"].upper()]}, "number_systems", "dipakai seri nomor kantor"),
        ({"number_systems": ["utama"]}, "number_systems", "dipakai seri nomor kantor"),
        ({"numbering_by_kind": {"nota_dina": "SRIKANDI"}}, "numbering_by_kind.nota_dina", "nota_dinas"),
        ({"series": [series | {"name": "a\nb"}]}, "series[0].name", "Kode seri memuat"),
        ({"series": [series | {"pattern": "{urut"}]}, "series[0].pattern", "Pola nomor salah tulis"),
    ]
    for change, field, words in wrong:
        answer = chief.put("/office", body | change)
        [error] = answer.get_json()["errors"]
        assert (answer.status_code, error["field"]) == (422, field)
        assert words in error["message"]
    both = chief.get("/register?series=utama&by=SRIKANDI")
    assert (both.status_code, "tidak punya seri" in both.get_json()["detail"]) == (404, True)


def test_registers_are_listed_and_read_one_by_one(api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """Each series and each system with what it gave; without a name the whole year, each line with its series."""
    first = api.post("/documents", letter).get_json()
    give_series(desk, SERIES)
    second = api.post("/documents", letter).get_json()
    year = desk.today().year
    foreign = ForeignNumber(
        system="SRIKANDI",
        number="B/7/SRIKANDI",
        document=first["id"],
        date=desk.today(),
        at=desk.now(),
        by="siti",
    )
    with desk.catalogue.write() as tx:
        tx.execute(insert(foreign_numbers).values(to_row(foreign, foreign_numbers, key="b/7/srikandi")))
    registers_listed = api.get("/registers").get_json()
    assert [(line["series"], line["by"], line["last"]) for line in registers_listed] == [
        ("utama", "", 1),
        ("nota-dinas", "", 1),
        ("", "SRIKANDI", 0),
    ]
    assert registers_listed[1]["kinds"] == ["nota_dinas"]
    assert {line["counts"]["issued"] for line in registers_listed} == {1}
    lines = api.get("/register").get_json()["items"]
    assert [(line["series"], line["by"], line["number"], line["document"]) for line in lines] == [
        ("utama", "", first["number"], first["id"]),
        ("nota-dinas", "", "ND 1", second["id"]),
        ("", "SRIKANDI", "B/7/SRIKANDI", first["id"]),
    ]
    assert api.get(f"/register?series=nota-dinas&year={year}").get_json()["items"] == [lines[1]]
    assert api.get("/register?by=SRIKANDI").get_json()["items"] == [lines[2]]
    assert api.get("/register?series=utama").get_json()["items"] == [lines[0]]
    missing = api.get("/register?series=nota")
    assert (missing.status_code, "nota-dinas" in missing.get_json()["detail"]) == (404, True)
    assert api.get(f"/registers?year={year - 1}").get_json()[0]["last"] == 0
