"""Every route × every caller, made from the route map: who is let in, and that what lies outside looks absent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from docgen.desk.access.accounts import change_user
from docgen.desk.access.share_links import create_share
from docgen.desk.access.tokens import create_token, find_token, revoke_token
from docgen.permissions import load_permissions
from storage.catalogue.tables import tokens
from tests.rights.conftest import MINE, OTHER, House
from tests.support.callers.api import Caller
from tests.support.callers.pages import ORIGIN, Person
from tests.support.callers.routes import ABSENT, address, declared
from web.api.http.calls import CALLS
from web.api.schemas.request_examples import request_bodies
from web.route_rules import Rule

pytestmark = pytest.mark.office

TABLE = load_permissions()
ROLES = tuple(TABLE.roles)
PAGES = {"nobody": "", "closed": "", **{role: role for role in ROLES}}  # role by person
# scope by token; "" for one that is nobody's
TOKENS = {
    **{"none": "", "wrong": "", "revoked": "", "expired": ""},
    **{"read": "read", "write": "write", "admin": "admin", "official": "write"},
    **{"asset": "write", "procedure": "write"},
}
# Who goes through them is another caller.
DOORS = tuple(("POST", path) for path in ("/masuk", "/masuk/langkah-kedua", "/masuk/kunci", "/keluar"))
DOORS += (("DELETE", "/api/v1/sessions"),)
LIMITED = ("asset", "procedure")


def let_in(rule: Rule, role: str, *, system: bool, limited: bool = False) -> bool:
    """Whether a route lets a caller in, by its rule and by the table of permissions."""
    if rule.asks in ("public", "picker"):
        return True
    if rule.asks == "signed-in":
        return bool(role) and not system
    if rule.own_session and not system:
        return bool(role)
    if rule.asks == "permission" and rule.system != system:
        return False
    granted = TABLE.of_scope(role) if system else TABLE.of_role(role)
    return bool(role) and rule.is_held_by(granted) and not (limited and rule.office_wide)


@pytest.fixture(scope="module")
def people(house: House) -> dict[str, Person]:
    """Callers of the pages, by name: signed in, or not, or no longer."""
    found = {"nobody": Person(house.app), "closed": house.person("keluar", "admin")}
    change_user(house.desk, "keluar", "admin", active=False)
    found["nobody"].get("/masuk")
    return found | {role: house.person(f"matriks.{role}", role) for role in ROLES}


@pytest.fixture(scope="module")
def systems(house: House) -> dict[str, Caller]:
    """Callers with tokens, by name."""
    desk = house.desk
    revoked, expired = (create_token(desk, name, "admin", []) for name in ("dicabut", "berakhir"))
    token, over = find_token(desk, revoked), find_token(desk, expired)
    assert token is not None
    assert over is not None
    revoke_token(desk, token.id)
    with desk.catalogue.write() as tx:
        tx.execute(update(tokens).where(tokens.c.id == over.id).values(expires_at=desk.now() - dt.timedelta(days=1)))
    return {
        "none": Caller(house.app, ""),
        "wrong": Caller(house.app, "dg_salah"),
        "revoked": Caller(house.app, revoked),
        "expired": Caller(house.app, expired),
        "read": house.system("read"),
        "write": house.system("write"),
        "admin": house.system("admin"),
        "official": house.system("write", ("kepala-bidang",)),
        "asset": house.system("write", assets=[MINE]),
        "procedure": house.system("write", procedures=["evaluasi"]),
    }


@pytest.mark.parametrize("name", PAGES)
def test_people_are_let_in_where_their_role_may(house: House, people: dict[str, Person], name: str) -> None:
    """Whoever may not is sent to sign in, or told that he may not; a session is no token for the API."""
    wrong = []
    for (method, rule), asks in declared().items():
        if (method, rule) in DOORS:
            continue
        if method == "GET":
            answer = people[name].client.get(address(rule))
        else:
            form = {"csrf_token": people[name].token}
            answer = people[name].client.open(address(rule), method=method, data=form, headers=ORIGIN)
        if (answer.status_code < 500 and _is_in(answer)) != let_in(asks, PAGES[name], system=False):
            wrong.append((method, rule, str(asks), answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("name", TOKENS)
def test_systems_are_let_in_where_their_token_may(house: House, systems: dict[str, Caller], name: str) -> None:
    """By scope and limits; a token that is none, was revoked or is over opens nothing, and none opens a page."""
    wrong = []
    for (method, rule), asks in declared().items():
        if method != "GET" and not rule.startswith("/api/"):
            continue  # a page's form asks for its own token first
        more = {} if method in ("GET", "DELETE") else {"json": {}}
        answer = systems[name](method, f"http://localhost{address(rule)}", **more)
        if (answer.status_code < 500 and _is_in(answer)) != let_in(
            asks, TOKENS[name], system=True, limited=name in LIMITED
        ):
            wrong.append((method, rule, str(asks), answer.status_code))
    assert wrong == []


def _is_in(answer: TestResponse) -> bool:
    """Whether an answer is one to somebody who was let in, whatever he asked for."""
    if answer.status_code in (302, 303):
        return not answer.headers["Location"].startswith("/masuk")
    return answer.status_code not in (400, 401, 403)


@pytest.mark.parametrize(("name", "what"), [("asset", "other"), ("procedure", "other"), ("read", "secret")])
def test_what_lies_outside_looks_absent(house: House, systems: dict[str, Caller], name: str, what: str) -> None:
    """For each call that names a document, a dossier, an asset or a link of one: what lies outside of a token's limits
    is answered as what is not there, to the letter. The same for a secret letter and a token that reads."""
    document = getattr(house, what)
    share = create_share(house.desk, house.other.id, "admin").id
    outside = {"documents": document.id, "d": document.id, "shares": share}
    if what == "other":
        outside |= {"dossiers": document.dossier}
        outside |= {"assets": OTHER, "arsip": OTHER} if name == "asset" else {}
    bodies = request_bodies(dict(house.desk.kinds["nota_dinas"].example))
    compared = 0
    for (method, rule), asks in declared().items():
        room = rule.removeprefix("/api/v1").split("/")[1]
        if room not in outside or "<" not in rule or not (asks.system or asks.asks == "permalink"):
            continue
        body = next((bodies.get(one.name) for one in CALLS if (one.method, one.rule) == (method, rule)), None)
        more: dict[str, Any] = {"json": body} if body else {}
        accept = {"Accept": "application/json"}
        answers = [
            systems[name](method, f"http://localhost{address(rule, value)}", headers=accept, **more)
            for value in (outside[room], ABSENT)
        ]
        told = [
            (one.status_code, re.sub(f"{value}|[0-9a-f-]{{36}}", "…", one.text))
            for one, value in zip(answers, (outside[room], ABSENT), strict=True)
        ]
        assert told[0] == told[1], (method, rule)
        compared += told[0][0] == 404  # what is refused before it is looked for says nothing of it
    assert compared >= 5


@pytest.mark.parametrize("name", ["write", "asset"])
def test_what_lies_inside_is_shown(house: House, systems: dict[str, Caller], name: str) -> None:
    """The same addresses answer with the letter, its dossier and its asset to whom they concern."""
    here = {"documents": house.mine.id, "dossiers": house.mine.dossier, "assets": MINE}
    ask: Callable[[str], TestResponse] = systems[name].get
    for room, value in here.items():
        assert ask(f"/{room}/{value}").status_code == 200
    for part in ("pdf", "docx", "shares"):
        assert ask(f"/documents/{house.mine.id}/{part}").status_code == 200
    assert ask(f"http://localhost/arsip/{MINE}").status_code == 200
