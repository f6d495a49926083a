"""A session ends where its person ends it, whatever copies of its cookie there are."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access import sessions
from docgen.desk.access.accounts import change_user, find_user, reset_password
from tests.support.callers.pages import PASSWORD, Person, application, person, words


def copied(one: Person) -> Person:
    """Return another browser with a copy of this one's cookies."""
    thief = one.copied()
    assert thief.get("/").status_code == 200
    return thief


def test_signing_out_kills_a_copied_cookie(operator: Person) -> None:
    """After signing out the cookie opens nothing, wherever it was copied to; other browsers stay signed in."""
    thief, other = copied(operator), Person(operator.app).sign_in("operator")
    assert operator.post("/keluar").status_code == 303
    assert thief.get("/").status_code == 302
    assert other.get("/").status_code == 200


@pytest.mark.parametrize("ending", ["closed", "role", "password"])
def test_what_an_administrator_takes_away_ends_every_session(desk: Desk, operator: Person, ending: str) -> None:
    """A closed account, another role and a new password end all sessions; opening the account again revives none."""
    if ending == "closed":
        change_user(desk, "operator", "kepala", active=False)
        change_user(desk, "operator", "kepala", active=True)
    elif ending == "role":
        change_user(desk, "operator", "kepala", role="pejabat")
        change_user(desk, "operator", "kepala", role="operator")
    else:
        reset_password(desk, "operator", "kepala")
    assert operator.get("/").status_code == 302


def test_ones_own_browsers_are_listed_and_signed_out(operator: Person) -> None:
    """The page names each browser; one of them, or all of them, are signed out from there, and no one else's."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
    other = Person(operator.app)
    other.client.environ_base["HTTP_USER_AGENT"] = agent
    other.sign_in("operator")
    page = operator.get("/sesi")
    assert "Firefox, Windows" in words(page)
    assert "12 jam" in words(page)
    there = next(
        one for one in sessions.list_sessions(operator.app.extensions["desk"], "operator") if one.browser == agent
    )
    assert operator.post("/sesi", {"id": there.id}).status_code == 303
    assert other.get("/").status_code == 302
    other.sign_in("operator")
    operator.get("/sesi")
    assert operator.post("/sesi", {"semua": "1"}).location == "/masuk"
    assert (operator.get("/").status_code, other.get("/").status_code) == (302, 302)


def test_nobody_ends_a_session_of_somebody_else(desk: Desk, operator: Person, admin: Person) -> None:
    """An id that is known ends nothing of another account."""
    (theirs,) = sessions.list_sessions(desk, "kepala")
    operator.get("/sesi")
    operator.post("/sesi", {"id": theirs.id})
    assert admin.get("/").status_code == 200


def test_an_administrator_signs_somebody_out(admin: Person, operator: Person) -> None:
    """One button ends every session of an account; that it was done is in the log."""
    admin.get("/pengguna")
    assert admin.post("/pengguna/keluarkan", {"name": "operator"}).status_code == 303
    assert operator.get("/").status_code == 302
    assert "mengeluarkan dari semua peramban akun" in words(admin.get("/riwayat"))


@pytest.mark.parametrize(
    ("used_every", "last"),
    [(dt.timedelta(hours=11), dt.timedelta(hours=22)), (dt.timedelta(hours=13), dt.timedelta(0))],
)
def test_a_session_ends_unused_and_at_its_age(desk: Desk, used_every: dt.timedelta, last: dt.timedelta) -> None:
    """It ends 12 hours after its last use, and 24 hours after signing in however much it is used."""
    begun = desk.now()
    moment = [begun]
    late = dataclasses.replace(desk, now=lambda: moment[0])
    person(desk, "operator", application(late))
    user = find_user(desk, "operator")
    assert user is not None
    session = sessions.begin_session(late, user)
    assert session is not None
    good = begun
    while sessions.find_signed_in(late, session.id) is not None:
        good = moment[0]
        moment[0] += used_every
    assert good - begun == last


def test_a_password_changed_while_signing_in_begins_no_session(desk: Desk, operator: Person) -> None:
    """Whoever gave the old password just before it was changed does not get in by it afterwards."""
    user = find_user(desk, "operator")
    assert user is not None
    reset_password(desk, "operator")
    assert sessions.begin_session(desk, user) is None


def test_a_given_password_is_for_one_sign_in(desk: Desk, app: Flask, admin: Person, operator: Person) -> None:
    """The administrator's page gives a new password once; its person must choose another before any other page."""
    admin.get("/pengguna")
    page = admin.post("/pengguna/sandi", {"name": "operator"}).text
    given = page.split('id="sandi-baru">')[1].split("<")[0]
    assert given not in admin.get("/pengguna").text
    assert operator.get("/").status_code == 302
    operator.get("/masuk")
    assert operator.post("/masuk", {"name": "operator", "password": PASSWORD}).status_code == 401
    assert operator.post("/masuk", {"name": "operator", "password": given}).status_code == 303
    for path in ("/", "/arsip", "/sesi", "/d/x"):
        assert operator.get(path).location == "/sandi"
    assert operator.get("/sw.js").status_code == 200
    assert operator.get("/", headers={"X-Requested-With": "fetch"}).status_code == 403
    assert "dibuat oleh orang lain" in words(operator.get("/sandi"))
    refused = operator.post("/sandi", {"old": given, "new": given, "again": given})
    assert refused.status_code == 422
    assert "Kata sandi diketik ulang semuanya." in words(refused)  # none stands in a page
    assert "tidak hilang" not in words(refused)
    new = "sapi-hitam-di-sawah"
    assert operator.post("/sandi", {"old": given, "new": new, "again": new}).status_code == 303
    assert operator.get("/").status_code == 200
    assert find_user(desk, "operator").must_change is False  # type: ignore[union-attr]


