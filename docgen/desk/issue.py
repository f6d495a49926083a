"""Issue a document: a number taken and the whole submission journaled in one transaction; `journal` does the rest."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.desk import Desk
from docgen.desk.dossiers import joinable, returned
from docgen.desk.journal import LEASE, finish, process_name
from docgen.desk.request import DocumentRequest, Prepared, classification, prepare
from docgen.desk.trial import tried
from docgen.register import format_number
from storage.catalogue import documents, idempotency, numbers
from storage.errors import RecordConflict
from storage.records import Document, Dossier, RegisterEntry, Task

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread on paper
CODE_LENGTH = 16  # 80 random bits: cannot be guessed


Place = tuple[str, int, str, tuple[str, ...]]  # procedure, step, kind, and the assets in order


@dataclass(frozen=True)
class Idempotency:
    """A caller's promise that the same key means the same request; the request is known by its SHA-256."""

    caller: str
    key: str
    request_sha256: str


def issue(desk: Desk, request: DocumentRequest, by: str, once: Idempotency | None = None) -> Document:
    """Issue a document and return it, archived.

    Raises InvalidSubmission (wrong, or cannot be made: nothing numbered or kept), DocumentPending (numbered and kept:
    finished later, or DocumentFailed), RecordConflict (the idempotency key was used for something else),
    StoreUnavailable (nothing kept).
    """
    if once is not None:
        with desk.catalogue.read() as tx:
            known = _known(desk, tx, once)
        if known is not None:
            return finish(desk, known)
    prepared = prepare(desk, request)
    desk = tried(desk, prepared)
    try:
        with desk.catalogue.write() as tx:
            id = reserve(desk, tx, prepared, by, once)
    except RecordConflict:  # another call with this key was quicker; this transaction took no number
        if once is None:
            raise
        with desk.catalogue.read() as tx:
            known = _known(desk, tx, once)
        if known is None:
            raise
        id = known
    return finish(desk, id)


def _known(desk: Desk, tx: Connection, once: Idempotency) -> str | None:
    return idempotency.find(tx, once.caller, once.key, once.request_sha256, desk.now())


def reserve(
    desk: Desk, tx: Connection, prepared: Prepared, by: str, once: Idempotency | None, full: set[Place] | None = None
) -> str:
    """Take a number and journal the whole submission: all in the caller's transaction, so all or nothing.

    `full` is for many in one transaction: where no open dossier is to be joined is noted there, and not looked for
    again.
    """
    desk.require_archive()
    office = prepared.snapshot.office
    date = prepared.submission.date
    now = desk.now()
    id = str(ULID()).lower()
    dossier = _dossier(tx, prepared, now, full)
    sequence = numbers.take_sequence(tx, office.unit_code, date.year)
    code = classification(prepared.kind, prepared.procedure)
    number = format_number(office, sequence=sequence, classification=code, date=date)
    replaced = returned(tx, dossier, prepared.step.number, prepared.kind.slug)
    replaces = prepared.submission.replaces or (replaced[-1].id if replaced else "")
    submission = prepared.submission.model_copy(update={"dossier": dossier, "replaces": replaces})
    document = Document(
        id=id,
        number=number,
        unit=office.unit_code,
        year=date.year,
        sequence=sequence,
        status="reserved",
        kind=submission.kind,
        procedure=submission.procedure,
        step=submission.step,
        assets=submission.assets,
        dossier=dossier,
        title=prepared.title,
        date=date,
        signer=submission.signer,
        code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        revision=0,
        created_at=now,
        created_by=by,
    )
    entry = RegisterEntry(
        unit=document.unit,
        year=document.year,
        sequence=sequence,
        number=number,
        status="reserved",
        document=id,
        date=date,
        title=document.title,
    )
    numbers.add_entry(tx, entry)
    task = Task(change="issued", at=now, by=by, reason="Diterbitkan")
    documents.add_document(tx, document, task, submission, prepared.snapshot.to_json(), process_name(), now + LEASE)
    audit.record(
        desk,
        tx,
        by,
        "document.issued",
        id,
        after={"number": number, "kind": document.kind, "title": document.title, "dossier": dossier},
    )
    if once is not None:
        idempotency.add(tx, once.caller, once.key, once.request_sha256, id, now)
    return id


def _dossier(tx: Connection, prepared: Prepared, now: dt.datetime, full: set[Place] | None) -> str:
    """The dossier asked for; else the newest open one on these assets that lacks this document; else a new one."""
    submission = prepared.submission
    if submission.dossier:
        return submission.dossier
    place = submission.procedure, submission.step, submission.kind, tuple(sorted(submission.assets))
    if full is None or place not in full:
        found = joinable(
            tx,
            procedure=submission.procedure,
            step=submission.step,
            kind=submission.kind,
            assets=submission.assets,
        )
        if found is not None:
            return found.id
        if full is not None:
            full.add(place)
    names = [asset.name for asset in prepared.snapshot.assets]
    about = (
        names[0] + (f" dan {len(names) - 1} aset lain" if len(names) > 1 else "")
        if names
        else f"kolektif {submission.date.year}"
    )
    new = Dossier(
        id=str(ULID()).lower(),
        procedure=submission.procedure,
        assets=submission.assets,
        title=f"{prepared.procedure.title}: {about}",
        opened_at=now,
    )
    documents.add_dossier(tx, new)
    return new.id
