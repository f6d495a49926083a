"""Collect what fields of a new document are filled from: its dossier, its registers and the SOP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import course_of
from docgen.forms import Decided, Earlier, Facts
from docgen.forms.defaults import post
from docgen.indonesian import clock, local_date
from docgen.kinds.kind import Kind
from docgen.sop import OUTSIDE, Procedure, Step
from docgen.sop.course import Course
from docgen.worktime import WorkTime
from storage.catalogue import documents, dossiers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents
from storage.records import Asset, Document, Endorsement, Office, Official


def facts_of(
    desk: Desk,
    tx: Connection,
    kind: Kind,
    procedure: Procedure,
    step: Step,
    *,
    date: dt.date,
    office: Office,
    assets: Mapping[str, Asset],
    nibars: Sequence[str] = (),
    dossier: str = "",
    within: Limits = NO_LIMITS,
) -> Facts:
    """Return what a new document of this kind is filled from; of documents only those of `dossier` within limits.

    `assets` are the registered ones of its `nibars`. An unknown dossier counts as none: `prepare` refuses it.
    """
    if procedure is OUTSIDE:  # the other letters of its year are of other matters
        dossier = ""
    course = course_of(desk, tx, dossier) if dossier else None
    visible = _visible(tx, dossier, within)
    return Facts(
        procedure=procedure.slug,
        step=step.number,
        signer_role=step.signer_role if kind.signer == "step" else kind.signer,
        receiver_role=step.actors[-1],
        date=date,
        earlier=_earlier(desk, tx, visible, course, office) if course else (),
        subject=_subject(desk, tx, visible, course, kind, step, office) if course else None,
        days=(_days(desk, step), _days(desk, _next_with_outputs(procedure, step))),
        end_of_work=WorkTime.of(office).last_day,
        locations=_locations(assets, nibars),
        order_letter=office.order_letter,
    )


def _next_with_outputs(procedure: Procedure, step: Step) -> Step:
    """Return the next step that makes a document, the work that an order begins; the step itself when none follows."""
    return next((later for later in procedure.steps if later.number > step.number and later.outputs), step)


def _days(desk: Desk, step: Step) -> int:
    """Return the time norm of a step in whole working days."""
    return -(-step.time_norm_minutes // desk.sop.minutes_per_day)


def _locations(assets: Mapping[str, Asset], nibars: Sequence[str]) -> list[str]:
    """Return where the assets of these NIBARs stand, each once; none where one of them is not registered."""
    if not all(nibar in assets for nibar in nibars):
        return []
    return [asset.location for asset in {assets[nibar].nibar: assets[nibar] for nibar in nibars}.values()]


def _visible(tx: Connection, dossier: str, within: Limits) -> list[Document]:
    """Return the dossier's documents that lie within limits, oldest first."""
    everything = dossiers.dossier_documents(tx, dossier) if dossier else []
    if not within:
        return everything
    visible = visible_documents(tx, [document.id for document in everything], within)
    return [document for document in everything if document.id in visible]


def _earlier(desk: Desk, tx: Connection, visible: Sequence[Document], course: Course, office: Office) -> list[Earlier]:
    """Return the documents that may be a basis, oldest first: none that was refused, refuses, or counts no more."""
    counting = {document.id: document for document in course.counting}
    return [
        _cited(desk, tx, document, counting[document.id].endorsements, office)
        for document in visible
        if document.id in counting
    ]


def _subject(
    desk: Desk, tx: Connection, visible: Sequence[Document], course: Course, kind: Kind, step: Step, office: Office
) -> Earlier | None:
    """Return the document that a deciding letter decides on, though this very step may have refused it before."""
    if kind.sheet.decision is None or step.endorses is None:
        return None
    subject = course.subject(step)
    document = next((document for document in visible if subject and document.id == subject.id), None)
    return _cited(desk, tx, document, subject.endorsements, office) if document and subject else None


def _cited(desk: Desk, tx: Connection, document: Document, decisions: Sequence[Endorsement], office: Office) -> Earlier:
    submission, snapshot = documents.get_contents(tx, document.id)
    return Earlier(
        kind=document.kind,
        kind_title=desk.kind_title(document.kind),
        step=document.step,
        number=document.number,
        date=document.date,
        title=document.title,
        post=post(Official.model_validate(snapshot["signer"])),
        data=submission.data,
        decisions=[_decided(endorsement, office) for endorsement in decisions],
    )


def _decided(endorsement: Endorsement, office: Office) -> Decided:
    return Decided(
        step=endorsement.step,
        word=endorsement.decision,
        post=endorsement.post,
        date=local_date(endorsement.at, office.time_zone),
        time=clock(endorsement.at, office.time_zone),
        note=endorsement.note,
    )
