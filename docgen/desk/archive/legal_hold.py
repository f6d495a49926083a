"""Legal hold: what a court or an auditor looks at cannot be removed, whatever its retention, until it is released."""

from __future__ import annotations

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.revisions.revision_store import record_key
from storage.catalogue import documents


def hold(desk: Desk, id: str, on_hold: bool, by: str) -> int:
    """Put every archived object of a document under legal hold, or release it; return how many objects.

    Revisions that are made later are not held by it. Raises RecordMissing, StorageError (no Object Lock there).
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        revisions = documents.list_revisions(tx, id)
    keys = {file.key for revision in revisions for file in revision.files}
    keys |= {record_key(desk.store, document, revision.number) for revision in revisions}
    for key in sorted(keys):
        desk.store.hold(key, on_hold)
    with desk.catalogue.write() as tx:
        action = Action.DOCUMENT_HELD if on_hold else Action.DOCUMENT_RELEASED
        audit.record(desk, tx, by, action, id, after={"number": document.number, "objects": len(keys)})
    return len(keys)
