"""The page on which a person chooses how to be told, and what an administrator sees of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.notices.mails import send_due_mails
from docgen.desk.notices.preferences import subscribe
from docgen.mail import MailServer
from docgen.web_push import PushKeys
from storage.catalogue import audit, notices
from tests.support.callers.pages import Person, application, words
from tests.support.office.notices import add_person, notices_of, tell_something

AWAY = MailServer.of("smtp://127.0.0.1:9", "Naskah Dinas <naskah@dinas.example>")  # nobody listens at discard
KEY, AUTH = PushKeys.of("x").public, "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The demo office with a mail server that is away."""
    return replace(desk, mail=AWAY)


@pytest.fixture
def app(office: Desk) -> Flask:
    """The application over it."""
    return application(office)


def test_mail_that_waits_is_seen_by_the_administrator(
    office: Desk, app: Flask, admin: Person, operator: Person
) -> None:
    """On Beranda and in /readyz, which stays 200; others see nothing of it; before, all is well."""
    assert app.test_client().get("/readyz").get_json()["mail"] == "ok"
    add_person(office, "kabid")
    tell_something(office, "kabid")
    send_due_mails(office)
    assert "Surel belum terkirim sejak" in words(admin.get("/"))
    assert "Surel belum terkirim" not in words(operator.get("/"))
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (200, "degraded")
    assert "Surel tertunda" in ready.get_json()["mail"]
    assert "127.0.0.1" not in ready.get_json()["mail"]


def test_without_a_mail_server_nothing_is_wrong(desk: Desk) -> None:
    """An office that sends no mail is ready."""
    ready = Person(application(desk)).get("/readyz").get_json()
    assert (ready["status"], ready["mail"]) == ("ok", "tidak dipakai")


def test_an_administrator_sets_an_address_and_the_log_says_only_that(office: Desk, admin: Person) -> None:
    """The history tells who changed whose address, and no address."""
    add_person(office, "kabid")
    admin.get("/pengguna")
    admin.post("/pengguna/surel", {"name": "kabid", "email": "rahasia@dinas.example", "mail": "daily"})
    assert 'value="rahasia@dinas.example"' in admin.get("/pengguna/ubah?name=kabid").text
    with office.catalogue.read() as tx:
        event = audit.list_events(tx, subject="kabid")[0]
    assert (event.actor, event.before, event.after) == (
        "kepala",
        {"mail": "now"},
        {"mail": "daily", "email_changed": True},
    )
    wrong = admin.post("/pengguna/surel", {"name": "kabid", "email": "x", "mail": "daily"})
    assert wrong.status_code == 422
    assert "Tulis alamat surel lengkap" in words(wrong)
    assert 'value="x"' in wrong.text


def test_a_person_tries_it_out(office: Desk, operator: Person) -> None:
    """A test goes out at once, also to who wants a summary, and its state is on the page."""
    operator.get("/pemberitahuan")
    operator.post("/pemberitahuan", {"email": "operator@dinas.example", "mail": "daily"})
    operator.get("/pemberitahuan")
    assert operator.post("/pemberitahuan/coba").status_code == 303
    [notice] = notices_of(office, "operator")
    assert notice.next_at <= office.now()
    assert "Pemberitahuan percobaan" in words(operator.get("/pemberitahuan"))


def test_nobody_touches_anothers_browser(office: Desk, operator: Person) -> None:
    """What is removed is one's own; another's is not there."""
    add_person(office, "kabid")
    id = subscribe(office, "kabid", "https://push.example/1", KEY, AUTH).id
    operator.get("/pemberitahuan")
    assert "push.example" not in operator.get("/pemberitahuan").text
    assert operator.post("/pemberitahuan/peramban/hapus", {"id": id}).status_code == 404
    with office.catalogue.read() as tx:
        assert len(notices.list_subscriptions(tx, "kabid")) == 1


def test_the_service_worker_serves_the_whole_site(visitor: Person) -> None:
    """It lies at the root, and is a script also for who is not signed in."""
    answer = visitor.get("/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
