"""Do what the journal promises: make the next revision of a document, archive it, commit it and strike the line.

Whatever changes a document is decided and journaled in one transaction first (`issue`, `endorse`, `void` ...), then
done here. Killed anywhere in between, `docgen.desk.service.document_recovery` does it again from the same line: same
number, same words.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.background.process import has_ended, process_name
from docgen.desk.desk import Desk
from docgen.desk.revisions.revise import revise
from docgen.desk.revisions.revision_store import read_record, write_revision
from docgen.desk.webhooks import outbox
from docgen.errors import (
    Busy,
    Conflict,
    ConversionTimedOut,
    ConverterError,
    ConverterHung,
    ConverterUnavailable,
    DocgenError,
    PdfError,
    SignatureError,
    TemplateError,
)
from storage.catalogue import documents, dossiers, journal, numbers, registers
from storage.catalogue.journal import Pending
from storage.errors import StorageError, StoreUnavailable
from storage.records import Document, Revision, Submission, Task
from wording import joined, say

LEASE = dt.timedelta(minutes=2)
LONGEST_RETRY = dt.timedelta(hours=1)
PATIENCE = 30.0  # seconds that somebody who asks waits for whoever is at work on the same document
LOOK_SECONDS = 0.1
SEALED = "Disegel secara elektronik"
MOST_TRIES = 5  # of what may be the document's own fault, or that of a busy machine

_PROMISED = {
    "issued": "Nomor {number} sudah dipesan dan isian Anda tersimpan, tetapi naskahnya belum dapat dibuat:",
    "endorsed": "Keputusan atas naskah {number} sudah tercatat, tetapi capnya belum dapat dibuat:",
    "voided": "Pembatalan naskah {number} sudah tercatat, tetapi arsipnya belum dapat diperbarui:",
    "superseded": "Penggantian naskah {number} sudah tercatat, tetapi arsipnya belum dapat diperbarui:",
    "attached": "Berkas untuk naskah {number} sudah diterima, tetapi arsipnya belum dapat diperbarui:",
    "sealed": "Segel naskah {number} sudah diminta, tetapi belum dapat dibubuhkan:",
}


class DocumentPending(DocgenError):
    """What was decided is kept, but the revision could not be made or archived yet."""

    outlook = "docgen menyelesaikannya sendiri begitu halangannya hilang; tidak perlu dikirim ulang."

    def __init__(self, document: Document, task: Task, cause: Exception) -> None:
        super().__init__(joined([say(_PROMISED[task.change], number=document.number), str(cause), self.outlook]))
        self.document = document


class DocumentFailed(DocumentPending):
    """A number is taken by a document that cannot be made; somebody voids it, or mends what was written."""

    outlook = "Ini tidak hilang dengan sendirinya. Batalkan nomornya atau perbaiki isiannya di halaman naskah itu."


@dataclass(frozen=True)
class ClaimedLine:
    """A journal line that this process holds, and the document as it was when it got the line."""

    document: Document
    pending: Pending


def promise(
    desk: Desk, tx: Connection, document: str, task: Task, submission: Submission, snapshot: dict[str, Any]
) -> ClaimedLine:
    """Journal the next revision of an archived document; returns the line, for `carry_out`.

    Raises RecordConflict while another one is promised.
    """
    desk.require_archive()
    line = journal.add_task(tx, document, task, submission, snapshot, process_name(), desk.now() + LEASE)
    return ClaimedLine(documents.get_document(tx, document), line)


def finish(desk: Desk, id: str) -> Document:
    """Do what the journal promises of a document; one of which nothing is promised is returned as it is.

    Waits while somebody else is at work on it, so that nothing is made twice. Raises DocumentPending, RecordMissing.
    """
    until = time.monotonic() + PATIENCE
    while True:
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, id)
            line = journal.get_pending(tx, id)
        if line is None:
            return document
        claimed_line = claim(desk, id, is_free) if is_free(line, desk.now()) else None
        if claimed_line is not None:
            return carry_out(desk, claimed_line)
        if time.monotonic() > until:
            raise DocumentPending(document, line.task, Conflict("Naskah ini sedang dikerjakan."))
        time.sleep(LOOK_SECONDS)


def claim(desk: Desk, id: str, may: Callable[[Pending, dt.datetime], bool]) -> ClaimedLine | None:
    """Take the journal line of a document, for `carry_out`, if `may` says so of it; None when there is none to take."""
    now = desk.now()
    with desk.catalogue.write() as tx:
        pending = journal.claim(tx, id, process_name(), now + LEASE, lambda line: may(line, now))
        return None if pending is None else ClaimedLine(documents.get_document(tx, id), pending)


def is_free(line: Pending, now: dt.datetime) -> bool:
    """Whether nobody is at work on a journal line: it failed, its lease ran out, or its process is gone."""
    return not line.owner or line.lease <= now or has_ended(line.owner)


def is_due(line: Pending, now: dt.datetime) -> bool:
    """Whether nobody is at work on a journal line, and it does not wait for another try later."""
    return line.lease <= now or (bool(line.owner) and has_ended(line.owner))


def carry_out(desk: Desk, claimed_line: ClaimedLine) -> Document:
    """Do what a claimed line promises, and return the document as it is then. Raises DocumentPending."""
    document, pending, task = claimed_line.document, claimed_line.pending, claimed_line.pending.task
    id, number = document.id, document.revision + 1
    try:
        with desk.catalogue.read() as tx:
            dossier = dossiers.get_dossier(tx, document.dossier)
            revisions = documents.list_revisions(tx, id)
            emblem = registers.get_emblem(tx)
        record = read_record(desk.store, document, number)
        if record is None:
            record = write_revision(
                desk.store,
                document.model_copy(update=_outcome(document, task)),
                dossier,
                revise(desk, document, pending, revisions, emblem),
                task,
                number=number,
                submission=pending.submission.model_dump(mode="json"),
                snapshot=pending.snapshot,
            )
        with desk.catalogue.write() as tx:
            following = commit_record(desk, tx, record, task)
            document = documents.get_document(tx, id)
    except SignatureError as cause:
        if task.change != "sealed":
            note(desk, id, cause)
            raise DocumentPending(document, task, cause) from cause
        with desk.catalogue.write() as tx:  # a seal is promised to nobody: the document stays as it was
            journal.finish(tx, id)
            audit.record(desk, tx, task.by, Action.DOCUMENT_SEAL_FAILED, id, after={"reason": str(cause)})
        raise
    except (ConverterError, TemplateError, PdfError, StorageError) as cause:
        if isinstance(cause, (StoreUnavailable, ConverterUnavailable)) and not isinstance(cause, Busy):
            desk.places.kept_back = type(cause)(str(cause))  # without the frames and files it came from
        given_up = note(desk, id, cause)
        raise (DocumentFailed if given_up else DocumentPending)(document, task, cause) from cause
    for line in following:
        if line.document.id == id:
            document = carry_out(desk, line)
            continue
        with suppress(DocumentPending, StorageError):  # journaled: recovery does it when this did not
            carry_out(desk, line)
    return document


def note(desk: Desk, id: str, cause: Exception) -> bool:
    """Write in the journal why a task failed and give it free for another try; returns whether it is given up.

    What is away is tried again every half minute for as long as it takes. A new document that LibreOffice refuses, or
    that its template cannot make, is given up at once, and what may be chance after `MOST_TRIES`: it is tried again
    when the service starts anew, or somebody asks for it. When even the database is away, the lease runs out by itself.
    """
    with suppress(StorageError), desk.catalogue.write() as tx:
        line = journal.hold_pending(tx, id)
        if line is None or line.owner != process_name():  # another took it over when the lease had run out
            return False
        again = _next_try(line, cause, desk.now(), desk.retry)
        journal.note_failure(tx, id, str(cause), again)
        return again == journal.NEVER
    return False


def _next_try(line: Pending, cause: Exception, now: dt.datetime, retry: dt.timedelta) -> dt.datetime:
    if isinstance(cause, (StorageError, ConverterUnavailable)) and not isinstance(cause, ConverterHung):
        return now + retry
    chance = isinstance(cause, (ConversionTimedOut, ConverterHung)) or not isinstance(cause, DocgenError)
    if line.task.change == "issued" and (not chance or line.attempts + 1 >= MOST_TRIES):
        return journal.NEVER
    pause: dt.timedelta = retry * 2 ** min(line.attempts, 10)
    return now + min(pause, LONGEST_RETRY)


def _outcome(document: Document, task: Task) -> dict[str, Any]:
    """What a task makes of the document itself."""
    if task.change == "issued":
        return {"status": "issued"}
    if task.change == "voided":
        return {"status": "void", "status_reason": task.reason}
    if task.change == "superseded":
        return {"status": "superseded", "status_reason": task.reason, "replaced_by": task.other}
    return {}


def commit_record(desk: Desk, tx: Connection, record: dict[str, Any], task: Task) -> list[ClaimedLine]:
    """Enter an archived record into the catalogue and strike the line.

    Returns the journal lines that follow from it, claimed by this process: of a document that this one takes the place
    of, and of what is promised next of the document itself.
    """
    document, revision = Document.model_validate(record["document"]), Revision.model_validate(record["revision"])
    if journal.hold_pending(tx, document.id) is None:
        return []
    if documents.get_document(tx, document.id).revision >= revision.number:
        return []  # another process committed it when this one's lease had run out; the line is of what came after
    documents.add_revision(tx, revision, record["submission"], record["snapshot"])
    documents.set_document_status(tx, document.id, document.status, document.status_reason, document.replaced_by)
    if task.change == "issued":
        numbers.set_entry_status(tx, document.id, "issued")
    elif task.change == "voided":
        numbers.set_entry_status(tx, document.id, "void", document.status_reason)
    journal.finish(tx, document.id)
    outbox.tell_document(desk, tx, document.id, task.change)
    submission = Submission.model_validate(record["submission"])
    replaced = supersede(desk, tx, submission.replaces, document) if task.change == "issued" else None
    following = [] if replaced is None else [replaced]
    if task.then == "sealed":
        seal = Task(change="sealed", at=desk.now(), by=task.by, reason=SEALED)
        following.append(promise(desk, tx, document.id, seal, submission, record["snapshot"]))
        audit.record(desk, tx, task.by, Action.DOCUMENT_SEALED, document.id, after={"number": document.number})
    return following


def supersede(desk: Desk, tx: Connection, id: str, by: Document) -> ClaimedLine | None:
    """Promise that a replaced document says so; None when it is void by now, or something else is promised."""
    if not id or journal.hold_pending(tx, id) is not None:
        return None
    replaced = documents.get_document(tx, id)
    if replaced.status != "issued":
        return None
    task = Task(
        change="superseded",
        at=desk.now(),
        by=by.created_by,
        reason=f"Digantikan naskah nomor {by.number}",
        other=by.id,
    )
    claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
    told = {"status": "superseded", "reason": task.reason, "number": replaced.number}
    audit.record(desk, tx, task.by, Action.DOCUMENT_SUPERSEDED, id, before={"status": replaced.status}, after=told)
    return claimed_line
