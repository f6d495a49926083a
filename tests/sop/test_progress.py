"""How far a dossier is: reckoned from its documents and decisions, against the SOP's branches and time norms."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.sop.course import Course, checking_step
from docgen.worktime import WorkTime
from storage.records import Decision, Endorsement
from tests.support.office.courses import OFFICE, OPENED, SOP, TIME, at, decision, letter_of, states, steps


def test_an_empty_dossier_begins_with_its_first_step() -> None:
    """Nothing made: the first step's turn, the others not reached."""
    assert states("pemindahtempatan") == ["current", *["pending"] * 5]


def test_each_approval_is_a_step_of_its_own() -> None:
    """B1 made: B2 waits; approved by the Kabid: B3 waits; by the Kadis: B4's turn."""
    plan = "rencana_pemindahtempatan"
    assert states("pemindahtempatan", letter_of(plan, 1, 0))[:3] == ["done", "current", "pending"]
    once = letter_of(plan, 1, 0, decision(2, "setuju", 1))
    assert states("pemindahtempatan", once)[:4] == ["done", "done", "current", "pending"]
    twice = letter_of(plan, 1, 0, decision(2, "setuju", 1), decision(3, "setuju", 2))
    assert states("pemindahtempatan", twice)[:5] == ["done", "done", "done", "current", "pending"]
    assert [one.actor for one in steps("pemindahtempatan", twice)[:4]] == [
        "kepala_seksi",
        "kepala_bidang",
        "kepala_dinas",
        "kepala_bidang",
    ]


@pytest.mark.parametrize("word", ["perbaiki", "tolak"])
def test_a_no_leads_back_and_a_new_document_begins_a_new_round(word: Decision) -> None:
    """Sent back by the Kadis, the plan is made anew (A1) and must pass the Kabid again (A2)."""
    kind = "rencana_kebutuhan"
    refused = letter_of(kind, 1, 0, decision(2, "setuju", 1), decision(3, word, 2))
    assert states("perencanaan", refused)[:4] == ["returned", "pending", "pending", "pending"]
    replaced = letter_of(kind, 1, 0, decision(2, "setuju", 1), decision(3, word, 2), in_force=False)
    again = letter_of(kind, 1, 3)
    assert states("perencanaan", replaced, again)[:4] == ["done", "current", "pending", "pending"]


def test_what_followed_from_a_refused_document_falls_with_it() -> None:
    """A sheet of approval made before the refusal does not count in the next round."""
    kind = "rencana_kebutuhan"
    refused = letter_of(
        kind, 1, 0, decision(2, "setuju", 1), decision(3, "setuju", 2), decision(4, "tolak", 4), in_force=False
    )
    sheet = letter_of("persetujuan", 4, 3)
    assert states("perencanaan", refused, sheet, letter_of(kind, 1, 5))[:4] == ["done", "current", "pending", "pending"]


def test_a_step_with_two_documents_and_its_receipt() -> None:
    """B5 needs report and minutes; B6 is done when both are received."""
    kinds = ("laporan_pemindahtempatan", "berita_acara_pemindahtempatan")
    report, minutes = letter_of(kinds[0], 5, 1), letter_of(kinds[1], 5, 2)
    assert steps("pemindahtempatan", report)[4].lacks == (kinds[1],)
    assert set(steps("pemindahtempatan", report, minutes)[5].awaits) == {report.id, minutes.id}
    received = [letter_of(kind, 5, 1, decision(6, "terima", 3)) for kind in kinds]
    assert states("pemindahtempatan", received[0], minutes)[5] == "current"
    assert states("pemindahtempatan", *received)[5] == "done"


def test_a_step_passed_over_is_missing() -> None:
    """An assignment without the steps before it: these are missing, the next is current."""
    assert states("pemeliharaan", letter_of("surat_penugasan", 4, 0)) == [
        *["missing"] * 3,
        "done",
        "current",
        "pending",
    ]


def test_a_closed_dossier_has_no_turn() -> None:
    """What is not done when it is closed is missing, and nothing is due."""
    closed = steps("penggunaan", letter_of("berita_acara_serah_terima", 1, 0), closed=True)
    assert [one.state for one in closed] == ["done", "missing", "missing"]
    assert not any(one.late for one in closed)


def test_void_documents_do_not_count() -> None:
    """A void document leaves its step undone."""
    assert states("penggunaan", letter_of("berita_acara_serah_terima", 1, 0, in_force=False))[0] == "current"


