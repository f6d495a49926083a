"""What is known of a document before it is written: what its fields are filled from, of its dossier and registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import course_of
from docgen.forms import Decided, Earlier, Facts
from docgen.forms.defaults import post
from docgen.indonesian import clock, local_date
from docgen.kinds.kind import Kind
from docgen.sop import Procedure, Step
from docgen.sop.course import Course
from docgen.worktime import WorkTime
from storage.catalogue import documents, dossiers
from storage.catalogue.limits import NO_LIMITS, Limits, seen_within
from storage.catalogue.registers import get_assets, get_office
from storage.errors import RecordMissing
from storage.records import Document, Endorsement, Office, Official


def facts_of(
    desk: Desk,
    tx: Connection,
    kind: Kind,
    procedure: Procedure,
    step: Step,
    *,
    date: dt.date,
    assets: Sequence[str] = (),
    dossier: str = "",
    within: Limits = NO_LIMITS,
) -> Facts:
    """What a new document of this kind is filled from: of documents only those of `dossier` that lie within limits.

    Unknown assets and dossiers are left to `prepare`, which refuses them.
    """
    office = get_office(tx)
    course = course_of(desk, tx, dossier) if dossier else None
    seen = _seen(tx, dossier, within)
    return Facts(
        procedure=procedure.slug,
        step=step.number,
        signer_role=step.signer_role if kind.signer == "step" else kind.signer,
        receiver_role=step.actors[-1],
        date=date,
        earlier=_earlier(desk, tx, seen, course, office) if course else (),
        subject=_subject(desk, tx, seen, course, kind, step, office) if course else None,
        days=(_days(desk, step), _days(desk, _next_maker(procedure, step))),
        end_of_work=WorkTime.of(office).last_day,
        locations=_locations(tx, assets),
    )


def _next_maker(procedure: Procedure, step: Step) -> Step:
    """The next step that makes something: the work that an order begins. The step itself when none follows."""
    return next((one for one in procedure.steps if one.number > step.number and one.outputs), step)


def _days(desk: Desk, step: Step) -> int:
    """The time norm in whole working days."""
    return -(-step.time_norm_minutes // desk.sop.minutes_per_day)


def _locations(tx: Connection, assets: Sequence[str]) -> list[str]:
    try:
        return [asset.location for asset in get_assets(tx, list(assets))]
    except RecordMissing:
        return []


def _seen(tx: Connection, dossier: str, within: Limits) -> list[Document]:
    """The dossier's documents that lie within limits, oldest first."""
    made = dossiers.dossier_documents(tx, dossier) if dossier else []
    if not within:
        return made
    seen = seen_within(tx, [one.id for one in made], within)
    return [one for one in made if one.id in seen]


def _earlier(desk: Desk, tx: Connection, seen: Sequence[Document], course: Course, office: Office) -> list[Earlier]:
    """The documents that may be a basis, oldest first: no refused one, no refusal, nothing that fell."""
    counting = {one.id: one for one in course.counting}
    return [_cited(desk, tx, one, counting[one.id].endorsements, office) for one in seen if one.id in counting]


def _subject(
    desk: Desk, tx: Connection, seen: Sequence[Document], course: Course, kind: Kind, step: Step, office: Office
) -> Earlier | None:
    """What a letter that decides by itself decides on, though this very step may have refused it before."""
    if kind.sheet.decision is None or step.endorses is None:
        return None
    subject = course.subject(step)
    found = next((one for one in seen if subject and one.id == subject.id), None)
    return _cited(desk, tx, found, subject.endorsements, office) if found and subject else None


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
        decisions=[_decided(one, office) for one in decisions],
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
