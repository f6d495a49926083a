"""Compute how documents and dossiers stand, and keep the rows of `storage.catalogue.standings` in step.

A decision, a voiding and a replacement count as soon as they are journaled, though their revision is archived later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import as_dossier_documents, verdicts_of
from docgen.errors import NotFound
from docgen.sop import Procedure
from docgen.sop.course import Course, DossierDocument
from docgen.sop.progress import StepProgress, step_progress
from docgen.worktime import WorkTime
from storage.catalogue import documents, dossiers, journal, standings
from storage.catalogue.dossiers import Outline
from storage.catalogue.registers import get_office
from storage.catalogue.standings import Standing, State, Turn
from storage.records import Decision, Document, Dossier

AT_ONCE = 50  # dossiers of one round
STATE_OF: Mapping[Decision, State] = {
    "setuju": "approved",
    "terima": "received",
    "perbaiki": "returned",
    "tolak": "rejected",
}
_ENDED = ("voided", "superseded")


@dataclass(frozen=True)
class DossierStanding:
    """How the documents of a dossier stand, and the step whose turn it is; None when it is closed or complete."""

    documents: Sequence[Standing]
    turn: Turn | None


def standings_of(desk: Desk, tx: Connection, listed: Sequence[Document]) -> dict[str, Standing]:
    """Return how documents in force stand by id, as of now; those on which there is nothing to decide are left out."""
    ids = [document.id for document in listed if document.status == "issued"]
    dossier_ids = {document.dossier for document in listed if document.status == "issued"}
    found = standings.standings_of(tx, ids)
    stale = standings.stale_among(tx, dossier_ids)
    if stale:
        found = {id: standing for id, standing in found.items() if standing.dossier not in stale}
        computed = compute(desk, tx, sorted(stale)).values()
        found |= {standing.document: standing for one in computed for standing in one.documents}
    return {id: found[id] for id in ids if id in found}


def standing_alone(desk: Desk, document: Document, dossier: Dossier, data: Mapping[str, Any]) -> Standing | None:
    """Return how a letter stands that was just made from these values and is the only one of its dossier.

    Nothing is read. None when it is not in force, or there is nothing to decide on it.
    """
    if document.status != "issued":
        return None
    outline = Outline(
        document.id, document.kind, document.step, document.status, document.created_at, document.revision
    )
    kind = desk.kinds.get(document.kind)
    verdict = kind.sheet.decision_of(data) if kind is not None else None
    try:
        procedure = desk.sop.procedure(dossier.procedure)
    except NotFound:
        return None
    [letter] = as_dossier_documents([outline], {}, {document.id: verdict} if verdict else {})
    return _standing(Course(procedure, [letter]), letter, dossier.id, is_open=True)


def standing_of_new(desk: Desk, tx: Connection, document: Document) -> Standing | None:
    """Return how a letter stands that was just archived, so that no row is of it yet; None as for `standing_alone`."""
    if document.status != "issued":
        return None
    computed = compute(desk, tx, [document.dossier]).get(document.dossier)
    dossier_standings = computed.documents if computed is not None else ()
    return next((standing for standing in dossier_standings if standing.document == document.id), None)


def refresh(desk: Desk, limit: int = AT_ONCE) -> int:
    """Write the rows of the dossiers that changed last, and return how many dossiers that were.

    Raises StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        if not standings.is_any_stale(tx):
            return 0
        notes = standings.stale_notes(tx, limit)
        computed = compute(desk, tx, list(notes))
    with desk.catalogue.write() as tx:
        for id, ids in notes.items():
            one = computed.get(id, DossierStanding((), None))
            standings.replace_rows(tx, id, ids, one.documents, one.turn)
    return len(notes)


def compute(desk: Desk, tx: Connection, ids: Sequence[str]) -> dict[str, DossierStanding]:
    """Return how these dossiers stand by id; those of which the SOP has no procedure are left out."""
    outlines = dossiers.outlines_of(tx, ids)
    all_outlines = [outline for outlines_of_dossier in outlines.values() for outline in outlines_of_dossier]
    outline_ids = [outline.id for outline in all_outlines]
    decisions = documents.endorsements_of(tx, outline_ids)
    ended = set()
    for id, line in journal.find_pending(tx, outline_ids).items():
        if line.task.endorsement is not None:
            decisions.setdefault(id, []).append(line.task.endorsement)
        elif line.task.change in _ENDED:
            ended.add(id)
    verdicts = verdicts_of(desk, tx, all_outlines)
    time = WorkTime.of(get_office(tx))
    computed = {}
    for id, dossier in dossiers.get_dossiers(tx, ids).items():
        try:
            procedure = desk.sop.procedure(dossier.procedure)
        except NotFound:  # the office's SOP was revised since
            continue
        listed = as_dossier_documents(outlines[id], decisions, verdicts)
        listed = [
            replace(document, in_force=False, awaits_number=False) if document.id in ended else document
            for document in listed
        ]
        computed[id] = _standing_of_dossier(desk, dossier, procedure, listed, time)
    return computed


def _standing_of_dossier(
    desk: Desk, dossier: Dossier, procedure: Procedure, listed: Sequence[DossierDocument], time: WorkTime
) -> DossierStanding:
    course = Course(procedure, listed)
    is_open = dossier.closed_at is None
    found = [_standing(course, one, dossier.id, is_open=is_open) for one in listed if one.in_force]
    turn = None
    if is_open:
        steps = step_progress(
            procedure, listed, opened=dossier.opened_at, closed=False, now=desk.now(), add_minutes=time.add
        )
        current = next((step for step in steps if step.state in ("current", "returned")), None)
        turn = _turn(course, dossier.id, current) if current else None
    return DossierStanding([standing for standing in found if standing is not None], turn)


def _standing(course: Course, document: DossierDocument, dossier: str, *, is_open: bool) -> Standing | None:
    """Return how a document in force stands; None when the SOP asks for no decision on it."""
    refusal = course.refused.get(document.id)
    if refusal is not None:
        unanswered = is_open and document.id in course.unanswered
        return Standing(document.id, dossier, STATE_OF[refusal.decision], "", refusal.at, unanswered)
    due = course.next_due(document)
    if due is not None:
        if not is_open or not due.step.endorsement:
            return None
        since = max((one.at for one in document.endorsements), default=document.at)
        return Standing(document.id, dossier, "awaiting", due.role, since, is_open=True)
    approval = course.approvals.get(document.id)
    if approval is None:
        return None
    return Standing(document.id, dossier, STATE_OF[approval.decision], "", approval.at, is_open=False)


def _turn(course: Course, dossier: str, current: StepProgress) -> Turn | None:
    """Return the turn of a dossier as a row; `approved` is set while a document is to be made after an approval."""
    if current.due is None or current.started is None:
        return None
    approved, since = "", current.started
    if current.state == "current" and current.lacks and not current.awaits:
        newest = max(course.approvals.items(), key=lambda item: item[1].at, default=None)
        if newest is not None and (current.decided is not None or newest[1].at >= current.started):
            approved, since = newest[0], newest[1].at
    step = current.step.number
    return Turn(dossier, step, current.actor, list(current.lacks), bool(current.awaits), approved, since, current.due)
