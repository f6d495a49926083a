"""Carry out journal lines: make the next revision of a document, archive it, commit it and strike the line.

Whatever changes a document is decided and journaled in one transaction first (`issue`, `endorse`, `void` ...), then
done here. Killed anywhere in between, `docgen.desk.service.document_recovery` does it again from the same line: same
number, same words.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.notices.events import tell_of_change
from docgen.desk.revisions.attachment_report import signed_file_report
from docgen.desk.revisions.failures import note_failure_surely
from docgen.desk.revisions.number_files import numbered
from docgen.desk.revisions.revise import revise
from docgen.desk.revisions.revision_store import read_record, write_revision
from docgen.desk.webhooks import outbox
from docgen.errors import (
    Busy,
    Conflict,
    ConverterError,
    ConverterUnavailable,
    DocgenError,
    PdfError,
    SignatureError,
    TemplateError,
)
from docgen.processes.names import has_ended, process_name
from docgen.telemetry.observing import count_letter
from docgen.telemetry.tracing import span
from docgen.work_context import noted
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.journal import Pending
from storage.catalogue.numbering import foreign_numbers, numbers
from storage.catalogue.signatures import awaited
from storage.catalogue.visibility.classes import OPEN
from storage.errors import SecrecyUnavailable, StorageError, StoreUnavailable
from storage.records import IN_FORCE, Attachment, Change, Document, Dossier, Revision, Submission, Task
from wording import joined, say

LINE_LEASE = dt.timedelta(minutes=2)
PATIENCE = 30.0  # seconds a caller waits for the process that works on the same document
LOOK_SECONDS = 0.1
SEALED = "Disegel secara elektronik"
SIGNED = "Ditandatangani secara elektronik oleh {signer}"
# Changes that a SignatureError ends, and what the audit log calls that.
_GIVEN_UP: Mapping[Change, Action] = {
    "sealed": Action.DOCUMENT_SEAL_FAILED,
    "renewed": Action.DOCUMENT_RENEWAL_FAILED,
}

_PROMISED = {
    "issued": "Nomor {number} sudah dipesan dan isian Anda tersimpan, tetapi naskahnya belum dapat dibuat:",
    "endorsed": "Keputusan atas naskah {number} sudah tercatat, tetapi capnya belum dapat dibuat:",
    "voided": "Pembatalan naskah {number} sudah tercatat, tetapi arsipnya belum dapat diperbarui:",
    "superseded": "Penggantian naskah {number} sudah tercatat, tetapi arsipnya belum dapat diperbarui:",
    "attached": "Berkas untuk naskah {number} sudah diterima, tetapi arsipnya belum dapat diperbarui:",
    "numbered": "Nomor dari sistem lain untuk naskah {number} sudah tercatat, tetapi arsipnya belum dapat diperbarui:",
    "sealed": "Segel naskah {number} sudah diminta, tetapi belum dapat dibubuhkan:",
    "signed": "Tanda tangan elektronik naskah {number} sudah diterima, tetapi arsipnya belum dapat diperbarui:",
    "renewed": "Perpanjangan keabsahan naskah {number} sudah diminta, tetapi arsipnya belum dapat diperbarui:",
}


class DocumentPending(DocgenError):
    """The decision is journaled, but its revision could not be made or archived yet."""

    outlook = "Layanan menyelesaikannya sendiri begitu halangannya hilang; tidak perlu dikirim ulang."

    def __init__(self, document: Document, task: Task, cause: Exception) -> None:
        super().__init__(joined([say(_PROMISED[task.change], number=document.number), str(cause), self.outlook]))
        self.document = document


class DocumentFailed(DocumentPending):
    """A numbered document cannot be made until somebody voids it or corrects its values."""

    outlook = "Ini tidak hilang dengan sendirinya. Batalkan nomornya atau perbaiki isiannya di halaman naskah itu."


@dataclass(frozen=True)
class RevisionBasis:
    """What a document's next revision is made with: its dossier, its revisions, oldest first, and the emblem (PNG)."""

    dossier: Dossier
    revisions: Sequence[Revision] = ()
    emblem: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ClaimedLine:
    """A journal line that this process has claimed, and its document as it was then.

    The `basis` is given where the transaction that wrote the line knew it; else it is read when it is needed.
    """

    document: Document
    pending: Pending
    basis: RevisionBasis | None = None


@dataclass(frozen=True)
class ArchivedRevision:
    """A document after its journal line was carried out: as it is then, and what was archived of it.

    Without a `revision` another call archived it, and nothing but the document is known here.
    """

    document: Document
    dossier: Dossier | None = None
    submission: Submission | None = None
    revision: Revision | None = None


def promise(
    desk: Desk, tx: Connection, document: str, task: Task, submission: Submission, snapshot: dict[str, Any]
) -> ClaimedLine:
    """Journal the next revision of an archived document and return its line, claimed, for `carry_out`.

    Raises RecordConflict while the document has another journal line.
    """
    desk.require_archive()
    line = journal.add_task(tx, document, task, submission, snapshot, process_name(), desk.now() + LINE_LEASE)
    return ClaimedLine(documents.get_document(tx, document), line)


