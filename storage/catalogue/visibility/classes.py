"""Security classes of documents: the class a letter was issued under, and whom each class is closed to.

Of class B (biasa) a letter is open to all who read; T, R and SR are not, nor is one of which the class is not known,
which counts as secret.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, func, select, update

from storage.catalogue.rows import IDS, in_parts
from storage.catalogue.tables import documents, journal, revisions

OPEN = ("B",)  # read by all who read at all
UNRECORDED = ("B", "T")  # readings of other classes are recorded
ENCRYPTED = ("R", "SR")  # lie encrypted in the archive

_CLASSES = select(documents.c.id, documents.c.security).where(documents.c.id.in_(IDS))


def classes_of(tx: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the class of each of these documents by id, "" where it is not known; those that do not exist are left
    out."""
    return {row.id: row.security for row in in_parts(tx, _CLASSES, ids)}


def closed_documents(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these documents are not open to all who read: of class T, R or SR, or of an unknown class."""
    return {id for id, security in classes_of(tx, ids).items() if security not in OPEN}


def is_closed(tx: Connection, id: str) -> bool:
    """Return whether a document is of class T, R or SR, or of an unknown class."""
    return bool(closed_documents(tx, [id]))


def secret_documents(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these documents are of class R or SR, or of an unknown class."""
    return {id for id, security in classes_of(tx, ids).items() if security not in UNRECORDED}


def encrypted_documents(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these documents are of a class whose objects lie encrypted."""
    return {id for id, security in classes_of(tx, ids).items() if security in ENCRYPTED}


def is_secret(tx: Connection, id: str) -> bool:
    """Return whether a document is of class R or SR, or of an unknown class."""
    return bool(secret_documents(tx, [id]))


def set_missing_classes(tx: Connection) -> None:
    """Set the class of documents that came without one, e.g. in a segment of an earlier version, by their snapshot."""
    archived = select(_class_in(revisions)).where(
        revisions.c.document == documents.c.id, revisions.c.number == documents.c.revision
    )
    waiting = select(_class_in(journal)).where(journal.c.document == documents.c.id)
    security_class = func.coalesce(archived.scalar_subquery(), waiting.scalar_subquery(), "")
    tx.execute(update(documents).where(documents.c.security == "").values(security=security_class))


def _class_in(table: Table) -> ColumnElement[str]:
    column: ColumnElement[str] = table.c.snapshot["office"]["security_code"].as_string()
    return column
