"""The audit log: append-only lines, each sealed with the hash of the one before: none can be changed unseen."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import audit, audit_head
from storage.records import Event

FIRST = "0" * 64  # what the first line names as the one before it


def append(
    tx: Connection,
    *,
    at: dt.datetime,
    actor: str,
    origin: str,
    action: str,
    subject: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> Event:
    """Add a line and return it. Its place in the chain is locked until the caller's transaction ends."""
    advance = update(audit_head).where(audit_head.c.id == 1).values(sequence=audit_head.c.sequence + 1)
    head = tx.execute(advance.returning(audit_head.c.sequence, audit_head.c.hash)).first()
    if head is None:
        _open(tx)
        head = tx.execute(advance.returning(audit_head.c.sequence, audit_head.c.hash)).one()
    event = Event(
        sequence=head.sequence,
        at=at.astimezone(dt.UTC),
        actor=actor[:300],
        origin=origin[:300],
        action=action,
        subject=subject[:300],
        before=before,
        after=after,
        previous=head.hash,
        hash="",
    )
    event = event.model_copy(update={"hash": seal(event)})
    tx.execute(insert(audit).values(to_row(event, audit)))
    tx.execute(update(audit_head).where(audit_head.c.id == 1).values(hash=event.hash))
    return event


def seal(event: Event) -> str:
    """The SHA-256 in hex over everything a line says, the hash of the line before it among it.

    Over its JSON with sorted keys, without white space, as UTF-8, `hash` left out.
    """
    said = event.model_dump(mode="json", exclude={"hash"})
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def list_events(tx: Connection, *, subject: str = "", before: int | None = None, limit: int = 100) -> list[Event]:
    """Lines, newest first: about one subject, and from before a sequence number on."""
    query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    if subject:
        query = query.where(audit.c.subject == subject)
    if before is not None:
        query = query.where(audit.c.sequence < before)
    return [to_record(Event, row) for row in tx.execute(query).mappings()]


def all_events(tx: Connection) -> Iterator[Event]:
    """Every line from the first on, read as they are asked for."""
    last = 0
    while True:
        query = select(audit).where(audit.c.sequence > last).order_by(audit.c.sequence).limit(1000)
        page = [to_record(Event, row) for row in tx.execute(query).mappings()]
        yield from page
        if len(page) < 1000:
            return
        last = page[-1].sequence


def check_chain(tx: Connection) -> list[str]:
    """What is wrong with the chain, a sentence each in Indonesian; empty when every line is as it was written."""
    problems = []
    expected, previous = 1, FIRST
    for event in all_events(tx):
        if event.sequence != expected:
            problems.append(f"Jejak audit: baris {expected} hilang.")
        elif event.previous != previous:
            problems.append(f"Jejak audit: baris {event.sequence} tidak menyambung pada baris sebelumnya.")
        if seal(event) != event.hash:
            problems.append(f"Jejak audit: baris {event.sequence} berubah sejak ditulis.")
        expected, previous = event.sequence + 1, event.hash
    head = tx.execute(select(audit_head.c.sequence, audit_head.c.hash)).first()
    if head is not None and (head.sequence, head.hash) != (expected - 1, previous):
        problems.append(f"Jejak audit: baris terakhir ({head.sequence}) hilang atau berubah.")
    if head is None and expected > 1:
        problems.append("Jejak audit: penanda baris terakhir hilang.")
    return problems


def _open(tx: Connection) -> None:
    """Begin the chain; another transaction may have done so in the meantime."""
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    tx.execute(upsert(audit_head).values(id=1, sequence=0, hash=FIRST).on_conflict_do_nothing())
