"""Each mail is sent once, says no more than it may, and waits while the mail server is away."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import change_user
from docgen.desk.notices.mails import MailSender, send_due_mails
from docgen.desk.notices.messages import mail_backlog, tidy
from docgen.desk.notices.outbox import retract
from docgen.desk.notices.preferences import choose
from docgen.mail import MailServer
from tests.desk.notices.conftest import SENDER
from tests.servers.smtp import OK, Mailbox, smtp_server
from tests.support.office.notices import add_person, later, notices_of, tell_something

pytestmark = pytest.mark.office


def test_a_mail_says_kind_state_and_link_and_is_sent_once(office: Desk, mailbox: Mailbox) -> None:
    """One event is one mail to the person's address, however often the sender looks and the event is told."""
    add_person(office, "kabid")
    tell_something(office, "kabid")
    tell_something(office, "kabid")
    assert send_due_mails(office) == 1
    assert send_due_mails(later(office, hours=1)) == 0
    [mail] = mailbox.mails
    assert (str(mail["To"]), str(mail["From"])) == ("Kabid <kabid@dinas.example>", SENDER)
    assert str(mail["Subject"]) == "Menunggu keputusan Anda: Nota Dinas"
    assert f"{office.public_url}/d/satu\n" in mail.get_content().replace("\r\n", "\n")
    assert str(mail["Auto-Submitted"]) == "auto-generated"
    [notice] = notices_of(office, "kabid")
    assert str(mail["Message-ID"]) == f"<{notice.message}@dinas.example>"


def test_what_happens_within_a_minute_goes_together(office: Desk, mailbox: Mailbox) -> None:
    """The first is told at once, the next five in one mail a minute later."""
    add_person(office, "kabid")
    tell_something(office, "kabid", "satu")
    send_due_mails(office)
    for key in ("dua", "tiga", "empat", "lima", "enam"):
        tell_something(office, "kabid", key)
    assert send_due_mails(later(office, seconds=30)) == 0
    assert send_due_mails(later(office, seconds=62)) == 1
    assert len(mailbox.mails) == 2
    assert str(mailbox.mails[1]["Subject"]) == "5 pemberitahuan naskah dinas"
    assert mailbox.mails[1].get_content().count("/d/") == 5


def test_a_mail_names_twenty_and_counts_the_others(office: Desk, mailbox: Mailbox) -> None:
    """After a batch of thirty the mail is short."""
    add_person(office, "kabid")
    for index in range(30):
        tell_something(office, "kabid", f"n{index}")
    send_due_mails(office)
    [mail] = mailbox.mails
    assert mail.get_content().count("/d/") == 20
    assert "Dan 10 lagi" in mail.get_content()


def test_who_chose_a_summary_gets_one_at_half_past_seven_of_a_working_day(office: Desk, mailbox: Mailbox) -> None:
    """What happens on Friday afternoon is told on Monday 07.30 on the office's clock, all of it in one mail."""
    friday = replace(office, now=lambda: dt.datetime(2026, 11, 27, 8, 0, tzinfo=dt.UTC))  # 16.00 WITA
    add_person(friday, "kabid", mail="daily")
    for key in ("satu", "dua"):
        tell_something(friday, "kabid", key)
    monday = dt.datetime(2026, 11, 29, 23, 30, tzinfo=dt.UTC)
    assert {notice.next_at for notice in notices_of(office, "kabid")} == {monday}
    assert send_due_mails(replace(office, now=lambda: monday - dt.timedelta(seconds=1))) == 0
    assert send_due_mails(replace(office, now=lambda: monday)) == 1
    assert str(mailbox.mails[0]["Subject"]) == "2 pemberitahuan naskah dinas"


def test_who_wants_none_has_no_address_or_no_account_gets_none(office: Desk, mailbox: Mailbox) -> None:
    """Never is never; a closed account is told nothing, even of what waited; a token has no account."""
    add_person(office, "siti", mail="never")
    add_person(office, "budi")
    choose(office, "budi", "", "now", "budi")
    add_person(office, "rina")
    for user in ("siti", "budi", "rina", "sistem-aset"):
        tell_something(office, user)
    change_user(office, "rina", "admin", active=False)
    assert send_due_mails(office) == 0
    assert mailbox.mails == []
    assert [notice.status for notice in notices_of(office, "rina")] == ["failed"]


