"""Void a document: it stays in the archive and in the register, marked as void."""

from __future__ import annotations

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.journal import carry_out, is_free, promise
from docgen.desk.signing.waiting import end_waiting
from docgen.desk.webhooks import outbox
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import documents, journal
from storage.catalogue.numbering import numbers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Document, Task
from storage.text import tidy


def void(desk: Desk, id: str, reason: str, by: str, within: Limits = NO_LIMITS) -> Document:
    """Void an issued document, or give up a reserved number that could not be archived.

    An archived document gets a further revision with BATAL on every page of its PDF; earlier revisions stay as they
    are. A superseded document cannot be voided, because BATAL would hide which letter replaced it. `within` limits
    which other documents an error may name. Raises InvalidSubmission (no reason), Conflict (not in force, or in work),
    RecordMissing, DocumentPending (journaled; archived later), StoreUnavailable.
    """
    reason = tidy(reason)
    if not reason:
        raise InvalidSubmission([FieldError("reason", "Tulis alasan pembatalan; alasan itu tercatat di buku agenda.")])
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        line = journal.hold_pending(tx, id) if document.status == "reserved" else None
        if document.status != "reserved" or (line is not None and not is_free(line, desk.now())):
            require(tx, document, within=within, hold=True)
        audit.record(
            desk,
            tx,
            by,
            Action.DOCUMENT_VOIDED,
            id,
            before={"status": document.status},
            after={"status": "void", "reason": reason, "number": document.number},
        )
        if document.revision == 0:
            journal.strike_line(tx, id)
            end_waiting(tx, id)
            documents.set_document_status(tx, id, "void", reason)
            numbers.set_entry_status(tx, id, "void", reason)
            outbox.add_document_event(desk, tx, id, "voided")
            return documents.get_document(tx, id)
        task = Task(change="voided", at=desk.now(), by=by, reason=reason)
        claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
    return carry_out(desk, claimed_line)
