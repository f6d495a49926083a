"""What waits for whom: each thing once, for the person it waits for, until it is done."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.endorse import turn_of
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.dossiers import close, reopen
from docgen.desk.dossiers.standing import compute, refresh
from docgen.desk.inbox.inbox import InboxItem, count_inbox, inbox
from docgen.desk.issuing.issue import issue
from docgen.desk.revisions.document_history import states_of
from docgen.desk.rights import Caller
from storage.catalogue import dossiers, standings
from storage.records import Document
from tests.support.callers.roles import caller
from tests.support.office.decisions import approval_sheet, decide, example_request, issue_example, relocation_plan

pytestmark = pytest.mark.office
CLERK = caller("sari")
OTHER = caller("tono")
HEAD = caller("kabid", "kepala-bidang")
TOP = caller("kadis", "kepala-dinas")


def waits(desk: Desk, caller: Caller) -> list[InboxItem]:
    """What waits for a caller, drafts left out; the counts agree."""
    found = inbox(desk, caller)
    counts = count_inbox(desk, caller)
    assert found.counts == counts
    items = [item for item in found.items if item.what != "draft"]
    assert counts.total == len(items)
    return items


def state(desk: Desk, document: Document) -> str:
    """The state of a document as lists show it, the same before and after the rows are written."""
    with desk.catalogue.read() as tx:
        before = states_of(desk, tx, [document])
    while refresh(desk):
        pass
    with desk.catalogue.read() as tx:
        assert states_of(desk, tx, [document]) == before
    return before[document.id]


def test_a_letter_waits_for_who_decides_then_its_writer_has_the_next_step(desk: Desk) -> None:
    """Issued: the head decides; approved: the writer makes what the next step lacks; nobody else has either."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    assert state(desk, note) == "awaiting"
    [item] = waits(desk, HEAD)
    assert (item.what, item.document, item.step, item.endorsement) == ("decide", note, 3, "setuju")
    assert item.by == "sari"
    assert not waits(desk, CLERK)
    decide(desk, note, "kepala-bidang", "setuju", "Segera")
    assert state(desk, note) == "approved"
    assert not waits(desk, HEAD)
    [ready] = waits(desk, CLERK)
    assert (ready.what, ready.document and ready.document.id, ready.kinds) == ("ready", note.id, ("persetujuan",))
    assert ready.decided is not None
    assert ready.decided.note == "Segera"
    assert not waits(desk, OTHER)
    approval_sheet(desk, note.dossier, "Disetujui")
    [ready] = waits(desk, CLERK)
    assert (ready.what, ready.step, ready.kinds) == ("ready", 4, ("surat_penugasan",))


@pytest.mark.parametrize(("decision", "what"), [("perbaiki", "returned"), ("tolak", "rejected")])
def test_a_letter_that_comes_back_waits_for_its_writer_with_the_reason_until_it_is_replaced(
    desk: Desk, decision: str, what: str
) -> None:
    """Who wrote it has it with the note of who returned it; the letter that replaces it waits for the head again."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    decide(desk, note, "kepala-bidang", decision, "Biaya belum ada")
    assert state(desk, note) == what
    [item] = waits(desk, CLERK)
    assert (item.what, item.document and item.document.id, item.kinds) == (what, note.id, ("nota_dinas",))
    assert item.decided is not None
    assert item.decided.note == "Biaya belum ada"
    assert not waits(desk, OTHER)
    assert not waits(desk, HEAD)
    request = example_request(desk, "nota_dinas", "pemeliharaan", 2, note.dossier)
    again = issue(desk, request.model_copy(update={"replaces": note.id}), "sari")
    assert state(desk, again) == "awaiting"
    assert [item.what for item in waits(desk, HEAD)] == ["decide"]
    assert "returned" not in [item.what for item in waits(desk, CLERK)]


def test_a_sheet_that_refuses_sends_back_and_names_itself(desk: Desk) -> None:
    """A Lembar Persetujuan that reads Ditolak is the reason that the letter's writer is told."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    no = approval_sheet(desk, note.dossier, "Ditolak")
    [item] = waits(desk, CLERK)
    assert item.what == "rejected"
    assert item.decided is not None
    assert item.decided.letter is not None
    assert item.decided.letter.id == no.id
    assert state(desk, no) == "issued"


def test_what_is_void_or_closed_waits_for_nobody(desk: Desk) -> None:
    """A voided letter, and one whose dossier is closed, is decided by nobody; reopened it waits again."""
    first, second = relocation_plan(desk), issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    assert {item.document and item.document.id for item in waits(desk, HEAD)} >= {second.id}
    void(desk, first.id, "Salah", "sari")
    assert state(desk, first) == "issued"  # as it was handed in: its record says so still
    assert first.id not in {item.document and item.document.id for item in waits(desk, TOP) + waits(desk, HEAD)}
    close(desk, second.dossier, "sari", "Selesai di luar")
    assert not waits(desk, HEAD)
    reopen(desk, second.dossier, "sari")
    assert [item.what for item in waits(desk, HEAD)] == ["decide"]


def test_what_is_late_or_due_by_the_next_working_day_is_said_to_those_whose_dossier_it_is(desk: Desk) -> None:
    """Its writer and whoever acts at the step; not said again where the same dossier came back or is ready."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    later = replace(desk, now=lambda: desk.now() + dt.timedelta(days=30))
    assert [item.what for item in waits(later, CLERK)] == ["late"]
    assert [item.what for item in waits(later, HEAD)] == ["decide"]
    assert not waits(later, OTHER)
    decide(desk, note, "kepala-bidang", "perbaiki", "Kurang")
    [item] = waits(later, CLERK)
    assert item.what == "returned"
    assert item.due is not None


def test_the_rows_say_what_the_documents_say_whoever_wrote_them(desk: Desk) -> None:
    """After every change of the dossier, from any use-case, the rows are those that are computed anew."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    decide(desk, note, "kepala-bidang", "setuju")
    issue_example(desk, "surat_penugasan", "pemeliharaan", 4, note.dossier)
    relocation_plan(desk)
    while refresh(desk, limit=1):
        pass
    with desk.catalogue.read() as tx:
        ids = [dossier.id for dossier in dossiers.list_dossiers(tx)]
        for id, one in compute(desk, tx, ids).items():
            kept = standings.standings_of(tx, [document.id for document in dossiers.dossier_documents(tx, id)])
            assert kept == {standing.document: standing for standing in one.documents}
            assert standings.turns_of(tx, [id]).get(id) == one.turn
        assert not standings.stale_among(tx, ids)
        waiting = {
            document.id
            for id in ids
            for document in dossiers.dossier_documents(tx, id)
            if (turn := turn_of(desk, tx, document)) and turn.step.endorsement
        }
        found = standings.standings_of(tx, list(waiting))
        assert {standing.state for standing in found.values()} <= {"awaiting"}
        assert set(found) == waiting