def test_a_step_is_late_after_its_norm_of_working_time() -> None:
    """10 minutes for an approval; one made after lunch break the next day is late, one within it is not."""
    plan = "rencana_pemindahtempatan"
    soon, late = 0.1, 24
    assert not steps("pemindahtempatan", letter_of(plan, 1, 0, decision(2, "setuju", soon)))[1].late
    assert steps("pemindahtempatan", letter_of(plan, 1, 0, decision(2, "setuju", late)))[1].late
    assert steps("pemindahtempatan", letter_of(plan, 1, 0), now=1)[1].late
    assert not steps("pemindahtempatan", letter_of(plan, 1, 0), now=0.1)[1].late


def test_the_clock_of_a_step_sent_back_begins_with_the_refusal() -> None:
    """Sent back on Tuesday at 09.00: the day of the norm ends on Wednesday at 09.00."""
    refused = letter_of("rencana_pemindahtempatan", 1, 0, decision(2, "perbaiki", 24))
    first = steps("pemindahtempatan", refused, now=25)[0]
    assert (first.state, first.due, first.late) == ("returned", at(48), False)


def test_whose_decision_comes_next() -> None:
    """In the order of the steps, none after a refusal, none where the SOP asks for none."""
    procedure = SOP.procedure("perencanaan")
    kind = "rencana_kebutuhan"

    def following(*decisions: Endorsement) -> int | None:
        document = letter_of(kind, 1, 0, *decisions)
        due = Course(procedure, [document]).next_due(document)
        return due.step.number if due else None

    assert following() == 2
    assert following(decision(2, "setuju", 1)) == 3
    assert following(decision(2, "tolak", 1)) is None
    assert following(*(decision(step, "setuju", 1) for step in (2, 3, 4))) is None
    report = letter_of("laporan_pengadaan", 6, 0)
    assert Course(procedure, [report]).next_due(report) is None


def test_a_check_that_makes_a_document_decides_no_only() -> None:
    """E2's yes is its telaahan; its no sends the identification of E1 back."""
    step = checking_step(SOP.procedure("penghapusan"), 1)
    assert step is not None
    assert step.number == 2
    assert checking_step(SOP.procedure("perencanaan"), 1) is None


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T09:00", 10, "2026-11-23T09:10"),
        ("2026-11-23T11:55", 10, "2026-11-23T13:05"),  # over the break
        ("2026-11-23T16:25", 10, "2026-11-24T08:05"),  # over the night
        ("2026-11-27T16:00", 60, "2026-11-30T08:30"),  # over the weekend
        ("2026-11-23T09:00", 450, "2026-11-24T09:00"),  # a working day
        ("2026-11-21T10:00", 30, "2026-11-23T08:30"),  # from a Saturday
        ("2026-12-24T16:00", 60, "2026-12-28T08:30"),  # over a holiday and a weekend
    ],
)
def test_working_time_passes_over_what_is_no_work(start: str, minutes: int, end: str) -> None:
    """Nights, breaks, weekends and holidays do not count."""
    office = OFFICE.model_copy(update={"holidays": [dt.date(2026, 12, 25)]})
    time = WorkTime.of(office)
    moment = dt.datetime.fromisoformat(start).replace(tzinfo=time.zone)
    assert time.add(moment, minutes) == dt.datetime.fromisoformat(end).replace(tzinfo=time.zone)


def test_an_office_that_never_works_has_no_endless_search() -> None:
    """With nothing but holidays the search ends."""
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(3000)]
    time = WorkTime(TIME.zone, TIME.hours, frozenset(days))
    assert time.add(OPENED, 1) > OPENED


@pytest.mark.parametrize(
    ("begun", "minutes", "due"),
    [
        ("2026-07-03", 450, "2026-07-06"),
        ("2026-07-03", 451, "2026-07-07"),
        ("2026-07-04", 450, "2026-07-06"),
        ("2026-07-07", 675, "2026-07-09"),
        ("2026-07-06", 10 * 450, "2026-07-20"),
    ],
)
def test_a_norm_from_a_day_without_an_hour_begins_at_its_end(begun: str, minutes: int, due: str) -> None:
    """A working day after a Friday is Monday, a minute more is Tuesday; two weeks of work are two weeks."""
    assert TIME.due_date(dt.date.fromisoformat(begun), minutes) == dt.date.fromisoformat(due)
