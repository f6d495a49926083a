"""Keep a file that was refused, for the administrator: it may tell of an attack, or of a fault of the service."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.notices.events import tell_of_refused
from docgen.desk.revisions.uploads import store_upload
from storage.catalogue.signatures import kept_aside
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, is_document_visible, visible_documents
from storage.records import Document, KeptAside, StoredFile


def store_refused(desk: Desk, data: bytes, *, secret: bool = False) -> StoredFile:
    """Store a refused file as it came; it says that it is a PDF, and nobody opens it. Raises StoreUnavailable."""
    return store_upload(desk, data, "pdf", secret=secret)


def keep_aside(
    desk: Desk, tx: Connection, document: Document, official: str, by: str, reason: str, file: StoredFile
) -> KeptAside:
    """Note a refused file of a document, in the caller's transaction; administrators are told."""
    row = KeptAside(
        id=str(ULID()).lower(),
        document=document.id,
        official=official,
        at=desk.now(),
        by=by,
        reason=reason,
        file=file,
    )
    kept_aside.add(tx, row)
    details = {"number": document.number, "official": official, "reason": reason, "sha256": file.sha256}
    tell_of_refused(desk, tx, document, row.id)
    audit.record(desk, tx, by, Action.SIGNATURE_REFUSED, document.id, after=details)
    return row


def list_refused(tx: Connection, within: Limits = NO_LIMITS, limit: int = 200) -> Sequence[KeptAside]:
    """Return the refused files of letters within the limits, newest first."""
    rows = kept_aside.list_newest(tx, limit)
    visible = visible_documents(tx, [row.document for row in rows], within)
    return [row for row in rows if row.document in visible]


def get_refused(tx: Connection, id: str, within: Limits = NO_LIMITS) -> KeptAside:
    """Return a refused file. Raises RecordMissing, also for a file of a letter outside of the limits."""
    row = kept_aside.get(tx, id)
    if not is_document_visible(tx, row.document, within):
        raise kept_aside.missing()
    return row


def mark_seen(desk: Desk, id: str, by: str) -> KeptAside:
    """Note that an administrator has seen a refused file; it stays in the list. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        before = kept_aside.get(tx, id)
        row = kept_aside.mark_seen(tx, id, desk.now(), by)
        if before.seen_at is None:
            details = {"sha256": row.file.sha256}
            audit.record(desk, tx, by, Action.REFUSED_FILE_SEEN, row.document, after=details)
        return row
