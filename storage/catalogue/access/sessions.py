"""Sessions of people who are signed in: one row for each browser."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import sessions
from storage.records import Session


def add_session(tx: Connection, record: Session) -> None:
    """Add a session."""
    tx.execute(insert(sessions), to_row(record, sessions))


def find_session(tx: Connection, id: str) -> Session | None:
    """Return the session with this id, or None."""
    row = tx.execute(select(sessions).where(sessions.c.id == id)).mappings().first()
    return None if row is None else to_record(Session, row)


def list_sessions(tx: Connection, user: str | None) -> list[Session]:
    """Return the sessions of a user, of everybody with None, the one seen last first."""
    query = select(sessions).order_by(sessions.c.seen_at.desc(), sessions.c.id)
    query = query if user is None else query.where(sessions.c.user == user)
    return [to_record(Session, row) for row in tx.execute(query).mappings()]


def note_seen(tx: Connection, id: str, now: dt.datetime, unless_since: dt.datetime) -> None:
    """Record that a session was used, unless that was recorded after `unless_since`."""
    tx.execute(update(sessions).where(sessions.c.id == id, sessions.c.seen_at <= unless_since).values(seen_at=now))


def note_confirmed(tx: Connection, id: str, now: dt.datetime) -> None:
    """Record that the person of a session proved again who they are."""
    tx.execute(update(sessions).where(sessions.c.id == id).values(confirmed_at=now))


def end_session(tx: Connection, id: str, user: str) -> None:
    """End a session of this user; nothing happens when there is none."""
    tx.execute(delete(sessions).where(sessions.c.id == id, sessions.c.user == user))


def end_sessions(tx: Connection, user: str) -> int:
    """End every session of a user; return how many there were."""
    return tx.execute(delete(sessions).where(sessions.c.user == user)).rowcount


def forget_sessions(tx: Connection, begun_before: dt.datetime, seen_before: dt.datetime) -> None:
    """Remove the sessions that began, or were seen last, before these moments."""
    tx.execute(delete(sessions).where(or_(sessions.c.created_at < begun_before, sessions.c.seen_at < seen_before)))