def test_what_is_undone_in_time_is_told_to_nobody(office: Desk, mailbox: Mailbox) -> None:
    """A notice that is held may be retracted until it is sent."""
    add_person(office, "kabid")
    tell_something(office, "kabid", hold=dt.timedelta(seconds=10))
    assert send_due_mails(office) == 0
    with office.catalogue.write() as tx:
        retract(tx, "satu", "waits")
    assert send_due_mails(later(office, minutes=5)) == 0
    assert notices_of(office, "kabid") == []


def test_while_the_server_is_away_mails_wait_and_arrive_once(desk: Desk) -> None:
    """Nothing listens: the backlog tells how many wait and why. When the server is back each mail comes once."""
    with smtp_server() as gone:
        port = gone.port
    office = replace(desk, mail=MailServer.of(f"smtp://127.0.0.1:{port}", SENDER))
    for name in ("kabid", "sekdis"):
        add_person(office, name)
        tell_something(office, name)
    assert send_due_mails(office) == 0
    backlog = mail_backlog(office)
    assert backlog is not None
    assert (backlog.count, "refused" in backlog.error) == (2, True)
    with smtp_server(port=port) as mailbox:
        assert send_due_mails(later(office, seconds=5)) == 0  # its pause is not over
        assert send_due_mails(later(office, seconds=15)) == 2
        assert send_due_mails(later(office, hours=5)) == 0
        assert sorted(str(mail["To"]) for mail in mailbox.mails) == [
            "Kabid <kabid@dinas.example>", "Sekdis <sekdis@dinas.example>",
        ]  # fmt: skip
    assert mail_backlog(office) is None


def test_a_server_that_says_later_is_asked_later_with_the_same_message(office: Desk, mailbox: Mailbox) -> None:
    """451 is no loss: the same Message-ID comes again, ever more rarely, and is given up after three days."""
    add_person(office, "kabid")
    tell_something(office, "kabid")
    mailbox.data = "451 try again"
    send_due_mails(office)
    [first] = notices_of(office, "kabid")
    mailbox.data = OK
    assert send_due_mails(later(office, seconds=11)) == 1
    assert mailbox.ids == [f"<{first.message}@dinas.example>"]
    tell_something(office, "kabid", "dua")
    mailbox.data = "451 try again"
    tries = 0
    for hours in range(1, 73):
        send_due_mails(later(office, hours=hours))
        tries = notices_of(office, "kabid")[1].attempts
    tidy(later(office, days=4))
    assert 10 < tries < 73
    assert notices_of(office, "kabid")[1].status == "failed"
    assert mail_backlog(office) is None


def test_an_address_that_nobody_has_holds_up_no_other(office: Desk, mailbox: Mailbox) -> None:
    """550 ends that mail for good and says why; the next person's is sent."""
    for name in ("hilang", "kabid"):
        add_person(office, name)
    tell_something(office, "hilang")
    mailbox.recipient = "550 no such user"
    assert send_due_mails(office) == 0
    mailbox.recipient = OK
    tell_something(office, "kabid")
    assert send_due_mails(office) == 1
    [notice] = notices_of(office, "hilang")
    assert (notice.status, notice.error) == ("failed", "550 no such user")


def test_two_machines_send_a_mail_once(office: Desk, mailbox: Mailbox) -> None:
    """Two senders that look at the same outbox at once send twenty mails to twenty people."""
    for index in range(20):
        add_person(office, f"orang{index}")
        tell_something(office, f"orang{index}")
    senders = [MailSender(office, interval=0.01) for _ in range(2)]
    for sender in senders:
        sender.start()
    for _ in range(400):
        if len(mailbox.mails) >= 20:
            break
        threading.Event().wait(0.05)
    for sender in senders:
        sender.stop()
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 20