def signed_task(attachment: Attachment, at: dt.datetime, by: str) -> Task:
    """Return the task that makes a signed file, which was accepted, a document's next revision."""
    signers = [signature.signer for signature in signed_file_report(attachment).signatures if not signature.timestamp]
    reason = SIGNED.format(signer=signers[-1] if signers else "?")
    return Task(change="signed", at=at, by=by, reason=reason, attachments=[attachment])


def finish_document(desk: Desk, id: str) -> Document:
    """Carry out the journal line of a document, if it has one, and return the document.

    Waits while another process works on it, so that nothing is made twice. Raises DocumentPending, RecordMissing.
    """
    until = time.monotonic() + PATIENCE
    while True:
        with desk.catalogue.read() as tx:
            document = documents.get_document(tx, id)
            line = journal.get_pending(tx, id)
        if line is None:
            return document
        claimed_line = claim_line(desk, id, is_free) if is_free(line, desk.now()) else None
        if claimed_line is not None:
            return carry_out(desk, claimed_line)
        if time.monotonic() > until:
            raise DocumentPending(document, line.task, Conflict("Naskah ini sedang dikerjakan."))
        time.sleep(LOOK_SECONDS)


def claim_line(desk: Desk, id: str, may: Callable[[Pending, dt.datetime], bool]) -> ClaimedLine | None:
    """Claim the journal line of a document, for `carry_out`, if `may` allows it; None when there is no such line."""
    now = desk.now()
    with desk.catalogue.write() as tx:
        pending = journal.claim(tx, id, process_name(), now + LINE_LEASE, lambda line: may(line, now))
        return None if pending is None else ClaimedLine(documents.get_document(tx, id), pending)


def is_free(line: Pending, now: dt.datetime) -> bool:
    """Return whether no process works on a journal line: it failed, its lease ran out, or its process is gone."""
    return not line.owner or line.lease <= now or has_ended(line.owner)


def is_due(line: Pending, now: dt.datetime) -> bool:
    """Return whether no process works on a journal line and its next try is due."""
    return line.lease <= now or (bool(line.owner) and has_ended(line.owner))


def carry_out(desk: Desk, claimed_line: ClaimedLine) -> Document:
    """Make, archive and commit the revision of a claimed line; return the document as it is then.

    Raises DocumentPending, SignatureError (the document stays unsealed).
    """
    return archive_line(desk, claimed_line).document


def archive_line(desk: Desk, claimed_line: ClaimedLine) -> ArchivedRevision:
    """Do as `carry_out`; return the document with the revision that was archived, as it was committed."""
    document = claimed_line.document
    with (
        noted(document=document.id),
        span(f"make {document.kind}", {"docgen.change": claimed_line.pending.task.change}),
    ):
        return _archive_line(desk, claimed_line)


def _archive_line(desk: Desk, claimed_line: ClaimedLine) -> ArchivedRevision:
    document, pending, task = claimed_line.document, claimed_line.pending, claimed_line.pending.task
    id, number = document.id, document.revision + 1
    try:
        basis = claimed_line.basis or _read_basis(desk, document)
        record, text = read_record(desk.store, document, number), ""
        if record is None:
            files = revise(desk, document, pending, basis.revisions, basis.emblem)
            text = files.text
            record = write_revision(
                desk.store,
                _after(document, task),
                basis.dossier,
                files,
                task,
                number=number,
                submission=pending.submission.model_dump(mode="json"),
                snapshot=pending.snapshot,
            )
        with desk.catalogue.write() as tx:
            following = commit_record(desk, tx, record, task, text)
            if following is None:
                archived = ArchivedRevision(documents.get_document(tx, id))
            else:
                revision = Revision.model_validate(record["revision"])
                archived = ArchivedRevision(_archived(document, task), basis.dossier, pending.submission, revision)
        if following is not None and task.change == "issued":
            count_letter(document.kind, "issued")
    except SignatureError as cause:
        if task.change not in _GIVEN_UP:
            note_failure_surely(desk, pending, cause)
            raise DocumentPending(document, task, cause) from cause
        with desk.catalogue.write() as tx:  # nobody relies on what failed: the document stays as it was
            journal.strike_line(tx, id)
            audit.record(desk, tx, task.by, _GIVEN_UP[task.change], id, after={"reason": str(cause)})
        raise
    except (ConverterError, TemplateError, PdfError, StorageError) as cause:
        says_nothing_of_others = isinstance(cause, (Busy, SecrecyUnavailable))
        if isinstance(cause, (StoreUnavailable, ConverterUnavailable)) and not says_nothing_of_others:
            desk.places.kept_back = type(cause)(str(cause))  # without the frames and files it came from
        given_up = note_failure_surely(desk, pending, cause)
        if task.change == "issued":
            count_letter(document.kind, "failed" if given_up else "delayed")
        raise (DocumentFailed if given_up else DocumentPending)(document, task, cause) from cause
    for line in following or ():
        if line.document.id == id:
            archived = archive_line(desk, line)
            continue
        with suppress(DocumentPending, StorageError):  # journaled: recovery does it when this did not
            carry_out(desk, line)
    return archived