def test_a_form_sent_with_a_given_password_is_kept(admin: Person, operator: Person, form: dict[str, Any]) -> None:
    """Who got a new password while typing signs in, chooses another, and goes on with the form as it was typed."""
    operator.get("/")
    admin.get("/pengguna")
    given = admin.post("/pengguna/sandi", {"name": "operator"}).text.split('id="sandi-baru">')[1].split("<")[0]
    place, typed = "/buat/pemeliharaan/2/nota_dinas", form | {"data.hal": "Tidak hilang", "aksi": "periksa"}
    operator.get("/masuk")
    kept = kept_form(operator.post(place, typed))
    answer = operator.post("/masuk", {"name": "operator", "password": given, "isian_tertahan": kept})
    assert 'value="Tidak hilang"' in answer.text
    answer = operator.post(place, typed)
    assert (answer.status_code, "dibuat oleh orang lain" in words(answer)) == (403, True)
    kept, new = kept_form(answer), "sapi-hitam-di-sawah"
    wrong = operator.post("/sandi", {"old": given, "new": new, "again": "lain", "isian_tertahan": kept})
    assert (wrong.status_code, kept_form(wrong)) == (422, kept)
    answer = operator.post("/sandi", {"old": given, "new": new, "again": new, "isian_tertahan": kept})
    assert f'action="{place}"' in answer.text
    assert 'value="Tidak hilang"' in answer.text
    assert operator.post(place, typed).status_code == 200


def kept_form(answer: TestResponse) -> str:
    """The form that a page keeps."""
    assert 'action="/sandi"' in answer.text or 'name="password"' in answer.text
    return html.unescape(answer.text.split('name="isian_tertahan" value="')[1].split('"')[0])


def test_only_an_administrator_gives_passwords(operator: Person, admin: Person) -> None:
    """Others are refused, and an administrator changes the own password like everybody else."""
    operator.get("/")
    for path in ("/pengguna/sandi", "/pengguna/keluarkan"):
        assert operator.post(path, {"name": "kepala"}).status_code == 403
    admin.get("/pengguna")
    assert admin.post("/pengguna/sandi", {"name": "kepala"}).status_code == 409
    assert admin.post("/pengguna/sandi", {"name": "tidak-ada"}).status_code == 404


def test_signing_out_leaves_nothing_in_the_browser(operator: Person) -> None:
    """The answer has cache and storage cleared, and the page that follows has typed letters forgotten, once."""
    answer: Any = operator.post("/keluar")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "data-forget" in operator.get("/masuk").text
    assert "data-forget" not in operator.get("/masuk").text
