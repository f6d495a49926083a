"""Letters that wait for an official's electronic signature."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from storage.catalogue.rows import IDS, in_parts, to_record, to_row
from storage.catalogue.tables import awaited_signatures, documents
from storage.records import AwaitedSignature

_OF_DOCUMENTS = select(awaited_signatures).where(awaited_signatures.c.document.in_(IDS))


def put(tx: Connection, row: AwaitedSignature) -> None:
    """Write that a letter waits; what it waited for before is replaced."""
    values = to_row(row, awaited_signatures)
    change = update(awaited_signatures).where(awaited_signatures.c.document == row.document).values(values)
    if not tx.execute(change).rowcount:
        tx.execute(insert(awaited_signatures).values(values))


def remove(tx: Connection, document: str) -> None:
    """End the wait of a letter."""
    tx.execute(delete(awaited_signatures).where(awaited_signatures.c.document == document))


def find(tx: Connection, ids: Sequence[str]) -> dict[str, AwaitedSignature]:
    """Return what these letters wait for, by id; letters that do not wait are left out."""
    return {row.document: to_record(AwaitedSignature, row._asdict()) for row in in_parts(tx, _OF_DOCUMENTS, ids)}


def list_of(
    tx: Connection, officials: Collection[str] | None = None, *, in_force: bool = False
) -> list[AwaitedSignature]:
    """Return the letters that wait for these officials, or all that wait, the longest first.

    With `in_force` those are left out that are not made yet.
    """
    query = select(awaited_signatures).order_by(awaited_signatures.c.since, awaited_signatures.c.document)
    if in_force:
        # Not joined: SQLite would begin at all letters in force, of which few wait.
        letter = documents.c.id == awaited_signatures.c.document
        query = query.where(select(documents.c.status).where(letter).scalar_subquery() == "issued")
    if officials is not None:
        query = query.where(awaited_signatures.c.official.in_(list(officials)))
    return [to_record(AwaitedSignature, row) for row in tx.execute(query).mappings()]
