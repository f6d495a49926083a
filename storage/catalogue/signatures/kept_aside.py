"""Files that came as the signed copy of a letter and were refused."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import kept_aside
from storage.errors import RecordMissing
from storage.records import KeptAside


def add(tx: Connection, row: KeptAside) -> None:
    """Add a refused file."""
    tx.execute(insert(kept_aside).values(to_row(row, kept_aside)))


def get(tx: Connection, id: str) -> KeptAside:
    """Return a refused file. Raises RecordMissing."""
    row = tx.execute(select(kept_aside).where(kept_aside.c.id == id)).mappings().first()
    if row is None:
        raise missing()
    return to_record(KeptAside, row)


def missing() -> RecordMissing:
    """Return the error for a refused file that is not there, or that somebody may not know of."""
    return RecordMissing("Berkas ini tidak ada di antara berkas yang ditolak.")


def of_document(tx: Connection, document: str) -> list[KeptAside]:
    """Return the refused files of a document, oldest first."""
    query = select(kept_aside).where(kept_aside.c.document == document).order_by(kept_aside.c.id)
    return [to_record(KeptAside, row) for row in tx.execute(query).mappings()]


def list_newest(tx: Connection, limit: int) -> list[KeptAside]:
    """Return the refused files, newest first."""
    query = select(kept_aside).order_by(kept_aside.c.id.desc()).limit(limit)
    return [to_record(KeptAside, row) for row in tx.execute(query).mappings()]


def count_unseen(tx: Connection) -> int:
    """Return how many refused files no administrator has seen."""
    query = select(func.count()).select_from(kept_aside).where(kept_aside.c.seen_at.is_(None))
    return int(tx.execute(query).scalar() or 0)


def mark_seen(tx: Connection, id: str, at: dt.datetime, by: str) -> KeptAside:
    """Note who has seen a refused file first, and return it. Raises RecordMissing."""
    row = get(tx, id)
    if row.seen_at is not None:
        return row
    tx.execute(update(kept_aside).where(kept_aside.c.id == id).values(seen_at=at, seen_by=by))
    return get(tx, id)
