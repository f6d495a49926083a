"""Over HTTP, too, a letter may be numbered elsewhere, and its number told afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.desk import Desk
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office


def test_a_letter_waits_for_its_number_and_gets_it_once(api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """201 without a number; 200 with it, again the same; 409 for another, or another letter's; 422 for no system."""
    body = {**letter, "numbering": {"by": "SRIKANDI"}, "dossier": "new"}
    first = api.post("/documents", body)
    document = first.get_json()
    assert (first.status_code, document["status"], document["number"]) == (201, "awaiting_number", None)
    assert document["numbering"] == "SRIKANDI"
    waiting = api.get("/documents?status=awaiting_number").get_json()["items"]
    assert [item["id"] for item in waiting] == [document["id"]]
    with desk.catalogue.read() as tx:
        date = desk.today_in(tx).isoformat()
    address = f"/documents/{document['id']}/number"
    for _ in range(2):
        answer = api.post(address, {"number": "12/SETDA", "date": date})
        assert (answer.status_code, answer.get_json()["number"], answer.get_json()["status"]) == (
            200,
            "12/SETDA",
            "issued",
        )
    assert answer.get_json()["foreign_numbers"] == [
        {"by": "SRIKANDI", "number": "12/SETDA", "date": date, "source": "entered"}
    ]
    assert api.post(address, {"number": "13/SETDA", "date": date}).status_code == 409
    second = api.post("/documents", body).get_json()
    taken = api.post(f"/documents/{second['id']}/number", {"number": "12 / setda", "date": date})
    assert taken.status_code == 409
    unknown = api.post("/documents", {**letter, "numbering": {"by": "E-Office"}})
    assert unknown.status_code == 422
    assert unknown.get_json()["errors"][0]["field"] == "numbering.by"
