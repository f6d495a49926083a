"""Dossiers: which one a document belongs to, how far it is, and closing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.webhooks import outbox
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission, NotFound
from docgen.sop import Procedure
from docgen.sop.course import Course, DossierDocument, Refusal
from docgen.sop.progress import StepProgress, step_progress
from docgen.worktime import WorkTime
from storage.catalogue import documents, dossiers
from storage.catalogue.limits import NO_LIMITS, Limits, visible_documents, wholly_visible_documents
from storage.catalogue.registers import get_office
from storage.records import Decision, Document, Dossier, Endorsement
from storage.text import tidy
from wording import say


@dataclass(frozen=True)
class DossierView:
    """A dossier with the state of every step; `procedure` is None when the SOP has it no more.

    `documents` are read for one dossier (`view_dossier`) and left out of a list (`view_dossiers`). `refused` holds the
    no that stands against each document that was sent back or refused, `verdicts` what a letter itself decides, by id.
    """

    dossier: Dossier
    procedure: Procedure | None
    documents: Sequence[Document]
    endorsements: Mapping[str, Sequence[Endorsement]]
    steps: Sequence[StepProgress]
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    verdicts: Mapping[str, Decision] = field(default_factory=dict)

    @property
    def current(self) -> StepProgress | None:
        """The step whose turn it is; None when the dossier is closed or complete."""
        return next((one for one in self.steps if one.state in ("current", "returned")), None)

    def sent_back(self, step: int, kind: str) -> Document | None:
        """The newest of its documents of this kind and step that was sent back or refused and is in force still."""
        made = [one for one in self.documents if (one.kind, one.step, one.status) == (kind, step, "issued")]
        return next((one for one in reversed(made) if one.id in self.refused), None)

    @property
    def lacking(self) -> Sequence[StepProgress]:
        """The steps that are not done."""
        return [one for one in self.steps if one.state != "done"]


def course_of(desk: Desk, tx: Connection, dossier: str) -> Course | None:
    """Which documents of a dossier count and which were refused; None when there is no such dossier, or the SOP has
    its procedure no more.
    """
    return courses_of(desk, tx, [dossier]).get(dossier)


def courses_of(desk: Desk, tx: Connection, ids: Sequence[str]) -> dict[str, Course]:
    """As `course_of`, of several dossiers; those of which the SOP has the procedure no more are left out."""
    outlines = dossiers.outlines_of(tx, ids)
    everything = [one for made in outlines.values() for one in made]
    decisions = documents.endorsements_of(tx, [one.id for one in everything])
    verdicts = _verdicts(desk, tx, everything)
    found = {}
    for id, slug in dossiers.procedures_of(tx, ids).items():
        with suppress(NotFound):
            found[id] = Course(desk.sop.procedure(slug), _made(outlines[id], decisions, verdicts))
    return found


def refused_by_letters(desk: Desk, tx: Connection, found: Sequence[Document]) -> dict[str, Decision]:
    """Return by id what the letters that decide themselves said against documents in force: `perbaiki` or `tolak`."""
    deciding = [slug for slug, kind in desk.kinds.items() if kind.sheet.decision]
    ids = list(dict.fromkeys(one.dossier for one in found if one.status == "issued"))
    courses = courses_of(desk, tx, dossiers.dossiers_with(tx, ids, deciding)) if ids and deciding else {}
    return {
        id: refusal.decision for course in courses.values() for id, refusal in course.refused.items() if refusal.letter
    }


def view_dossier(desk: Desk, tx: Connection, id: str, within: Limits = NO_LIMITS) -> DossierView:
    """A dossier as it stands now, with those of its documents that lie within limits. Raises RecordMissing."""
    [view] = view_dossiers(desk, tx, [dossiers.get_dossier(tx, id)])
    made = dossiers.dossier_documents(tx, id)
    if not within:
        return replace(view, documents=made)
    seen = visible_documents(tx, [one.id for one in made], within)
    steps = [_within(one, seen) for one in view.steps]
    return replace(view, documents=[one for one in made if one.id in seen], steps=steps)


def _within(step: StepProgress, seen: Collection[str]) -> StepProgress:
    """A step that names no other documents than those seen."""
    refusal = step.refusal
    if refusal and refusal.letter and refusal.letter not in seen:
        refusal = replace(refusal, letter="")
    return replace(step, awaits=tuple(id for id in step.awaits if id in seen), refusal=refusal)


def view_dossiers(desk: Desk, tx: Connection, found: Sequence[Dossier]) -> list[DossierView]:
    """Each dossier as it stands now, without its documents."""
    time = WorkTime.of(get_office(tx))
    now = desk.now()
    by_dossier = dossiers.outlines_of(tx, [dossier.id for dossier in found])
    decisions_of = documents.endorsements_of(tx, [one.id for made in by_dossier.values() for one in made])
    verdicts = _verdicts(desk, tx, [one for made in by_dossier.values() for one in made])
    views = []
    for dossier in found:
        made = _made(by_dossier[dossier.id], decisions_of, verdicts)
        decisions = {one.id: decisions_of[one.id] for one in made if one.id in decisions_of}
        try:
            procedure = desk.sop.procedure(dossier.procedure)
        except NotFound:  # the office's SOP was revised since
            procedure = None
        steps = _steps(procedure, dossier, made, time, now) if procedure else []
        refused = Course(procedure, made).refused if procedure else {}
        said = {one.id: verdicts[one.id] for one in made if one.id in verdicts}
        views.append(DossierView(dossier, procedure, (), decisions, steps, refused, said))
    return views


def close(desk: Desk, id: str, by: str, reason: str = "", within: Limits = NO_LIMITS) -> DossierView:
    """Close a dossier.

    Raises InvalidSubmission naming what lacks when no reason is given, Conflict (closed, or a letter of it is being
    made), Forbidden (it holds what lies outside of `within`), RecordMissing.
    """
    reason = tidy(reason)
    with desk.catalogue.write() as tx:
        _hold_whole(tx, id, within)
        found = view_dossier(desk, tx, id)
        if found.dossier.closed_at is not None:
            raise Conflict(say("Berkas “{title}” sudah ditutup.", title=found.dossier.title))
        for document in found.documents:
            require(tx, document, in_force=False, idle=False, hold=True)
        if found.lacking and not reason:
            steps = ", ".join(str(one.step.number) for one in found.lacking)
            message = say(
                "Langkah {steps} belum selesai. Selesaikan dahulu, atau tulis alasan menutup berkas ini.", steps=steps
            )
            raise InvalidSubmission([FieldError("reason", message)])
        now = desk.now()
        dossiers.close_dossier(tx, id, now, by, reason)
        lacking = [one.step.number for one in found.lacking]
        audit.record(desk, tx, by, Action.DOSSIER_CLOSED, id, after={"reason": reason, "lacking": lacking})
        outbox.add_closed_event(desk, tx, dossiers.get_dossier(tx, id))
        return view_dossier(desk, tx, id)


def reopen(desk: Desk, id: str, by: str, within: Limits = NO_LIMITS) -> DossierView:
    """Open a closed dossier again.

    Raises Conflict when it is open, Forbidden (it holds what lies outside of `within`), RecordMissing.
    """
    with desk.catalogue.write() as tx:
        dossier = _hold_whole(tx, id, within)
        if dossier.closed_at is None:
            raise Conflict(say("Berkas “{title}” belum ditutup.", title=dossier.title))
        dossiers.close_dossier(tx, id, None)
        before = {"closed_at": dossier.closed_at.isoformat(), "reason": dossier.close_reason}
        audit.record(desk, tx, by, Action.DOSSIER_REOPENED, id, before=before)
        return view_dossier(desk, tx, id)


def _hold_whole(tx: Connection, id: str, within: Limits) -> Dossier:
    """Hold a dossier of which nothing may lie outside of `within`. Raises Forbidden, RecordMissing."""
    dossier = dossiers.hold_dossier(tx, id)
    ids = [one.id for one in dossiers.dossier_documents(tx, id)]
    outside = within.assets and not set(dossier.assets) <= set(within.assets)
    if within and (outside or len(wholly_visible_documents(tx, ids, within)) < len(ids)):
        raise Forbidden(
            "Berkas ini juga memuat hal di luar batas token ini, sehingga token ini tidak boleh mengubahnya."
        )
    return dossier


def _verdicts(desk: Desk, tx: Connection, made: Sequence[dossiers.Outline]) -> dict[str, Decision]:
    """What the letters among these documents decide themselves, as their kinds' field sheets say."""
    deciding = {slug: kind.sheet for slug, kind in desk.kinds.items() if kind.sheet.decision}
    by_id = {one.id: deciding[one.kind] for one in made if one.status == "issued" and one.kind in deciding}
    data = documents.data_of(tx, list(by_id))
    found = {id: by_id[id].decision_of(values) for id, values in data.items()}
    return {id: decision for id, decision in found.items() if decision is not None}


def _made(
    outlines: Sequence[dossiers.Outline],
    decisions: Mapping[str, Sequence[Endorsement]],
    verdicts: Mapping[str, Decision],
) -> list[DossierDocument]:
    return [
        DossierDocument(
            id=one.id,
            kind=one.kind,
            step=one.step,
            at=one.created_at,
            in_force=one.status == "issued",
            endorsements=tuple(decisions.get(one.id, ())),
            verdict=verdicts.get(one.id),
        )
        for one in outlines
    ]


def _steps(
    procedure: Procedure, dossier: Dossier, made: Sequence[DossierDocument], time: WorkTime, now: dt.datetime
) -> list[StepProgress]:
    closed = dossier.closed_at is not None
    return step_progress(procedure, made, opened=dossier.opened_at, closed=closed, now=now, add_minutes=time.add)
