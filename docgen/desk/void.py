"""Void a document: it stays in the archive and in the register, and says so everywhere."""

from __future__ import annotations

from docgen.desk.archive import read_record, write_record
from docgen.desk.desk import Desk
from docgen.errors import Conflict, FieldError, InvalidSubmission
from storage.catalogue import documents, numbers
from storage.records import Document


def void(desk: Desk, id: str, reason: str, by: str) -> Document:
    """Void an issued document, or give up a reserved number that could not be archived.

    An archived document gets a further revision whose record.json tells of it; its files stay as they are.
    Raises InvalidSubmission (no reason), Conflict (void already), RecordMissing, StoreUnavailable.
    """
    if not reason.strip():
        raise InvalidSubmission([FieldError("reason", "Tulis alasan pembatalan; alasan itu tercatat di buku agenda.")])
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        dossier = documents.get_dossier(tx, document.dossier)
        revisions = documents.list_revisions(tx, id)
    if document.status == "void":
        raise Conflict(f"Naskah {document.number} sudah dibatalkan: {document.status_reason}")
    voided = document.model_copy(update={"status": "void", "status_reason": reason.strip()})
    if revisions:
        last = revisions[-1]
        then = read_record(desk.store, document, last.number) or {}
        revision = last.model_copy(
            update={
                "number": last.number + 1,
                "created_at": desk.now(),
                "created_by": by,
                "reason": f"Dibatalkan: {reason.strip()}",
            }
        )
        contents = (then.get("submission", {}), then.get("snapshot", {}))
        write_record(desk.store, voided, dossier, revision, *contents)
    with desk.catalogue.write() as tx:
        if revisions:
            documents.add_revision(tx, revision, *contents)
        documents.set_document_status(tx, id, "void", reason.strip())
        numbers.set_entry_status(tx, id, "void", reason.strip())
        documents.finish(tx, id)
        return documents.get_document(tx, id)
