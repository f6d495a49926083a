"""People are told of a draft: whose turn it is, and its author what became of it, when it can be taken back no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.drafts.decide import UNDO, undo
from docgen.desk.drafts.hand_over import remind
from docgen.desk.drafts.notify import HOLD
from docgen.desk.drafts.submit import submit
from docgen.desk.notices.mails import send_due_mails
from docgen.mail import MailServer
from tests.servers.smtp import smtp_server
from tests.support.office.drafts import CLERK, DIVISION, HEAD, SECTION, at_signature, say_on, signed, submitted
from tests.support.office.notices import add_person, later, notices_of, whats_of

pytestmark = pytest.mark.office


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The demo office, where the clerk and those on the route have addresses."""
    office = replace(desk, mail=MailServer.of("smtp://127.0.0.1:9", "Naskah <naskah@dinas.example>"))
    add_person(office, CLERK.name)
    for person in (SECTION, DIVISION, HEAD):
        add_person(office, person.name, "pejabat", person.officials)
    return office


def test_a_draft_that_comes_back_is_told_to_its_author(office: Desk) -> None:
    """Initialled by the first it waits for the second; sent back it is the author's; submitted again, the second's."""
    draft = submitted(office)
    assert [whats_of(office, one.name) for one in (SECTION, DIVISION, HEAD, CLERK)] == [["initial"], [], [], []]
    say_on(office, draft, SECTION, "kepala-seksi")
    assert [whats_of(office, one.name) for one in (SECTION, DIVISION)] == [[], ["initial"]]
    say_on(office, draft, DIVISION, "kepala-bidang", "perbaiki", "Biaya belum ada.")
    assert [whats_of(office, one.name) for one in (DIVISION, CLERK)] == [[], ["returned"]]
    submit(later(office, minutes=5), CLERK, draft.id)
    assert [whats_of(office, one.name) for one in (DIVISION, CLERK)] == [["initial"], []]


def test_a_decision_is_told_when_it_can_be_taken_back_no_more(office: Desk) -> None:
    """Taken back in time, nobody hears of it, and whose turn it is again is not told twice."""
    assert HOLD > UNDO
    draft = submitted(office)
    with smtp_server() as mailbox:
        served = replace(office, mail=MailServer.of(mailbox.url, "Naskah <naskah@dinas.example>"))
        assert send_due_mails(served) == 1
        say_on(office, draft, SECTION, "kepala-seksi", "tolak", "Keliru.")
        assert send_due_mails(served) == 0
        undo(office, SECTION, draft.id, "kepala-seksi")
        assert send_due_mails(later(served, minutes=5)) == 0
        say_on(office, draft, SECTION, "kepala-seksi", "tolak", "Keliru.")
        assert send_due_mails(later(served, minutes=5)) == 1
        assert [str(mail["Subject"]) for mail in mailbox.mails] == [
            "Menunggu paraf Anda: Nota Dinas",
            "Ditolak: Nota Dinas",
        ]
        assert "Keliru" not in mailbox.mails[1].get_content()


def test_signed_it_leads_to_its_letter(office: Desk) -> None:
    """The author is told, with the letter's page; the signer waits for nothing more."""
    draft = at_signature(office)
    assert whats_of(office, HEAD.name) == ["sign"]
    document = signed(office, draft)
    assert "sign" not in whats_of(office, HEAD.name)
    [notice] = [one for one in notices_of(office, CLERK.name) if one.what == "signed"]
    assert notice.path == f"/d/{document.id}"


def test_a_reminder_is_told_to_whose_turn_it_is(office: Desk) -> None:
    """One reminder is one notice, and the next day's is another."""
    draft = submitted(office)
    remind(office, CLERK, draft.id)
    remind(later(office, days=1), CLERK, draft.id)
    assert whats_of(office, SECTION.name) == ["initial", "reminder", "reminder"]
    assert whats_of(office, DIVISION.name) == []


def test_who_is_not_in_office_today_is_not_told(office: Desk) -> None:
    """An account that acts as nobody on the route hears nothing."""
    add_person(office, "orang-lain", "pejabat", ["pengelola-aset"])
    submitted(office)
    assert whats_of(office, "orang-lain") == []
    assert office.now() - notices_of(office, SECTION.name)[0].created_at < dt.timedelta(minutes=5)
