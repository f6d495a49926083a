"""Sessions over the API: a token keeps accounts, a page's own session only its person's."""

from __future__ import annotations

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.sessions import list_sessions
from docgen.desk.access.tokens import create_token
from tests.support.callers.api import Caller
from tests.support.callers.pages import ORIGIN, Person, person

pytestmark = pytest.mark.office


@pytest.fixture
def clerk(desk: Desk, app: Flask) -> Person:
    """A signed-in clerk."""
    return person(desk, "operator", app)


def system(desk: Desk, app: Flask, *permissions: str) -> Caller:
    """Another system whose token has these permissions, or those of an administrator."""
    if permissions:
        return Caller(app, create_token(desk, "kepegawaian", "read", [], permissions=list(permissions)))
    return Caller(app, create_token(desk, "pengelola", "admin", []))


def test_a_token_for_accounts_lists_and_ends_sessions(desk: Desk, app: Flask, clerk: Person) -> None:
    """Of one account or of everybody; the id of a session in an answer opens nothing."""
    other = person(desk, "arsiparis", app)
    admin = system(desk, app)
    (told,) = admin("GET", "/sessions?user=operator").get_json()
    (session,) = list_sessions(desk, "operator")
    assert (told["user"], told["method"], told["current"]) == ("operator", "password", False)
    assert session.id not in str(told)
    assert {one["user"] for one in admin("GET", "/sessions").get_json()} == {"operator", "arsiparis"}
    assert admin("DELETE", "/sessions?user=operator").get_json() == {"ended": 1}
    assert (clerk.get("/").status_code, other.get("/").status_code) == (302, 200)
    assert admin("DELETE", "/sessions").get_json() == {"ended": 1}
    assert other.get("/").status_code == 302
    assert admin("GET", "/sessions?user=hantu").status_code == 404


def test_an_empty_name_is_not_everybody(desk: Desk, app: Flask, clerk: Person) -> None:
    """A program that forgot to fill in whom to sign out is refused, and nobody is signed out."""
    answer = system(desk, app)("DELETE", "/sessions?user=")
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "user")
    assert clerk.get("/").status_code == 200


def test_who_may_not_is_told_what_is_missing(desk: Desk, app: Flask, clerk: Person) -> None:
    """A token without the permission, and one that may less than an account whose sessions it would end."""
    answer = system(desk, app, "read")("DELETE", "/sessions?user=operator")
    assert (answer.status_code, answer.get_json()["missing"]) == (403, "accounts")
    answer = system(desk, app, "read", "accounts")("DELETE", "/sessions")
    assert answer.status_code == 403
    assert clerk.get("/").status_code == 200
    assert Caller(app, "")("GET", "/sessions").status_code == 401


def test_a_page_sees_and_ends_its_persons_own_sessions_alone(desk: Desk, app: Flask, clerk: Person) -> None:
    """Everybody's is meant for tokens; a page of another site ends nothing."""
    archivist = person(desk, "arsiparis", app)
    (own,) = clerk.client.get("/api/v1/sessions").get_json()
    assert (own["user"], own["current"]) == ("operator", True)
    assert clerk.client.get("/api/v1/sessions?user=arsiparis").status_code == 403
    assert clerk.client.delete("/api/v1/sessions?user=arsiparis", headers=ORIGIN).status_code == 403
    for foreign in ({"Origin": "https://jahat.example"}, {"Sec-Fetch-Site": "cross-site", **ORIGIN}, {}):
        assert clerk.client.delete("/api/v1/sessions", headers=foreign).status_code == 403
    assert clerk.client.delete("/api/v1/sessions", headers=ORIGIN).get_json() == {"ended": 1}
    assert (clerk.get("/").status_code, archivist.get("/").status_code) == (302, 200)
