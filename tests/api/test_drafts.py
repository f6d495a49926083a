"""Drafts over HTTP: the contract of their addresses, versions and refusals."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.webhooks.outbox import add_webhook
from storage.catalogue import audit
from storage.catalogue.tables import deliveries
from tests.support.callers.api import Caller, path_of, register

pytestmark = pytest.mark.office

ENTRY = {"official", "part", "state", "turn", "at", "note", "acting", "version"}


@pytest.fixture
def letter(letter: dict[str, Any]) -> dict[str, Any]:
    """A Nota Dinas that the Kepala Dinas signs."""
    return {**letter, "signer": "kepala-dinas"}


@pytest.fixture
def superiors(app: Flask, desk: Desk) -> dict[str, Caller]:
    """Systems that decide as one official each."""
    ids = ("kepala-seksi", "kepala-bidang", "kepala-dinas")
    return {id: Caller(app, create_token(desk, f"paraf {id}", "write", [id])) for id in ids}


def decide(caller: Caller, id: str, official: str, decision: str = "paraf", **more: Any) -> Any:
    """Let a system decide on a draft."""
    return caller.post(f"/drafts/{id}/decisions", {"official": official, "decision": decision, **more})


def test_a_draft_goes_through_hands_to_a_document(
    api: Caller, superiors: dict[str, Caller], letter: dict[str, Any]
) -> None:
    """Begun, submitted, initialled twice and signed: each answer tells state and route, the last a document."""
    begun = api.post("/drafts", letter)
    draft = begun.get_json()
    assert begun.status_code == 201
    assert begun.headers["Location"] == draft["links"]["self"]
    assert begun.headers["ETag"] == '"1"'
    assert (draft["state"], draft["version"], draft["author"]) == ("writing", 1, "aset-kab")
    assert [set(entry) for entry in draft["route"]] == [ENTRY] * 3
    assert [(entry["official"], entry["part"], entry["state"]) for entry in draft["route"]] == [
        ("kepala-seksi", "paraf", "waiting"),
        ("kepala-bidang", "paraf", "waiting"),
        ("kepala-dinas", "sign", "waiting"),
    ]
    id = draft["id"]
    assert superiors["kepala-seksi"].get(f"/drafts/{id}").status_code == 404  # it is not submitted
    assert api.post(f"/drafts/{id}/submit", {}).get_json()["state"] == "review"
    assert [one["id"] for one in superiors["kepala-bidang"].get("/drafts?state=review").get_json()["items"]] == [id]
    assert superiors["kepala-bidang"].get("/drafts?mine=true").get_json()["items"] == []
    assert decide(superiors["kepala-seksi"], id, "kepala-seksi").get_json()["state"] == "review"
    assert decide(superiors["kepala-bidang"], id, "kepala-bidang").get_json()["state"] == "signing"
    assert register(api) == []
    answer = superiors["kepala-dinas"].post(f"/drafts/{id}/sign", {"official": "kepala-dinas", "method": "paper"})
    document = answer.get_json()
    assert (answer.status_code, document["status"]) == (201, "issued")
    assert answer.headers["Location"] == document["links"]["self"]
    again = superiors["kepala-dinas"].post(f"/drafts/{id}/sign", {"official": "kepala-dinas", "method": "paper"})
    assert (again.status_code, again.get_json()["id"]) == (201, document["id"])
    kept = api.get(f"/drafts/{id}").get_json()
    assert (kept["state"], path_of(kept["links"]["document"])) == ("issued", f"/documents/{document['id']}")
    assert [entry["state"] for entry in kept["route"]] == ["paraf", "paraf", "signed"]


def test_a_change_names_its_version_and_who_is_late_is_told(api: Caller, letter: dict[str, Any]) -> None:
    """428 without If-Match, 412 with an old or a foreign one, and the version rises with each change that is one."""
    draft = api.post("/drafts", letter).get_json()
    address = f"/drafts/{draft['id']}"
    other = {**letter, "data": {**letter["data"], "hal": "Perbaikan lain"}}
    assert api.put(address, other).status_code == 428
    changed = api.put(address, other, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    late = api.put(address, letter, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.get_json()["type"] == "urn:docgen:problem:changed-meanwhile"
    for tag in ('W/"2"', '"abc"', '"1", "2"'):
        assert api.put(address, letter, headers={"If-Match": tag}).status_code == 412
    for path in ("submit", "withdraw"):
        body = {"reason": "x"} if path == "withdraw" else {}
        assert api.post(f"{address}/{path}", body, headers={"If-Match": '"1"'}).status_code == 412
    same = api.put(address, other, headers={"If-Match": "*"})
    assert same.headers["ETag"] == '"2"'  # nothing was changed
    kept = api.get(address)
    assert (kept.get_json()["letter"]["data"]["hal"], kept.headers["ETag"]) == ("Perbaikan lain", '"2"')
    assert api.get(address, headers={"If-None-Match": '"2"'}).status_code == 304


def test_refusals_have_their_status_and_their_field(
    api: Caller, app: Flask, desk: Desk, superiors: dict[str, Caller], letter: dict[str, Any]
) -> None:
    """Another's turn 403, another's draft 404, no reason 422 beside `note`, in nobody's hands 409."""
    lacking = api.post("/drafts", {**letter, "data": {}}).get_json()["id"]
    refused = api.post(f"/drafts/{lacking}/submit", {})
    assert refused.status_code == 422
    assert "data.hal" in {error["field"] for error in refused.get_json()["errors"]}
    unknown = api.post("/drafts", {**letter, "route": ["tidak-ada"], "readers": ["tidak-ada"]})
    assert [error["field"] for error in unknown.get_json()["errors"]] == ["route[0]", "readers[0]"]
    id = api.post("/drafts", letter).get_json()["id"]
    section, division = superiors["kepala-seksi"], superiors["kepala-bidang"]
    api.post(f"/drafts/{id}/submit", {})
    assert decide(division, id, "kepala-bidang").status_code == 403
    assert decide(division, id, "kepala-seksi").status_code == 403
    assert section.post(f"/drafts/{id}/withdraw", {"reason": "x"}).status_code == 403
    assert section.delete(f"/drafts/{id}").status_code == 403
    without = decide(section, id, "kepala-seksi", "perbaiki")
    assert (without.status_code, [one["field"] for one in without.get_json()["errors"]]) == (422, ["note"])
    same_name = Caller(app, create_token(desk, "aset-kab", "write", []))
    for call in (same_name.get, same_name.delete):
        assert call(f"/drafts/{id}").status_code == 404  # of another token, whatever its name
    assert same_name.get("/drafts").get_json()["items"] == []
    assert decide(section, id, "kepala-seksi", "perbaiki", note="Biaya?").get_json()["state"] == "returned"
    assert decide(section, id, "kepala-seksi").status_code == 409
    assert api.post(f"/drafts/{id}/withdraw", {"reason": " "}).status_code == 422


