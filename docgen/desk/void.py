"""Void a document: it stays in the archive and in the register, and says so everywhere."""

from __future__ import annotations

from docgen.desk.archive import write_record
from docgen.desk.desk import Desk
from docgen.desk.recovery import is_free
from docgen.errors import Conflict, FieldError, InvalidSubmission
from storage.catalogue import documents, numbers
from storage.records import Document, Revision


def void(desk: Desk, id: str, reason: str, by: str) -> Document:
    """Void an issued document, or give up a reserved number that could not be archived.

    An archived document gets a further revision whose record.json tells of it; its files stay as they are.
    Raises InvalidSubmission (no reason), Conflict (void already, or being finished at this moment), RecordMissing,
    StoreUnavailable.
    """
    if not reason.strip():
        raise InvalidSubmission([FieldError("reason", "Tulis alasan pembatalan; alasan itu tercatat di buku agenda.")])
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        dossier = documents.get_dossier(tx, document.dossier)
        revisions = documents.list_revisions(tx, id)
        submission, snapshot = documents.get_contents(tx, id)
    if document.status == "void":
        raise Conflict(f"Naskah {document.number} sudah dibatalkan: {document.status_reason}")
    voided = document.model_copy(update={"status": "void", "status_reason": reason.strip()})
    if revisions:
        last = revisions[-1]
        revision = last.model_copy(
            update={
                "number": last.number + 1,
                "created_at": desk.now(),
                "created_by": by,
                "reason": f"Dibatalkan: {reason.strip()}",
            }
        )
        record = write_record(desk.store, voided, dossier, revision, submission.model_dump(mode="json"), snapshot)
        # An attempt that was killed before its commit has left a record: what lies in the archive counts.
        voided, revision = Document.model_validate(record["document"]), Revision.model_validate(record["revision"])
    with desk.catalogue.write() as tx:
        line = documents.get_pending(tx, id)
        at_work = line is not None and line.owner and not is_free(line, desk.now())
        if at_work or documents.get_document(tx, id).status != document.status:
            raise Conflict(f"Naskah {document.number} sedang dikerjakan. Tunggu sebentar, lalu coba lagi.")
        if revisions:
            documents.add_revision(tx, revision, record["submission"], record["snapshot"])
        documents.set_document_status(tx, id, "void", voided.status_reason)
        numbers.set_entry_status(tx, id, "void", voided.status_reason)
        documents.finish(tx, id)
        return documents.get_document(tx, id)
