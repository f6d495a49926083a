"""Who forgot the password: a page that tells nobody who has an account, and links that work once."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import change_user, create_user
from docgen.desk.access.password_links import make_link
from docgen.desk.notices.mails import send_due_mails
from docgen.desk.notices.messages import PACE
from docgen.desk.notices.preferences import choose
from docgen.links import PASSWORD_LINK
from docgen.mail import MailServer
from storage.catalogue import audit
from tests.servers.smtp import Mailbox
from tests.support.callers.pages import PASSWORD, Person, application, words

NEW = "kapal-pinisi-berlayar-pagi"


@pytest.fixture
def office(desk: Desk, mailbox: Mailbox) -> Desk:
    """An office that sends mail, with somebody who has an address and wants no notices."""
    create_user(desk, "sari", "operator", "Sari Dewi", PASSWORD)
    choose(desk, "sari", "sari@dinas.example", "never", "sari")
    return replace(desk, mail=MailServer.of(mailbox.url, "Naskah Dinas <naskah@dinas.example>"))


def path_of(url: str) -> str:
    """Return the path of a link."""
    return f"{PASSWORD_LINK}{url.partition(PASSWORD_LINK)[2]}"


def ask(office: Desk, name: str) -> str:
    """Ask for a link, as a stranger; return what the page says, without what was typed."""
    stranger = Person(application(office))
    stranger.get("/lupa-sandi")
    answer = stranger.post("/lupa-sandi", {"name": name})
    assert answer.status_code == 200
    return words(answer).replace(name, "…")


def test_the_answer_is_the_same_whether_there_is_an_account_or_not(office: Desk, mailbox: Mailbox) -> None:
    """An account with an address, one without, a closed one, an unknown name and odd texts; one of them gets a mail."""
    create_user(office, "tanpa", "operator")
    create_user(office, "tutup", "operator", email="tutup@dinas.example")
    change_user(office, "tutup", "docgen", active=False)
    typed = ("sari", "SARI@dinas.example", "tanpa", "tutup", "tutup@dinas.example", "hantu", "' OR 1=1 --", "x" * 5000)
    assert len({ask(office, name) for name in typed[:-1]} | {ask(office, "y" * 300)}) == 1
    ask(office, typed[-1][:300])
    send_due_mails(office)
    assert [mail["To"] for mail in mailbox.mails] == ["Sari Dewi <sari@dinas.example>"]
    with office.catalogue.read() as tx:
        requests = [event for event in audit.list_events(tx, limit=50) if event.action == "user.link_requested"]
    assert len(requests) == len(typed) + 1
    assert {event.actor for event in requests} == {""}


def test_a_mailed_link_opens_the_account_once_and_its_owner_is_told(office: Desk, mailbox: Mailbox) -> None:
    """The mail names the account and says what to do with it unasked; after the change a second mail says so."""
    ask(office, "sari")
    send_due_mails(office)
    text = mailbox.mails[0].get_content()
    assert "abaikan surel ini" in text
    link = next(line for line in text.splitlines() if PASSWORD_LINK in line)
    browser = Person(application(office))
    for _ in range(2):  # a mail scanner opens it first
        page = browser.get(path_of(link))
        assert page.status_code == 200
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("strict-origin", "no-store")
    assert browser.post(path_of(link), {"new": NEW, "again": NEW + "x"}).status_code == 422
    assert browser.post(path_of(link), {"new": NEW, "again": NEW}).location == "/masuk"
    for answer in (browser.get(path_of(link)), browser.post(path_of(link), {"new": NEW, "again": NEW})):
        assert answer.status_code == 410
        assert "sudah dipakai" in words(answer)
    later = replace(office, now=lambda: office.now() + PACE)
    send_due_mails(later)
    assert "Kata sandi akun Anda diganti" in mailbox.mails[1]["Subject"]
    browser.get("/masuk")
    assert browser.post("/masuk", {"name": "sari", "password": NEW}).status_code == 303


def test_a_link_needs_the_forms_own_token_and_stands_in_no_log(
    office: Desk, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """A page of another site sets no password by it, and no line of the log holds it."""
    path = path_of(make_link(office, "sari", "admin").url)
    stranger = Person(app)
    with caplog.at_level(logging.DEBUG):
        stranger.get(path)
        answer = stranger.client.post(path, data={"new": NEW, "again": NEW})
        assert (answer.status_code, answer.location) == (303, path)
        assert stranger.get(path).status_code == 200
    assert path.removeprefix(PASSWORD_LINK) not in caplog.text


def test_where_no_mail_is_sent_the_page_says_whom_to_ask(desk: Desk, app: Flask) -> None:
    """It names nobody, takes nothing, and the sign-in page leads to it."""
    stranger = Person(app)
    assert "/lupa-sandi" in stranger.get("/masuk").text
    assert "administrator di kantor Anda" in words(stranger.get("/lupa-sandi"))
    assert "dikirim ke sana" not in words(stranger.post("/lupa-sandi", {"name": "admin"}))


def test_asking_is_limited_by_what_is_typed(office: Desk) -> None:
    """Nobody's mailbox is filled, and an unknown name is counted as one that there is."""
    for name in ("sari", "hantu"):
        stranger = Person(application(office))
        stranger.get("/lupa-sandi")
        answers = [stranger.post("/lupa-sandi", {"name": name}).status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]
