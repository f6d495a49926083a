"""Dossiers: how far each is, and how one is closed and reopened."""

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
from storage.catalogue.registers import get_office
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents, wholly_visible_documents
from storage.errors import RecordMissing
from storage.records import Decision, Document, Dossier, Endorsement
from storage.text import tidy
from wording import say


@dataclass(frozen=True)
class DossierView:
    """A dossier with the state of every step; `procedure` is None when the SOP has it no more.

    `documents` are read for one dossier (`view_dossier`) and left out of a list (`view_dossiers`). By document id,
    `refused` holds the refusal of each document that was sent back or refused, `verdicts` what a letter itself decides.
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
        """Return the step whose turn it is; None when the dossier is closed or complete."""
        return next((step for step in self.steps if step.state in ("current", "returned")), None)

    def newest_refused(self, step: int, kind: str) -> Document | None:
        """Return the newest document of this kind and step that was sent back or refused and is still in force."""
        in_force = [
            document
            for document in self.documents
            if (document.kind, document.step, document.status) == (kind, step, "issued")
        ]
        return next((document for document in reversed(in_force) if document.id in self.refused), None)

    @property
    def lacking(self) -> Sequence[StepProgress]:
        """Return the steps that are not done."""
        return [step for step in self.steps if step.state != "done"]


def course_of(desk: Desk, tx: Connection, dossier: str) -> Course | None:
    """Return the course of a dossier; None when there is no such dossier, or the SOP has its procedure no more."""
    return courses_of(desk, tx, [dossier]).get(dossier)


def courses_of(
    desk: Desk,
    tx: Connection,
    ids: Sequence[str],
    *,
    procedures: Mapping[str, str] | None = None,
    outlines: Mapping[str, Sequence[dossiers.Outline]] | None = None,
) -> dict[str, Course]:
    """Return the courses of several dossiers by id; dossiers of which the SOP has no procedure are left out.

    Who has read them already hands in the `procedures` and the `outlines` of all these dossiers, by id.
    """
    outlines = dossiers.outlines_of(tx, ids) if outlines is None else outlines
    procedures = dossiers.procedures_of(tx, ids) if procedures is None else procedures
    all_outlines = [outline for outlines_of_dossier in outlines.values() for outline in outlines_of_dossier]
    decisions = documents.endorsements_of(tx, [outline.id for outline in all_outlines])
    verdicts = verdicts_of(desk, tx, all_outlines)
    courses = {}
    for id, slug in procedures.items():
        with suppress(NotFound):
            courses[id] = Course(desk.sop.procedure(slug), as_dossier_documents(outlines[id], decisions, verdicts))
    return courses


def refusals_by_letters(desk: Desk, tx: Connection, listed: Sequence[Document]) -> dict[str, Decision]:
    """Return by id how letters that decide refused documents in force: `perbaiki` or `tolak`."""
    deciding = deciding_kinds(desk)
    ids = list(dict.fromkeys(document.dossier for document in listed if document.status == "issued"))
    courses = courses_of(desk, tx, dossiers.dossiers_with(tx, ids, deciding)) if ids and deciding else {}
    return {
        id: refusal.decision for course in courses.values() for id, refusal in course.refused.items() if refusal.letter
    }


def view_dossier(desk: Desk, tx: Connection, id: str, within: Limits = NO_LIMITS) -> DossierView:
    """Return a dossier as it is now, with those of its documents that lie within limits. Raises RecordMissing."""
    [view] = view_dossiers(desk, tx, [dossiers.get_dossier(tx, id)], within)
    everything = dossiers.dossier_documents(tx, id)
    if not within:
        return replace(view, documents=everything)
    visible = visible_documents(tx, [document.id for document in everything], within)
    steps = [_within(step, visible) for step in view.steps]
    return replace(view, documents=[document for document in everything if document.id in visible], steps=steps)


def _within(step: StepProgress, visible: Collection[str]) -> StepProgress:
    """Return a step that names only visible documents."""
    refusal = step.refusal
    if refusal and refusal.letter and refusal.letter not in visible:
        refusal = replace(refusal, letter="")
    awaits, unnumbered = ([id for id in ids if id in visible] for ids in (step.awaits, step.unnumbered))
    return replace(step, awaits=tuple(awaits), unnumbered=tuple(unnumbered), refusal=refusal)


def view_dossiers(
    desk: Desk, tx: Connection, listed: Sequence[Dossier], within: Limits = NO_LIMITS
) -> list[DossierView]:
    """Return each dossier as it is now, without its documents; those that divisions and classes hide do not count."""
    time = WorkTime.of(get_office(tx))
    now = desk.now()
    outlines = dossiers.outlines_of(tx, [dossier.id for dossier in listed])
    all_outlines = [outline for outlines_of_dossier in outlines.values() for outline in outlines_of_dossier]
    hiding = replace(within, assets=(), procedures=())
    if hiding:
        visible = visible_documents(tx, [outline.id for outline in all_outlines], hiding)
        outlines = {id: [outline for outline in its if outline.id in visible] for id, its in outlines.items()}
        all_outlines = [outline for outline in all_outlines if outline.id in visible]
    decisions_by_id = documents.endorsements_of(tx, [outline.id for outline in all_outlines])
    verdicts_by_id = verdicts_of(desk, tx, all_outlines)
    views = []
    for dossier in listed:
        dossier_documents = as_dossier_documents(outlines[dossier.id], decisions_by_id, verdicts_by_id)
        ids = [document.id for document in dossier_documents]
        decisions = {id: decisions_by_id[id] for id in ids if id in decisions_by_id}
        try:
            procedure = desk.sop.procedure(dossier.procedure)
        except NotFound:  # the office's SOP was revised since
            procedure = None
        steps = _steps(procedure, dossier, dossier_documents, time, now) if procedure else []
        refused = Course(procedure, dossier_documents).refused if procedure else {}
        verdicts = {id: verdicts_by_id[id] for id in ids if id in verdicts_by_id}
        views.append(DossierView(dossier, procedure, (), decisions, steps, refused, verdicts))
    return views


def close(desk: Desk, id: str, by: str, reason: str = "", within: Limits = NO_LIMITS) -> DossierView:
    """Close a dossier.

    Raises InvalidSubmission naming what lacks when no reason is given, Conflict (closed, or a letter of it is being
    made), Forbidden (it holds what lies outside of `within`), RecordMissing.
    """
    reason = tidy(reason)
    with desk.catalogue.write() as tx:
        _hold_within(tx, id, within)
        view = view_dossier(desk, tx, id)
        seen = {document.id for document in view_dossier(desk, tx, id, within).documents}
        if view.dossier.closed_at is not None:
            raise Conflict(say("Berkas “{title}” sudah ditutup.", title=view.dossier.title))
        for document in view.documents:
            try:
                require(tx, document, in_force=False, idle=False, hold=True)
            except Conflict as in_work:
                if document.id in seen:
                    raise
                raise Conflict("Isi berkas ini sedang dikerjakan. Tunggu sebentar, lalu coba lagi.") from in_work
        if view.lacking and not reason:
            steps = ", ".join(str(step.step.number) for step in view.lacking)
            message = say(
                "Langkah {steps} belum selesai. Selesaikan dahulu, atau tulis alasan menutup berkas ini.", steps=steps
            )
            raise InvalidSubmission([FieldError("reason", message)])
        now = desk.now()
        dossiers.close_dossier(tx, id, now, by, reason)
        lacking = [step.step.number for step in view.lacking]
        audit.record(desk, tx, by, Action.DOSSIER_CLOSED, id, after={"reason": reason, "lacking": lacking})
        outbox.add_closed_event(desk, tx, dossiers.get_dossier(tx, id))
        return view_dossier(desk, tx, id, within)


def reopen(desk: Desk, id: str, by: str, within: Limits = NO_LIMITS) -> DossierView:
    """Open a closed dossier again.

    Raises Conflict when it is open, Forbidden (it holds what lies outside of `within`), RecordMissing.
    """
    with desk.catalogue.write() as tx:
        dossier = _hold_within(tx, id, within)
        if dossier.closed_at is None:
            raise Conflict(say("Berkas “{title}” belum ditutup.", title=dossier.title))
        dossiers.close_dossier(tx, id, None)
        before = {"closed_at": dossier.closed_at.isoformat(), "reason": dossier.close_reason}
        audit.record(desk, tx, by, Action.DOSSIER_REOPENED, id, before=before)
        return view_dossier(desk, tx, id, within)


def _hold_within(tx: Connection, id: str, within: Limits) -> Dossier:
    """Lock and return a dossier that lies entirely within limits. Raises Forbidden, RecordMissing."""
    dossier = dossiers.hold_dossier(tx, id)
    ids = [outline.id for outline in dossiers.outlines_of(tx, [id])[id]]
    if within and not dossiers.is_dossier_visible(tx, id, within):
        raise RecordMissing(say("Berkas {id} tidak ada.", id=repr(id)))
    by_token = replace(within, divisions=(), classes=None)  # what these hide may be closed with the rest, unseen
    outside = within.assets and not set(dossier.assets) <= set(within.assets)
    if by_token and (outside or len(wholly_visible_documents(tx, ids, by_token)) < len(ids)):
        raise Forbidden(
            "Berkas ini juga memuat hal di luar batas token ini, sehingga token ini tidak boleh mengubahnya."
        )
    return dossier


def deciding_kinds(desk: Desk) -> list[str]:
    """Return the kinds of letters that decide."""
    return [slug for slug, kind in desk.kinds.items() if kind.sheet.decision]


def verdicts_of(desk: Desk, tx: Connection, outlines: Sequence[dossiers.Outline]) -> dict[str, Decision]:
    """Return by id what the deciding letters among these documents decide, as their kinds' field sheets say."""
    deciding = {slug: desk.kinds[slug].sheet for slug in deciding_kinds(desk)}
    sheets = {
        outline.id: deciding[outline.kind]
        for outline in outlines
        if outline.status == "issued" and outline.kind in deciding
    }
    data = documents.data_of(tx, list(sheets))
    verdicts = {id: sheets[id].decision_of(values) for id, values in data.items()}
    return {id: decision for id, decision in verdicts.items() if decision is not None}


def as_dossier_documents(
    outlines: Sequence[dossiers.Outline],
    decisions: Mapping[str, Sequence[Endorsement]],
    verdicts: Mapping[str, Decision],
) -> list[DossierDocument]:
    return [
        DossierDocument(
            id=outline.id,
            kind=outline.kind,
            step=outline.step,
            at=outline.created_at,
            in_force=outline.status == "issued",
            awaits_number=outline.status == "awaiting_number",
            endorsements=tuple(decisions.get(outline.id, ())),
            verdict=verdicts.get(outline.id),
        )
        for outline in outlines
    ]


def _steps(
    procedure: Procedure,
    dossier: Dossier,
    dossier_documents: Sequence[DossierDocument],
    time: WorkTime,
    now: dt.datetime,
) -> list[StepProgress]:
    closed = dossier.closed_at is not None
    return step_progress(
        procedure, dossier_documents, opened=dossier.opened_at, closed=closed, now=now, add_minutes=time.add
    )
