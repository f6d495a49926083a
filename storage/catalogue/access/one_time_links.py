"""Links by which a person chooses a password: only their hashes, used once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import one_time_links
from storage.records import OneTimeLink


def add_link(tx: Connection, record: OneTimeLink) -> None:
    """Add a link."""
    tx.execute(insert(one_time_links), to_row(record, one_time_links))


def find_link(tx: Connection, hash: str) -> OneTimeLink | None:
    """Return the link with this SHA-256, also one that is used, void or over, or None."""
    row = tx.execute(select(one_time_links).where(one_time_links.c.hash == hash)).mappings().first()
    return None if row is None else to_record(OneTimeLink, row)


def use_link(tx: Connection, hash: str, now: dt.datetime) -> bool:
    """Mark a link as used; return False when it is used or void already, or over: of two at once one wins."""
    links = one_time_links.c
    open_link = (links.hash == hash) & links.used_at.is_(None) & links.void_at.is_(None) & (links.expires_at > now)
    return tx.execute(update(one_time_links).where(open_link).values(used_at=now)).rowcount == 1


def void_links(tx: Connection, user: str, now: dt.datetime) -> None:
    """Make every open link of a user void."""
    links = one_time_links.c
    open_links = (links.user == user) & links.used_at.is_(None) & links.void_at.is_(None)
    tx.execute(update(one_time_links).where(open_links).values(void_at=now))


def forget_links(tx: Connection, ended_before: dt.datetime) -> None:
    """Remove the links that were over before this moment."""
    tx.execute(delete(one_time_links).where(one_time_links.c.expires_at < ended_before))
