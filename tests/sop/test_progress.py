"""How far a dossier is: reckoned from its documents and decisions, against the SOP's branches and time norms."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from docgen.sop import load_sop
from docgen.sop.course import Course, DossierDocument, checking_step
from docgen.sop.progress import StepProgress, progress
from docgen.worktime import WorkTime
from storage.records import Decision, Endorsement, Office

OPENED = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)  # Monday, 09.00 WITA
SOP = load_sop()
OFFICE = Office(government="Pemerintah", name="Dinas", unit_code="D", place="Batulicin")
TIME = WorkTime.of(OFFICE)
_ids = count()


def at(hours: float) -> dt.datetime:
    """So many hours after the dossier was opened."""
    return OPENED + dt.timedelta(hours=hours)


def decision(step: int, word: Decision, hours: float) -> Endorsement:
    """A decision of that step."""
    return Endorsement(
        **{"step": step, "decision": word, "official": "x", "name": "N", "nip": "", "post": "P", "role": "R"},
        **{"actor": "kepala_bidang", "at": at(hours), "by": "x"},
    )


def made(kind: str, step: int, hours: float, *decisions: Endorsement, in_force: bool = True) -> DossierDocument:
    """A document."""
    return DossierDocument(f"d{next(_ids)}", kind, step, at(hours), in_force, decisions)


def steps(procedure: str, *documents: DossierDocument, now: float = 1000, closed: bool = False) -> list[StepProgress]:
    """The state of each step."""
    chosen = SOP.procedure(procedure)
    return progress(chosen, documents, opened=OPENED, closed=closed, now=at(now), add_minutes=TIME.add)


def states(procedure: str, *documents: DossierDocument, **given: float) -> list[str]:
    """The states alone."""
    return [one.state for one in steps(procedure, *documents, **given)]  # type: ignore[arg-type]


def test_an_empty_dossier_begins_with_its_first_step() -> None:
    """Nothing made: the first step's turn, the others not reached."""
    assert states("pemindahtempatan") == ["current", *["pending"] * 5]


def test_each_approval_is_a_step_of_its_own() -> None:
    """B1 made: B2 waits; approved by the Kabid: B3 waits; by the Kadis: B4's turn."""
    plan = "rencana_pemindahtempatan"
    assert states("pemindahtempatan", made(plan, 1, 0))[:3] == ["done", "current", "pending"]
    once = made(plan, 1, 0, decision(2, "setuju", 1))
    assert states("pemindahtempatan", once)[:4] == ["done", "done", "current", "pending"]
    twice = made(plan, 1, 0, decision(2, "setuju", 1), decision(3, "setuju", 2))
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
    refused = made(kind, 1, 0, decision(2, "setuju", 1), decision(3, word, 2))
    assert states("perencanaan", refused)[:4] == ["returned", "pending", "pending", "pending"]
    replaced = made(kind, 1, 0, decision(2, "setuju", 1), decision(3, word, 2), in_force=False)
    again = made(kind, 1, 3)
    assert states("perencanaan", replaced, again)[:4] == ["done", "current", "pending", "pending"]


def test_what_followed_from_a_refused_document_falls_with_it() -> None:
    """A sheet of approval made before the refusal does not count in the next round."""
    kind = "rencana_kebutuhan"
    refused = made(
        kind, 1, 0, decision(2, "setuju", 1), decision(3, "setuju", 2), decision(4, "tolak", 4), in_force=False
    )
    sheet = made("persetujuan", 4, 3)
    assert states("perencanaan", refused, sheet, made(kind, 1, 5))[:4] == ["done", "current", "pending", "pending"]


def test_a_step_with_two_documents_and_its_receipt() -> None:
    """B5 needs report and minutes; B6 is done when both are received."""
    kinds = ("laporan_pemindahtempatan", "berita_acara_pemindahtempatan")
    report, minutes = made(kinds[0], 5, 1), made(kinds[1], 5, 2)
    assert steps("pemindahtempatan", report)[4].lacks == (kinds[1],)
    assert set(steps("pemindahtempatan", report, minutes)[5].awaits) == {report.id, minutes.id}
    received = [made(kind, 5, 1, decision(6, "terima", 3)) for kind in kinds]
    assert states("pemindahtempatan", received[0], minutes)[5] == "current"
    assert states("pemindahtempatan", *received)[5] == "done"


def test_a_step_passed_over_is_missing() -> None:
    """An assignment without the steps before it: these are missing, the next is current."""
    assert states("pemeliharaan", made("surat_penugasan", 4, 0)) == [*["missing"] * 3, "done", "current", "pending"]


def test_a_closed_dossier_has_no_turn() -> None:
    """What is not done when it is closed is missing, and nothing is due."""
    closed = steps("penggunaan", made("berita_acara_serah_terima", 1, 0), closed=True)
    assert [one.state for one in closed] == ["done", "missing", "missing"]
    assert not any(one.late for one in closed)


def test_void_documents_do_not_count() -> None:
    """A void document leaves its step undone."""
    assert states("penggunaan", made("berita_acara_serah_terima", 1, 0, in_force=False))[0] == "current"


def test_a_step_is_late_after_its_norm_of_working_time() -> None:
    """10 minutes for an approval; one made after lunch break the next day is late, one within it is not."""
    plan = "rencana_pemindahtempatan"
    soon, late = 0.1, 24
    assert not steps("pemindahtempatan", made(plan, 1, 0, decision(2, "setuju", soon)))[1].late
    assert steps("pemindahtempatan", made(plan, 1, 0, decision(2, "setuju", late)))[1].late
    assert steps("pemindahtempatan", made(plan, 1, 0), now=1)[1].late
    assert not steps("pemindahtempatan", made(plan, 1, 0), now=0.1)[1].late


def test_the_clock_of_a_step_sent_back_begins_with_the_refusal() -> None:
    """Sent back on Tuesday at 09.00: the day of the norm ends on Wednesday at 09.00."""
    refused = made("rencana_pemindahtempatan", 1, 0, decision(2, "perbaiki", 24))
    first = steps("pemindahtempatan", refused, now=25)[0]
    assert (first.state, first.due, first.late) == ("returned", at(48), False)


def test_whose_decision_comes_next() -> None:
    """In the order of the steps, none after a refusal, none where the SOP asks for none."""
    procedure = SOP.procedure("perencanaan")
    kind = "rencana_kebutuhan"

    def following(*decisions: Endorsement) -> int | None:
        document = made(kind, 1, 0, *decisions)
        due = Course(procedure, [document]).next_due(document)
        return due.step.number if due else None

    assert following() == 2
    assert following(decision(2, "setuju", 1)) == 3
    assert following(decision(2, "tolak", 1)) is None
    assert following(*(decision(step, "setuju", 1) for step in (2, 3, 4))) is None
    report = made("laporan_pengadaan", 6, 0)
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
