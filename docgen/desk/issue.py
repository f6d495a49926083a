"""Issue a document: number and journal in one transaction, then render, archive, commit.

Killed anywhere in between, `docgen.desk.recovery` finishes the work with the same number.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.archive import read_record, write_revision
from docgen.desk.desk import Desk
from docgen.desk.dossiers import joinable
from docgen.desk.pipeline import Identity, Snapshot, produce
from docgen.desk.request import DocumentRequest, Prepared, classification, prepare
from docgen.errors import ConverterError, DocgenError, InvalidSubmission, PdfError, TemplateError
from docgen.forms import validate
from docgen.register import format_number
from storage.catalogue import documents, numbers, registers
from storage.errors import RecordConflict, StorageError
from storage.records import Document, Dossier, RegisterEntry, Revision

LEASE = dt.timedelta(minutes=2)
RETRY = dt.timedelta(seconds=30)
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread on paper
CODE_LENGTH = 16  # 80 random bits: cannot be guessed


class DocumentPending(DocgenError):
    """The number is taken and the submission is kept, but the files could not be made or archived yet."""

    def __init__(self, document: Document, cause: Exception) -> None:
        super().__init__(
            f"Nomor {document.number} sudah dipesan dan isian Anda tersimpan, tetapi naskahnya belum dapat dibuat: "
            f"{cause} Naskah diselesaikan sendiri dengan nomor yang sama begitu halangannya hilang; "
            "tidak perlu dikirim ulang."
        )
        self.document = document


@dataclass(frozen=True)
class Idempotency:
    """A caller's promise that the same key means the same request; the request is known by its SHA-256."""

    caller: str
    key: str
    request_sha256: str


def issue(desk: Desk, request: DocumentRequest, by: str, idempotency: Idempotency | None = None) -> Document:
    """Issue a document and return it, archived.

    Raises InvalidSubmission (nothing numbered or kept), DocumentPending (numbered and kept; finished later),
    RecordConflict (the idempotency key was used for something else), StoreUnavailable (nothing kept).
    """
    if idempotency is not None:
        with desk.catalogue.read() as tx:
            known = _known(tx, idempotency)
        if known is not None:
            return finish(desk, known)
    prepared = prepare(desk, request)
    try:
        with desk.catalogue.write() as tx:
            id = _reserve(desk, tx, prepared, by, idempotency)
    except RecordConflict:  # another call with this key was quicker; this transaction took no number
        if idempotency is None:
            raise
        with desk.catalogue.read() as tx:
            known = _known(tx, idempotency)
        if known is None:
            raise
        id = known
    return finish(desk, id)


def finish(desk: Desk, id: str) -> Document:
    """Bring a reserved document to the archive; one that is there already is returned as it is.

    Raises DocumentPending, RecordMissing.
    """
    with desk.catalogue.write() as tx:
        document = documents.get_document(tx, id)
        pending = documents.claim(tx, id, process_name(), desk.now() + LEASE)
        if pending is None:
            return document
        dossier = documents.get_dossier(tx, document.dossier)
        emblem = registers.get_emblem(tx)
    try:
        record = read_record(desk.store, document, 1)
        if record is None:
            kind = desk.kinds.get(document.kind)
            if kind is None:
                raise TemplateError(
                    f"Templat {document.kind!r} tidak ada lagi. Kembalikan foldernya, lalu jalankan ulang."
                )
            snapshot = Snapshot.from_json(pending.snapshot)
            try:
                values = validate(kind, pending.submission.data, officials=snapshot.officials, date=document.date)
            except InvalidSubmission as invalid:
                reasons = " ".join(error.message for error in invalid.errors)
                raise TemplateError(f"Templat {document.kind!r} berubah sejak isian dikirim: {reasons}") from invalid
            identity = Identity(
                document.number, document.date, document.title, document.code, desk.verify_url(document.code)
            )
            produced = produce(kind, values, snapshot, identity, desk.converter, emblem)
            record = write_revision(
                desk.store,
                document.model_copy(update={"status": "issued"}),
                dossier,
                produced,
                number=1,
                reason="Diterbitkan",
                created_at=desk.now(),
                created_by=document.created_by,
                submission=pending.submission.model_dump(mode="json"),
                snapshot=pending.snapshot,
            )
        with desk.catalogue.write() as tx:
            _commit(tx, record)
            return documents.get_document(tx, id)
    except (ConverterError, TemplateError, PdfError, StorageError) as cause:
        note(desk, id, cause)
        raise DocumentPending(document, cause) from cause


@cache
def process_name() -> str:
    """This process, as named in the journal: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _known(tx: Connection, idempotency: Idempotency) -> str | None:
    return documents.find_idempotent(tx, idempotency.caller, idempotency.key, idempotency.request_sha256)


def _reserve(desk: Desk, tx: Connection, prepared: Prepared, by: str, idempotency: Idempotency | None) -> str:
    """Take a number and journal the whole submission: all in the caller's transaction, so all or nothing."""
    office = prepared.snapshot.office
    date = prepared.submission.date
    now = desk.now()
    id = str(ULID()).lower()
    dossier = _dossier(tx, prepared, now)
    sequence = numbers.take_sequence(tx, office.unit_code, date.year)
    code = classification(prepared.kind, prepared.procedure)
    number = format_number(office, sequence=sequence, classification=code, date=date)
    submission = prepared.submission.model_copy(update={"dossier": dossier})
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
    documents.add_document(tx, document, submission, prepared.snapshot.to_json(), process_name(), now + LEASE)
    if idempotency is not None:
        documents.add_idempotent(tx, idempotency.caller, idempotency.key, idempotency.request_sha256, id, now)
    return id


def _dossier(tx: Connection, prepared: Prepared, now: dt.datetime) -> str:
    """The dossier asked for; else the newest open one on these assets that lacks this document; else a new one."""
    submission = prepared.submission
    if submission.dossier:
        return submission.dossier
    found = joinable(
        tx,
        procedure=submission.procedure,
        step=submission.step,
        kind=submission.kind,
        assets=submission.assets,
    )
    if found is not None:
        return found.id
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


def _commit(tx: Connection, record: dict[str, object]) -> None:
    """Enter an archived record into the catalogue and strike the journal line."""
    document = Document.model_validate(record["document"])
    if documents.get_pending(tx, document.id) is None:
        return  # another process committed the same record
    revision = Revision.model_validate(record["revision"])
    documents.add_revision(tx, revision, record["submission"], record["snapshot"])  # type: ignore[arg-type]
    documents.set_document_status(tx, document.id, "issued")
    numbers.set_entry_status(tx, document.id, "issued")
    documents.finish(tx, document.id)


def note(desk: Desk, id: str, cause: Exception) -> None:
    """Write in the journal why a document failed and give it free for another try.

    When even the database is away, the lease runs out by itself.
    """
    try:
        with desk.catalogue.write() as tx:
            documents.note_failure(tx, id, str(cause), desk.now() + RETRY)
    except StorageError:
        return
