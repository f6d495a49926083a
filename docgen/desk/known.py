"""What is known of a document before it is written: what its fields are filled from, of its dossier and registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.forms import Decided, Earlier, Facts
from docgen.forms.defaults import post
from docgen.indonesian import clock
from docgen.kinds import Kind
from docgen.sop import Procedure, Step
from docgen.sop.progress import is_returned
from docgen.worktime import WorkTime
from storage.catalogue import documents
from storage.catalogue.documents import NO_LIMITS, Limits
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
    return Facts(
        procedure=procedure.slug,
        step=step.number,
        signer_role=step.signer_role if kind.signer == "step" else kind.signer,
        receiver_role=step.actors[-1],
        date=date,
        earlier=_earlier(desk, tx, dossier, office, within) if dossier else (),
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


def _earlier(desk: Desk, tx: Connection, dossier: str, office: Office, within: Limits) -> list[Earlier]:
    """The dossier's documents that are in force and not sent back, oldest first."""
    made = [one for one in documents.dossier_documents(tx, dossier) if one.status == "issued"]
    if within:
        seen = documents.seen_within(tx, [one.id for one in made], within)
        made = [one for one in made if one.id in seen]
    decisions = documents.endorsements_of(tx, [one.id for one in made])
    return [
        _cited(desk, tx, one, decisions.get(one.id, []), office)
        for one in made
        if not is_returned(decisions.get(one.id, []))
    ]


def _cited(desk: Desk, tx: Connection, document: Document, decisions: Sequence[Endorsement], office: Office) -> Earlier:
    submission, snapshot = documents.get_contents(tx, document.id)
    kind = desk.kinds.get(document.kind)
    return Earlier(
        kind=document.kind,
        kind_title=kind.title if kind else document.kind,
        step=document.step,
        number=document.number,
        date=document.date,
        title=document.title,
        post=post(Official.model_validate(snapshot["signer"])),
        data=submission.data,
        decisions=[_decided(one, office) for one in decisions],
    )


def _decided(endorsement: Endorsement, office: Office) -> Decided:
    local = endorsement.at.astimezone(ZoneInfo(office.time_zone))
    return Decided(
        step=endorsement.step,
        word=endorsement.decision,
        post=endorsement.post,
        date=local.date(),
        time=clock(endorsement.at, office.time_zone),
        note=endorsement.note,
    )
