"""Security classes of documents: the class a letter was issued under, and the classes everybody may read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, func, select, update

from storage.catalogue.tables import documents, journal, revisions

OPEN = ("B", "T")  # read by all who read at all; R and SR are not, nor is a document of which the class is not known
ENCRYPTED = ("R", "SR")


def secret_documents(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these documents are of class R or SR, or of an unknown class."""
    secret_ids: set[str] = set()
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents.c.id).where(documents.c.id.in_(ids[start : start + 500]))
        secret_ids |= set(tx.execute(query.where(documents.c.security.not_in(OPEN))).scalars())
    return secret_ids


def encrypted_documents(tx: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these documents are of a class whose objects lie encrypted."""
    encrypted_ids: set[str] = set()
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents.c.id).where(documents.c.id.in_(ids[start : start + 500]))
        encrypted_ids |= set(tx.execute(query.where(documents.c.security.in_(ENCRYPTED))).scalars())
    return encrypted_ids


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