def _read_basis(desk: Desk, document: Document) -> RevisionBasis:
    with desk.catalogue.read() as tx:
        dossier = dossiers.get_dossier(tx, document.dossier)
        return RevisionBasis(dossier, documents.list_revisions(tx, document.id), registers.get_emblem(tx))


def _after(document: Document, task: Task) -> Document:
    """Return a document as its task leaves it."""
    if task.change == "numbered" and task.number is not None:
        return numbered(document, task.number)
    return document.model_copy(update=_status_after(document, task))


def _archived(document: Document, task: Task) -> Document:
    """Return a document as it is when the revision that its task asks for is archived."""
    return _after(document, task).model_copy(update={"revision": document.revision + 1})


def _status_after(document: Document, task: Task) -> dict[str, Any]:
    """Return the fields of a document that its task changes."""
    if task.change == "issued":
        return {"status": "awaiting_number" if document.numbering else "issued"}
    if task.change == "voided":
        return {"status": "void", "status_reason": task.reason}
    if task.change == "superseded":
        return {"status": "superseded", "status_reason": task.reason, "replaced_by": task.other}
    return {}


def commit_record(
    desk: Desk, tx: Connection, record: dict[str, Any], task: Task, text: str
) -> list[ClaimedLine] | None:
    """Enter an archived record into the catalogue and finish its journal line.

    `text` is what its PDF says, "" where nobody knows: the words of that are read later.
    Returns the claimed journal lines that follow from it: of the document that this one replaces, and of what is
    promised next of the document itself; None when another process entered it since this one's lease ran out.
    """
    document, revision = Document.model_validate(record["document"]), Revision.model_validate(record["revision"])
    if not journal.finish_line(tx, document.id, revision.number):
        return None
    documents.add_revision(tx, document, revision, record["submission"], record["snapshot"])
    if text:
        documents.put_text(tx, document, revision.number, record["snapshot"], text)
    if task.change == "issued":
        numbers.set_entry_status(tx, document.id, "issued")
    elif task.change == "voided":
        numbers.set_entry_status(tx, document.id, "void", document.status_reason)
        foreign_numbers.set_status(tx, document.id, "void")
    elif task.change == "numbered" and task.number is not None:
        documents.set_number(tx, document, task.number.number)
    if _ends_wait(task):
        awaited.remove(tx, document.id)
    outbox.add_document_event(desk, tx, document.id, task.change)
    tell_of_change(desk, tx, document, task)
    submission = Submission.model_validate(record["submission"])
    replaced = supersede(desk, tx, submission.replaces, document) if task.change == "issued" else None
    following = [] if replaced is None else [replaced]
    if task.then == "sealed":
        seal = Task(change="sealed", at=desk.now(), by=task.by, reason=SEALED)
        following.append(promise(desk, tx, document.id, seal, submission, record["snapshot"]))
        audit.record(desk, tx, task.by, Action.DOCUMENT_SEALED, document.id, after={"number": document.number})
    if task.then == "signed" and task.signed is not None:
        signature = signed_task(task.signed, desk.now(), task.by)
        following.append(promise(desk, tx, document.id, signature, submission, record["snapshot"]))
        audit.record(desk, tx, task.by, Action.DOCUMENT_SIGNED, document.id, after={"number": document.number})
    return following


def _ends_wait(task: Task) -> bool:
    """Return whether a document waits for no electronic signature after this: it is signed, or in force no more.

    A signed file that came counts where a signature in it is trusted: a forged one takes nobody's turn.
    """
    return task.change in ("signed", "voided", "superseded") or any(
        attachment.sort == "scan" or (attachment.sort == "signed" and signed_file_report(attachment).valid_signatures)
        for attachment in task.attachments
    )


def supersede(desk: Desk, tx: Connection, id: str, by: Document) -> ClaimedLine | None:
    """Journal the revision that marks a replaced document; None when it is void by now, or has another journal line."""
    if not id or journal.hold_pending(tx, id) is not None:
        return None
    replaced = documents.get_document(tx, id)
    if replaced.status not in IN_FORCE:
        return None
    task = Task(
        change="superseded",
        at=desk.now(),
        by=by.created_by,
        reason=f"Diganti naskah nomor {by.number}"
        if by.security in OPEN and by.status != "awaiting_number"
        else "Diganti naskah lain",
        other=by.id,
    )
    claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
    after = {"status": "superseded", "reason": task.reason, "number": replaced.number}
    audit.record(desk, tx, task.by, Action.DOCUMENT_SUPERSEDED, id, before={"status": replaced.status}, after=after)
    return claimed_line
