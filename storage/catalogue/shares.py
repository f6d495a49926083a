"""Share links of documents."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import shares
from storage.errors import RecordMissing
from storage.link_records import Share

UNKNOWN = "Tautan ini tidak dikenal."


def add_share(tx: Connection, share: Share) -> None:
    """Add a share link."""
    tx.execute(insert(shares).values(to_row(share, shares)))


def get_share(tx: Connection, id: str) -> Share:
    """Return one share link. Raises RecordMissing."""
    row = tx.execute(select(shares).where(shares.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(UNKNOWN)
    return to_record(Share, row)


def list_shares(tx: Connection, document: str) -> list[Share]:
    """Return the share links of a document, newest first."""
    query = select(shares).where(shares.c.document == document).order_by(shares.c.id.desc())
    return [to_record(Share, row) for row in tx.execute(query).mappings()]


def revoke_share(tx: Connection, id: str, now: dt.datetime) -> None:
    """Revoke a share link; one that is revoked stays as it is."""
    tx.execute(update(shares).where(shares.c.id == id, shares.c.revoked_at.is_(None)).values(revoked_at=now))


def count_use(tx: Connection, id: str, now: dt.datetime) -> None:
    """Count one opening."""
    tx.execute(update(shares).where(shares.c.id == id).values(uses=shares.c.uses + 1, last_used_at=now))
