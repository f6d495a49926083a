"""The register over HTTP: numbers given by hand stand among those of documents, as on the page."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from docgen.desk import Desk
from docgen.desk.registers.manual_numbers import insert_number, reserve_block, use_number, void_number
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office

CODE = "000.1.9.1"


def test_numbers_by_hand_stand_in_the_register(api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """Kept, used, given up and put in between: each in its place, and all of it as the OpenAPI document says."""
    made = api.post("/documents", letter).get_json()
    today = desk.today()
    reserve_block(desk, 3, "listrik padam", "siti")
    use_number(desk, today.year, 2, title="Surat tulisan tangan", date=today, classification=CODE, by="siti")
    void_number(desk, today.year, 3, "", "Rusak", "siti")
    insert_number(desk, title="Undangan", date=today, classification=CODE, reason="Tertinggal", by="siti")
    answer = api.get(f"/register?year={today.year}").get_json()
    assert [(one["sequence"], one["suffix"], one["status"], one["document"]) for one in answer["items"]] == [
        (1, "", "issued", made["id"]),
        (2, "", "issued", ""),
        (3, "", "void", ""),
        (4, "", "reserved", ""),
        (4, "a", "issued", ""),
    ]
    used, void, kept, between = answer["items"][1:]
    assert (used["title"], void["reason"]) == ("Surat tulisan tangan", "Rusak")
    assert kept["title"] == "Dicadangkan: listrik padam"
    assert (between["title"], between["reason"]) == ("Undangan", "Tertinggal")
    assert f"/{between['sequence']}a/" in between["number"]
    whole = api.get("/openapi.json").get_json()
    Draft202012Validator({"$ref": "#/components/schemas/Register", "components": whole["components"]}).validate(answer)
    assert "suffix" in whole["components"]["schemas"]["Entry"]["required"]
    assert [one["sequence"] for one in api.get(f"/register?year={today.year - 1}").get_json()["items"]] == []
