"""A step that is late, or due by the end of the next working day, is told once to who has to act."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.notices.deadlines import tell_deadlines
from docgen.desk.notices.mails import send_due_mails
from storage.catalogue import registers
from tests.servers.smtp import Mailbox
from tests.support.office.decisions import decide, relocation_plan, seen
from tests.support.office.notices import add_person, notices_of, whats_of

pytestmark = pytest.mark.office


def _at(office: Desk, moment: dt.datetime) -> Desk:
    return replace(office, now=lambda: moment)


def test_a_late_step_is_told_once_to_who_has_to_act(office: Desk, mailbox: Mailbox) -> None:
    """Due soon, then late: each once, however often the dossiers are looked at, with dossier and time."""
    document = relocation_plan(office)
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    add_person(office, "kadis", "pejabat", ["kepala-dinas"])
    step = seen(office, document.dossier).current
    assert step is not None
    assert step.due is not None
    for _ in range(2):
        tell_deadlines(_at(office, step.due - dt.timedelta(minutes=1)))
    assert whats_of(office, "kabid") == ["due"]
    send_due_mails(_at(office, step.due))
    for minutes in (1, 90, 3000):
        tell_deadlines(_at(office, step.due + dt.timedelta(minutes=minutes)))
    assert (whats_of(office, "kabid"), whats_of(office, "kadis")) == (["due", "late"], [])
    send_due_mails(_at(office, step.due + dt.timedelta(minutes=3001)))
    assert [str(mail["Subject"]) for mail in mailbox.mails] == ["Langkah segera jatuh tempo", "Langkah terlambat"]
    text = mailbox.mails[1].get_content().replace("\r\n", "\n")
    assert f"/berkas/{document.dossier}#langkah-2\n" in text
    assert "Batas waktu: " in text


def test_what_was_late_long_ago_is_no_news(office: Desk) -> None:
    """An office that begins to be told is not flooded with what has been late for more than three days."""
    document = relocation_plan(office)
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    step = seen(office, document.dossier).current
    assert step is not None
    assert step.due is not None
    tell_deadlines(_at(office, step.due + dt.timedelta(days=4)))
    assert notices_of(office, "kabid") == []


def test_what_is_done_before_the_summary_is_not_told(office: Desk) -> None:
    """A step that was late at noon and is done by evening is not in the next morning's summary."""
    document = relocation_plan(office)
    add_person(office, "kabid", "pejabat", ["kepala-bidang"], mail="daily")
    step = seen(office, document.dossier).current
    assert step is not None
    assert step.due is not None
    late = _at(office, step.due + dt.timedelta(minutes=5))
    tell_deadlines(late)
    assert whats_of(office, "kabid") == ["late"]
    decide(late, document, "kepala-bidang", "setuju")
    tell_deadlines(late)
    assert whats_of(office, "kabid") == []


def test_a_deadline_after_a_weekend_is_told_on_friday(office: Desk) -> None:
    """On Friday what is due on Monday is due by the end of the next working day; what is due on Tuesday is not."""
    with office.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update={"holidays": []}))
    friday = dt.datetime(2026, 11, 27, 1, 0, tzinfo=dt.UTC)
    document = relocation_plan(_at(office, friday))
    add_person(office, "kabid", "pejabat", ["kepala-bidang"])
    step = seen(_at(office, friday), document.dossier).current
    assert step is not None
    assert step.due is not None
    day = step.due.date()
    before = day - dt.timedelta(days=3 if day.weekday() == 0 else 1)
    tell_deadlines(_at(office, dt.datetime.combine(before - dt.timedelta(days=1), dt.time(2), dt.UTC)))
    assert notices_of(office, "kabid") == []
    tell_deadlines(_at(office, dt.datetime.combine(before, dt.time(2), dt.UTC)))
    assert whats_of(office, "kabid") == ["due"]
