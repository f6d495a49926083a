"""What other systems rely on: limits of tokens, pages and caches, rates, origins, addresses that answer programs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token, find_token, revoke_token
from docgen.desk.registers.edit import rename_asset
from docgen.errors import InvalidSubmission
from docgen.settings import read_settings
from storage.catalogue.access import accounts
from tests.support.callers.api import Caller, make_app
from web.app import create_app

pytestmark = pytest.mark.office

MINE, OTHER = "6310190000101", "6310240000235"


def limited(app: Flask, desk: Desk, **limits: Any) -> Caller:
    """A system whose token is limited."""
    return Caller(app, create_token(desk, "terbatas", "write", [], **limits))


def test_a_limited_token_sees_and_makes_only_its_own(app: Flask, api: Caller, desk: Desk, letter: Any) -> None:
    """Documents, dossiers and assets outside are not found; making one there, or asking for all there is, is 403."""
    mine = api.post("/documents", letter).get_json()
    other = api.post("/documents", {**letter, "assets": [OTHER]}).get_json()
    system = limited(app, desk, assets=[MINE])
    assert [one["id"] for one in system.get("/documents").get_json()["items"]] == [mine["id"]]
    assert [one["nibar"] for one in system.get("/assets").get_json()["items"]] == [MINE]
    assert [one["id"] for one in system.get("/dossiers").get_json()["items"]] == [mine["dossier"]]
    for path in ("", "/pdf", "/docx", "/shares"):
        assert system.get(f"/documents/{mine['id']}{path}").status_code == 200
        assert system.get(f"/documents/{other['id']}{path}").status_code == 404
    assert system.get(f"/dossiers/{other['dossier']}").status_code == 404
    assert system.get(f"/assets/{OTHER}").status_code == 404
    assert system.post(f"/documents/{other['id']}/void", {"reason": "x"}).status_code == 404
    for path in ("/documents", "/previews"):
        assert system.post(path, {**letter, "assets": [MINE, OTHER]}).status_code == 403
    for path in ("/register", "/webhooks"):
        assert system.get(path).status_code == 403
    assert system.post("/bundles", {"asset": MINE}).status_code == 403
    assert system.get("http://localhost/d/" + other["id"]).status_code == 404
    assert system.get("http://localhost/d/" + mine["id"]).get_json()["id"] == mine["id"]


def test_a_limit_follows_the_asset_and_holds_for_procedures(app: Flask, api: Caller, desk: Desk, letter: Any) -> None:
    """A token limited to an asset goes on after its code changed; one limited to a procedure keeps to it."""
    mine = api.post("/documents", letter).get_json()
    system = limited(app, desk, assets=[MINE])
    rename_asset(desk, MINE, "12/7", by="uji")
    assert system.get(f"/documents/{mine['id']}").status_code == 200
    assert system.get(f"/assets/{MINE}").get_json()["nibar"] == "12/7"
    elsewhere = limited(app, desk, procedures=["evaluasi"])
    assert elsewhere.get("/documents").get_json()["items"] == []
    assert elsewhere.post("/documents", letter).status_code == 403


def test_scopes_expiry_and_revocation(app: Flask, desk: Desk, letter: Any) -> None:
    """Read may not write, write may not keep webhooks, admin may; a token that is over or revoked is unknown."""
    reader = Caller(app, create_token(desk, "baca", "read", []))
    writer = Caller(app, create_token(desk, "tulis", "write", []))
    admin = Caller(app, create_token(desk, "admin", "admin", []))
    assert reader.post("/documents", letter).status_code == 403
    assert writer.get("/webhooks").status_code == 403
    assert admin.get("/webhooks").status_code == 200
    now = desk.now()
    later = replace(desk, now=lambda: now + dt.timedelta(days=2))
    raw = create_token(desk, "sebentar", "read", [], expires_at=now + dt.timedelta(days=1))
    assert find_token(desk, raw) is not None
    assert find_token(later, raw) is None
    with pytest.raises(InvalidSubmission):
        create_token(later, "lewat", "read", [], expires_at=now)
    with desk.catalogue.read() as tx:
        revoked = next(one for one in accounts.list_tokens(tx) if one.name == "admin")
    revoke_token(desk, revoked.id, "uji")
    assert admin.get("/webhooks").status_code == 401


def test_use_is_noted_at_most_once_a_minute(desk: Desk) -> None:
    """Two calls within a minute leave one time; a call after it leaves a later one."""
    raw = create_token(desk, "sibuk", "read", [])
    now = desk.now()
    seen = []
    for seconds in (0, 30, 61):
        moment = now + dt.timedelta(seconds=seconds)
        found = find_token(replace(desk, now=lambda moment=moment: moment), raw)
        assert found is not None
        with desk.catalogue.read() as tx:
            seen.append(accounts.get_token(tx, found.id).last_used_at)
    assert seen == [now, now, now + dt.timedelta(seconds=61)]


def test_pages_follow_their_links_to_the_end(api: Caller, desk: Desk) -> None:
    """Following rel="next" from page to page passes every asset once, with the filter kept; the last page has none."""
    seen, address = [], "http://localhost/api/v1/assets?limit=7&q=a"
    while address:
        answer = api.get(address)
        seen += [one["nibar"] for one in answer.get_json()["items"]]
        link = answer.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0].replace(desk.public_url, "http://localhost")
        assert not link or link.endswith('; rel="next"')
    whole = [one["nibar"] for one in api.get("/assets?limit=200&q=a").get_json()["items"]]
    assert len(whole) > 7
    assert seen == whole


def test_json_has_an_etag_that_saves_the_answer(api: Caller) -> None:
    """The same list asked again with If-None-Match is 304 and empty; after a change it is told anew."""
    first = api.get("/assets")
    again = api.get("/assets", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    api.post("/assets", {"nibar": "0", "name": "Baru"})
    assert api.get("/assets", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_too_many_calls_are_429_for_that_token_alone(desk: Desk) -> None:
    """Answers tell what is left; the call beyond it is a problem with Retry-After; another token is not touched."""
    settings = read_settings({"DOCGEN_API_RATE": "3 per hour"})
    app = create_app(desk, "rahasia", make_app(desk).extensions["jobs"], settings)
    busy, calm = (Caller(app, create_token(desk, name, "read", [])) for name in ("sibuk", "tenang"))
    left = [busy.get("/office").headers["RateLimit-Remaining"] for _ in range(3)]
    refused = busy.get("/office")
    assert left == ["2", "1", "0"]
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["RateLimit-Limit"] == "3"
    assert calm.get("/office").status_code == 200


def test_only_named_origins_may_call_from_a_page(desk: Desk, app: Flask) -> None:
    """Without the setting there is no CORS header; with it the named origin passes its preflight and no other."""
    origin = {"Origin": "https://aset.example", "Access-Control-Request-Method": "GET"}
    assert "Access-Control-Allow-Origin" not in app.test_client().get("/api/v1/openapi.json", headers=origin).headers
    settings = read_settings({"DOCGEN_CORS_ORIGINS": "https://aset.example"})
    client = create_app(desk, "rahasia", app.extensions["jobs"], settings).test_client()
    asked = client.options("/api/v1/documents", headers=origin)
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "https://aset.example"
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    stranger = client.options("/api/v1/documents", headers={**origin, "Origin": "https://lain.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert "Origin" in client.get("/api/v1/openapi.json").headers["Vary"]


def test_an_asset_takes_another_code_and_may_take_it_back(api: Caller, desk: Desk) -> None:
    """A code that is or was another asset's is refused with 409; taking back one's own old code is allowed."""
    renamed = api.post(f"/assets/{MINE}/rename", {"nibar": "045.2/A B/1"})
    assert renamed.get_json()["nibar"] == "045.2/A B/1"
    assert api.get(f"/assets/{quote('045.2/A B/1', safe='')}").status_code == 200
    assert api.post("/assets", {"nibar": MINE, "name": "Lain"}).status_code == 409
    assert api.post(f"/assets/{OTHER}/rename", {"nibar": MINE}).status_code == 409
    assert api.post(f"/assets/{OTHER}/rename", {"nibar": "045.2/A B/1"}).status_code == 409
    assert api.post(f"/assets/{MINE}/rename", {"nibar": MINE}).get_json()["nibar"] == MINE
    assert api.get(f"/assets/{quote('045.2/A B/1', safe='')}").get_json()["nibar"] == MINE
    assert len(list(desk.store.keys("_alias/"))) == 2
    changed = api.put(f"/assets/{quote('045.2/A B/1', safe='')}", {"name": "Router baru"})
    assert (changed.status_code, changed.get_json()["nibar"]) == (200, MINE)


def test_a_permalink_answers_programs_in_their_form(app: Flask, api: Caller, letter: Any) -> None:
    """JSON and PDF by Accept, JSON where a token does not care; without a token 401, unknown 404, as problems."""
    made = api.post("/documents", letter).get_json()
    page = f"http://localhost/d/{made['id']}"
    assert api.get(page).get_json()["number"] == made["number"]
    pdf = api.get(page, headers={"Accept": "application/pdf"})
    assert (pdf.mimetype, pdf.headers["ETag"]) == ("application/pdf", f'"{made["pdf"]["sha256"]}"')
    assert {"Accept", "Authorization", "Cookie"} <= set(pdf.headers["Vary"].replace(",", " ").split())
    stranger = app.test_client().get(page, headers={"Accept": "application/json"})
    assert (stranger.status_code, stranger.mimetype) == (401, "application/problem+json")
    assert api.get("http://localhost/d/tidak-ada").status_code == 404
    step = f"http://localhost/arsip/{MINE}/pemeliharaan/2"
    assert [one["id"] for one in api.get(step).get_json()["items"]] == [made["id"]]
    newest = api.get(step, headers={"Accept": "application/pdf"})
    assert newest.data == pdf.data
    assert newest.headers["Content-Location"].endswith(f"/d/{made['id']}")
    assert api.get("http://localhost/arsip/tidak-ada/pemeliharaan/2").status_code == 404


def test_an_idempotency_key_is_forgotten_after_seven_days(app: Flask, desk: Desk, letter: Any) -> None:
    """The same key and body is one letter for seven days, and another letter after that."""
    now = desk.now()
    raw = create_token(desk, "ulang", "write", [])
    ids = []
    for days in (0, 6.9, 7.1):
        moment = now + dt.timedelta(days=days)
        app.extensions["desk"] = replace(desk, now=lambda moment=moment: moment)
        sent = Caller(app, raw).post("/documents", letter, headers={"Idempotency-Key": "k"})
        ids.append(sent.get_json()["id"])
    assert ids[0] == ids[1] != ids[2]