def test_a_limited_token_knows_the_drafts_of_its_assets_only(app: Flask, desk: Desk, letter: dict[str, Any]) -> None:
    """It begins none on another asset, and of one that was moved there it knows nothing any more."""
    limited = Caller(app, create_token(desk, "aset-satu", "write", ["kepala-seksi"], assets=["6310190000102"]))
    assert limited.post("/drafts", letter).status_code == 403
    free = Caller(app, create_token(desk, "semua", "write", []))
    id = free.post("/drafts", letter).get_json()["id"]
    free.post(f"/drafts/{id}/submit", {})
    assert limited.get(f"/drafts/{id}").status_code == 404
    assert limited.get("/drafts").get_json()["items"] == []
    own = free.post("/drafts", {**letter, "assets": ["6310190000102"]}).get_json()["id"]
    free.post(f"/drafts/{own}/submit", {})
    assert [one["id"] for one in limited.get("/drafts").get_json()["items"]] == [own]


def test_the_same_draft_is_begun_once(api: Caller, letter: dict[str, Any]) -> None:
    """With an Idempotency-Key the call that is sent again answers the same draft, with another body 409."""
    headers = {"Idempotency-Key": "sekali"}
    first = api.post("/drafts", letter, headers=headers).get_json()
    assert api.post("/drafts", letter, headers=headers).get_json()["id"] == first["id"]
    assert api.post("/drafts", {**letter, "step": 1}, headers=headers).status_code == 409
    assert len(api.get("/drafts?mine=true").get_json()["items"]) == 1


def test_drafts_come_in_pages(api: Caller, letter: dict[str, Any]) -> None:
    """Newest first; `next` leads to the following page, and a deleted one is in none."""
    ids = [api.post("/drafts", letter).get_json()["id"] for _ in range(3)]
    page = api.get("/drafts?limit=2").get_json()
    assert [one["id"] for one in page["items"]] == ids[:0:-1]
    assert [one["id"] for one in api.get(f"/drafts?limit=2&cursor={page['next']}").get_json()["items"]] == ids[:1]
    assert len(api.get("/drafts?state=&mine=").get_json()["items"]) == 3  # empty filters do not narrow
    assert api.get("/drafts?state=siap").status_code == 422
    assert api.delete(f"/drafts/{ids[0]}").status_code == 204
    assert [one["id"] for one in api.get("/drafts").get_json()["items"]] == ids[:0:-1]


def test_webhooks_are_told_of_each_step(
    api: Caller, desk: Desk, superiors: dict[str, Caller], letter: dict[str, Any]
) -> None:
    """Submitted, initialled, returned, withdrawn and signed are events of their own, in their order."""
    events = ["draft.submitted", "draft.decided", "draft.returned", "draft.withdrawn", "draft.signed"]
    add_webhook(desk, "http://127.0.0.1:9/", events, "admin", private=True)
    id = api.post("/drafts", {**letter, "route": ["kepala-seksi"]}).get_json()["id"]
    api.post(f"/drafts/{id}/submit", {})
    decide(superiors["kepala-seksi"], id, "kepala-seksi", "perbaiki", note="Biaya?")
    api.post(f"/drafts/{id}/submit", {})
    api.post(f"/drafts/{id}/withdraw", {"reason": "Belum jadi"})
    api.post(f"/drafts/{id}/submit", {})
    decide(superiors["kepala-seksi"], id, "kepala-seksi")
    superiors["kepala-dinas"].post(f"/drafts/{id}/sign", {"official": "kepala-dinas", "method": "paper"})
    with desk.catalogue.read() as tx:
        told = [row.type for row in tx.execute(deliveries.select().order_by(deliveries.c.id))]
        assert audit.check_chain(tx) == []
    assert told == ["draft.submitted", "draft.returned", "draft.submitted", "draft.withdrawn", "draft.submitted",
                    "draft.decided", "draft.signed"]  # fmt: skip
