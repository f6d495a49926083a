"""What a letter joins and replaces, over the API: told in every answer, and nothing of it to a token it is none of."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.render.pdf.pdfium import page_text
from tests.support.callers.api import Caller, make_app

pytestmark = pytest.mark.office

MINE, OTHER = "6310190000101", "6310240000235"
UNKNOWN = "01m89000000000000000000000"
SECRET = "Kamera pengawas ruang sidang"


@pytest.fixture
def order(desk: Desk) -> dict[str, Any]:
    """The body of a Surat Penugasan that cites what its dossier holds."""
    data = {name: value for name, value in desk.kinds["surat_penugasan"].example.items() if name != "dasar"}
    return {"kind": "surat_penugasan", "procedure": "pemeliharaan", "step": 4, "assets": [MINE], "data": data}


@pytest.fixture
def secret(letter: dict[str, Any]) -> dict[str, Any]:
    """The body of a letter about an asset that is none of the limited token's."""
    return {**letter, "assets": [OTHER], "data": {**letter["data"], "hal": SECRET}}


@pytest.fixture
def system(app: Flask, desk: Desk) -> Caller:
    """A system whose token is limited to one asset."""
    return Caller(app, create_token(desk, "terbatas", "write", [], assets=[MINE]))


def made(caller: Caller, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A letter that is issued."""
    answer = caller.post("/documents", {**body, **more})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def joined(document: dict[str, Any]) -> tuple[str, int]:
    """How a letter came into its dossier, and how many others are there."""
    told = document["dossier_joined"]
    return told["how"], told["others"]


def test_the_answer_tells_what_became_of_the_letter(api: Caller, letter: Any, order: Any) -> None:
    """Opened, continued, named, named by what it replaces, and one of its own because that was asked for."""
    first = made(api, letter)
    assert (joined(first), first["replaces"]) == (("opened", 0), None)
    assert first["dossier_joined"]["title"].startswith("Server Rack")
    second = made(api, order)
    assert (second["dossier"], joined(second)) == (first["dossier"], ("continued", 1))
    third = made(api, letter, dossier=first["dossier"])
    assert (third["dossier"], joined(third), third["replaces"]) == (first["dossier"], ("asked", 2), None)
    fourth = made(api, letter, replaces=first["id"])
    assert (fourth["dossier"], joined(fourth), fourth["replaces"]) == (first["dossier"], ("asked", 3), first["id"])
    assert api.get(f"/documents/{first['id']}").get_json()["replaced_by"] == fourth["id"]
    assert api.get(f"/documents/{third['id']}").get_json()["status"] == "issued"
    own = made(api, order, dossier="new")
    assert joined(own) == ("opened", 0)
    assert own["dossier"] != first["dossier"]
    for wrong in ("NEW", " new", "new ", UNKNOWN):
        refused = api.post("/documents", {**order, "dossier": wrong})
        assert [one["field"] for one in refused.get_json()["errors"]] == ["dossier"]


def test_a_preview_tells_where_the_letter_would_go(api: Caller, letter: Any, order: Any) -> None:
    """Its headers name the dossier and the letter that would be replaced, as issuing then does."""
    first = made(api, letter)
    for body, dossier, replaces in (
        (order, first["dossier"], None),
        ({**order, "dossier": "new"}, "new", None),
        ({**order, "assets": [OTHER]}, "new", None),
        ({**letter, "replaces": first["id"]}, first["dossier"], first["id"]),
    ):
        headers = api.post("/previews", body).headers
        assert (headers["X-Docgen-Dossier"], headers.get("X-Docgen-Replaces")) == (dossier, replaces)


def test_a_call_sent_twice_is_answered_the_same(api: Caller, letter: Any, order: Any) -> None:
    """The same key: the same letter, and the same word on its dossier and on what it replaces."""
    first = made(api, letter)
    for body in (order, {**letter, "replaces": first["id"]}):
        headers = {"Idempotency-Key": body["kind"]}
        answers = [api.post("/documents", body, headers=headers).get_json() for _ in range(2)]
        assert answers[0] == answers[1]


def test_a_letter_is_replaced_once(api: Caller, letter: Any) -> None:
    """The second call is told which letter took the place."""
    first = made(api, letter)
    winner = made(api, letter, replaces=first["id"])
    late = api.post("/documents", {**letter, "replaces": first["id"]})
    assert late.status_code == 422
    [error] = late.get_json()["errors"]
    assert error["field"] == "replaces"
    assert winner["number"] in error["message"]


def test_a_limited_token_neither_joins_nor_replaces_what_is_not_its_own(
    api: Caller, system: Caller, letter: Any, secret: Any
) -> None:
    """By every route that takes a dossier or a letter to replace, foreign ones look as if there were none."""
    foreign = made(api, secret)
    api.post(f"/documents/{foreign['id']}/endorsements", {"official": "kepala-bidang", "decision": "tolak"})
    both = made(api, {**secret, "assets": [OTHER, MINE]}, dossier=foreign["dossier"])
    collective = made(api, secret, assets=[])
    asked = [
        {"dossier": foreign["dossier"]},
        {"dossier": both["dossier"]},
        {"dossier": collective["dossier"]},
        *({"replaces": one["id"]} for one in (foreign, both, collective)),
        *({"replaces": one["id"], "dossier": one["dossier"]} for one in (foreign, both, collective)),
    ]
    absent = told(system.post("/documents", {**letter, "dossier": UNKNOWN}), UNKNOWN)
    for path in ("/documents", "/previews", "/previews?format=png"):
        for more in asked:
            refused = system.post(path, {**letter, **more})
            assert refused.status_code == 422, (path, more)
            for word in (SECRET, foreign["number"], both["number"], collective["number"], "Access Point", "Kamera"):
                assert word not in refused.text
            if list(more) == ["dossier"]:
                assert told(refused, more["dossier"]) == absent
    for document in (foreign, both, collective):
        assert api.get(f"/documents/{document['id']}").get_json()["status"] == "issued"
        assert len(held(api, document["dossier"])) == (2 if document is not collective else 1)
    for path in ("/batches", "/batches/check"):
        rows = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "rows": [{"assets": [MINE]}]}
        assert system.post(path, rows).status_code == 403
    assert system.post("/bundles", {"dossier": foreign["dossier"]}).status_code == 403


def told(answer: TestResponse, id: str) -> Any:
    """What a refusal says, without the id that was asked for."""
    return str(answer.get_json()["errors"]).replace(id, "?")


def held(caller: Caller, dossier: str) -> list[str]:
    """The ids of what a dossier shows."""
    steps = caller.get(f"/dossiers/{dossier}").get_json()["steps"]
    return [document["id"] for step in steps for document in step["documents"]]


def test_a_letter_on_two_assets_opens_no_foreign_dossier(api: Caller, system: Caller, secret: Any) -> None:
    """The letter may be read; its dossier is another asset's: not found, not listed, neither closed nor opened."""
    foreign = made(api, secret)
    both = made(api, {**secret, "assets": [OTHER, MINE]}, dossier=foreign["dossier"])
    assert system.get(f"/documents/{both['id']}").status_code == 200
    dossier = f"/dossiers/{foreign['dossier']}"
    assert system.get(dossier).status_code == 404
    assert system.get("/dossiers").get_json()["items"] == []
    assert system.get(f"/dossiers?asset={MINE}").get_json()["items"] == []
    for act in ("close", "reopen"):
        assert system.post(f"{dossier}/{act}", {"reason": "x"} if act == "close" else None).status_code == 404
    assert api.get(dossier).get_json()["status"] == "open"


def test_a_limited_view_of_a_dossier_holds_what_is_within(
    api: Caller, system: Caller, letter: Any, secret: Any, order: Any
) -> None:
    """In a dossier of its asset the token sees, counts and cites its own letters alone, and may not close the whole."""
    mine = made(system, letter)
    foreign = made(api, secret, dossier=mine["dossier"])
    dossier = f"/dossiers/{mine['dossier']}"
    shown = system.get(dossier)
    assert held(system, mine["dossier"]) == [mine["id"]]
    assert [id for step in shown.get_json()["steps"] for id in step["awaits"]] == [mine["id"]]
    for word in (SECRET, foreign["id"], foreign["number"]):
        assert word not in shown.text
    preview = " ".join("".join(page_text(system.post("/previews", {**order, "dossier": mine["dossier"]}).data)).split())
    assert mine["number"] in preview
    assert foreign["number"] not in preview
    second = made(system, order)
    assert (second["dossier"], joined(second)) == (mine["dossier"], ("continued", 1))
    refused = system.post(f"{dossier}/close", {"reason": "x"})
    assert refused.status_code == 403
    assert foreign["number"] not in refused.text
    assert api.post(f"{dossier}/close", {"reason": "Selesai"}).status_code == 200
    assert system.post(f"{dossier}/reopen").status_code == 403
    own = made(system, letter)["dossier"]
    assert system.post(f"/dossiers/{own}/close", {"reason": "Selesai"}).status_code == 200
    assert system.post(f"/dossiers/{own}/reopen").status_code == 200


def test_a_limited_list_of_dossiers_goes_on_from_page_to_page(api: Caller, system: Caller, secret: Any) -> None:
    """Foreign dossiers in between shorten no page."""
    mine = []
    for _ in range(3):
        foreign = made(api, secret, dossier="new")
        made(api, {**secret, "assets": [OTHER, MINE]}, dossier=foreign["dossier"])
        mine.append(made(api, secret, assets=[MINE], dossier="new")["dossier"])
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        page = system.get(f"/dossiers?limit=1&cursor={cursor}").get_json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert (found, cursor) == (mine[::-1], None)


def test_a_batch_tells_which_dossiers_it_continues(desk: Desk, jobs: Jobs, letter: Any, order: Any) -> None:
    """Before it counts and in its result; the second row on an asset opens its own; `new` continues none."""
    api = Caller(make_app(desk, jobs), create_token(desk, "massal", "write", []))
    first = made(api, letter)
    row = {"assets": [MINE], "data": {**order["data"], "dasar": ["Nota Dinas"]}}
    batch = {"kind": "surat_penugasan", "procedure": "pemeliharaan", "step": 4, "rows": [row, row]}
    run = api.post("/batches/check", batch).get_json()
    assert (run["continued"], run["opened"]) == (1, 1)
    title = first["dossier_joined"]["title"]
    assert run["continues"] == [{"row": 1, "dossier": first["dossier"], "title": title}]
    own = api.post("/batches/check", {**batch, "dossier": "new"}).get_json()
    assert (own["continued"], own["opened"], own["continues"]) == (0, 2, [])
    assert api.post("/batches/check", {**batch, "dossier": first["dossier"]}).status_code == 422
    documents = finished(api, {**batch, "dossier": "new"})
    assert [one["dossier_joined"] for one in documents] == ["opened", "opened"]
    again = made(api, letter, assets=[OTHER])
    rows = [{**row, "assets": [OTHER]}] * 2
    documents = finished(api, {**batch, "rows": rows})
    assert [one["dossier_joined"] for one in documents] == ["continued", "opened"]
    assert documents[0]["dossier"] == again["dossier"]


def finished(api: Caller, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents of a batch that is done."""
    job = api.post("/batches", batch).get_json()
    while job["status"] in ("queued", "running"):
        time.sleep(0.05)
        job = api.get(f"/jobs/{job['id']}").get_json()
    documents: list[dict[str, Any]] = job["result"]["documents"]
    return documents
