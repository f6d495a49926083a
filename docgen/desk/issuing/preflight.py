"""Show what a letter would be issued as, and what is odd about it, before it takes a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import course_of
from docgen.desk.issuing.preflight_checks import (
    Note,
    addressee_of,
    check_annexes,
    check_assets,
    check_course,
    check_dates,
    check_earlier,
    check_people,
    check_unit,
    check_words,
)
from docgen.desk.issuing.prepare import Prepared, prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.issuing.trial import broken_words_of, expected_number
from docgen.desk.security_class import ClassChoice
from docgen.kinds.kind import Kind
from docgen.sop import OUTSIDE
from docgen.sop.classification import classification_title
from storage.catalogue import dossiers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents
from storage.records import Asset, Document, Dossier, Official


@dataclass(frozen=True)
class Preflight:
    """What would be issued: the facts that cannot be changed afterwards, and `notes` on what is odd.

    `number` is the one expected next. `dossier` None: the letter opens one. `classification` is the archive code of a
    letter outside the SOP with its title, "" at a step. `on_behalf_of` is the superior in whose
    name the signer signs, `by_way_of` the one between them (u.b.).
    """

    title: str
    number: str
    date: dt.date
    signer: Official
    on_behalf_of: Official | None
    by_way_of: Official | None
    assets: Sequence[Asset]
    addressee: str
    dossier: Dossier | None
    replaced: Document | None
    security: ClassChoice
    classification: str
    notes: Sequence[Note]


def preflight(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS) -> Preflight:
    """Check a request as `issue` does and return what it would make; nothing is numbered or kept.

    Raises InvalidSubmission.
    """
    prepared = prepare(desk, request, within)
    number = expected_number(desk, prepared)
    with desk.catalogue.read() as tx:
        return _look(desk, tx, prepared, number, within)


def _look(desk: Desk, tx: Connection, prepared: Prepared, number: str, within: Limits) -> Preflight:
    kind, snapshot, target = prepared.kind, prepared.snapshot, prepared.target
    values, date, step = prepared.values, prepared.submission.date, prepared.step
    code = prepared.submission.classification
    addressee = addressee_of(kind.sheet, values, snapshot.officials)
    others = _in_force(tx, prepared, within)
    notes = [
        *check_course(
            course_of(desk, tx, target.dossier_id) if target.dossier else None,
            prepared.procedure,
            step,
            others,
            kind_title=desk.kind_title,
            role_label=desk.sop.role_label,
        ),
        *check_assets(kind.sheet, prepared.procedure, snapshot.assets, target.dossier),
        *check_annexes(kind.sheet, values, len(snapshot.assets)),
        *check_words(kind.sheet, broken_words_of(desk, prepared), len(snapshot.assets)),
        *check_people(kind.sheet, addressee, snapshot.signer, _named(kind, values, snapshot.officials)),
        *check_unit(snapshot.signer, number),
        *check_dates(kind.sheet, values, date, desk.today_in(tx)),
        *check_earlier(others, step, date, desk.kind_title),
    ]
    return Preflight(
        title=prepared.title,
        number=number,
        date=date,
        signer=snapshot.signer,
        on_behalf_of=snapshot.on_behalf_of,
        by_way_of=snapshot.by_way_of,
        assets=snapshot.assets,
        addressee=addressee,
        dossier=target.dossier,
        replaced=target.replaced,
        security=prepared.security,
        classification=f"{code} {classification_title(code)}".strip() if code else "",
        notes=notes,
    )


def _named(kind: Kind, values: Mapping[str, Any], officials: Mapping[str, Official]) -> dict[str, Official]:
    """Return the officials that fields of a letter name, by field."""
    fields = (field.name for field in kind.fields if field.type == "official")
    return {name: officials[values[name]] for name in fields if values.get(name) in officials}


def _in_force(tx: Connection, prepared: Prepared, within: Limits) -> list[Document]:
    """Return the other letters of the dossier that are in force and visible, the one to replace left out."""
    target = prepared.target
    if target.dossier is None or prepared.procedure is OUTSIDE:  # there the other letters are of other matters
        return []
    documents = [
        document
        for document in dossiers.dossier_documents(tx, target.dossier.id)
        if document.status == "issued" and (target.replaced is None or document.id != target.replaced.id)
    ]
    if not within:
        return documents
    visible = visible_documents(tx, [document.id for document in documents], within)
    return [document for document in documents if document.id in visible]
