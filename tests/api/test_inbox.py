"""What waits for a caller, and documents by whether they are decided, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office


@pytest.fixture
def head(app: Flask, desk: Desk) -> Caller:
    """A system that decides as the Kepala Bidang."""
    return Caller(app, create_token(desk, "kabid", "write", ["kepala-bidang"]))


def found(caller: Caller, query: str) -> list[str]:
    """The ids of the documents that a query finds."""
    answer = caller.get(f"/documents?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [item["id"] for item in answer.get_json()["items"]]


def waits(caller: Caller) -> list[tuple[str, str | None]]:
    """What waits for a caller: the sort and the document of each thing; the counts say as many."""
    answer = caller.get("/inbox").get_json()
    counts = answer["counts"]
    assert counts["total"] == counts["returned"] + counts["ready"] + counts["decide"] + counts["late"]
    assert counts["total"] + counts["draft"] == len(answer["items"])
    moments = [item["since"] for item in answer["items"]]
    assert moments == sorted(moments, reverse=True)
    return [(item["what"], item["document"]) for item in answer["items"]]


def test_a_letter_moves_from_one_inbox_to_the_other(api: Caller, head: Caller, letter: dict[str, Any]) -> None:
    """It waits for the head, comes back to its writer with the note, and is found by what was decided."""
    first = api.post("/documents", letter).get_json()
    assert first["standing"] == "awaiting"
    assert waits(head) == [("decide", first["id"])]
    assert waits(api) == []
    for query in ("awaiting=any", "awaiting=kepala-bidang", "awaiting=kepala-bidang&q=pemeliharaan"):
        assert found(api, query) == [first["id"]], query
    assert found(api, "awaiting=kepala-dinas") == []
    decision = {"official": "kepala-bidang", "decision": "perbaiki", "note": "Biaya belum ada"}
    assert head.post(f"/documents/{first['id']}/endorsements", decision).status_code == 201
    [item] = api.get("/inbox").get_json()["items"]
    assert (item["what"], item["document"], item["kinds"]) == ("returned", first["id"], ["nota_dinas"])
    assert "Biaya belum ada" in item["reason"]
    assert item["links"]["self"].endswith(f"/documents/{first['id']}")
    assert waits(head) == []
    assert api.get(f"/documents/{first['id']}").get_json()["standing"] == "returned"
    for query in ("decided=any", "decided=perbaiki", f"decided=perbaiki&asset={letter['assets'][0]}"):
        assert found(api, query) == [first["id"]], query
    assert found(api, "decided=setuju") == []
    assert found(api, "awaiting=any") == []


def test_a_draft_waits_for_who_initials_it(api: Caller, head: Caller, app: Flask, desk: Desk, letter: Any) -> None:
    """Submitted, it waits for the first of its route; sent back, for its author; unsent, it is counted as a draft."""
    section = Caller(app, create_token(desk, "kasi", "write", ["kepala-seksi"]))
    draft = api.post("/drafts", {**letter, "signer": "kepala-dinas"}).get_json()
    counts = api.get("/inbox").get_json()["counts"]
    assert (counts["draft"], counts["total"]) == (1, 0)
    api.post(f"/drafts/{draft['id']}/submit", {})
    [item] = section.get("/inbox").get_json()["items"]
    assert (item["what"], item["draft"]) == ("decide", draft["id"])
    assert head.get("/inbox").get_json()["items"] == []
    note = {"official": "kepala-seksi", "decision": "perbaiki", "note": "Salah tanggal"}
    section.post(f"/drafts/{draft['id']}/decisions", note)
    [item] = api.get("/inbox").get_json()["items"]
    assert (item["what"], item["draft"]) == ("returned", draft["id"])
    assert "Salah tanggal" in item["reason"]


def test_what_cannot_be_asked_is_refused_beside_its_name(api: Caller, app: Flask, desk: Desk) -> None:
    """No such official, both at once, no such decision: 422; a token that is limited has no inbox of the office."""
    for query, field in (
        ("awaiting=tidak-ada", "awaiting"),
        ("awaiting=any&decided=any", "decided"),
        ("decided=mungkin", "decided"),
    ):
        answer = api.get(f"/documents?{query}")
        assert answer.status_code == 422, query
        assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    limited = Caller(app, create_token(desk, "simaset", "write", [], procedures=["pemeliharaan"]))
    assert limited.get("/inbox").status_code == 403
