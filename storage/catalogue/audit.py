"""The audit log: append-only lines, each sealed with the hash of the line before, so that no change goes unnoticed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, or_, select, update

from storage.catalogue.rows import IDS, aware, in_parts, like, to_record, to_row, upsert
from storage.catalogue.tables import assets, audit, audit_head, documents, dossiers, officials
from storage.records import Event
from storage.text import json_text

VEILED = {"veiled": True}  # what `after` of a line says whose content could not be read when the catalogue was built
FIRST = "0" * 64  # the `previous` hash of the first line

# Statements that every letter executes are built once: to build one takes longer than to run it.
_ADD = insert(audit)
_HEAD = update(audit_head).where(audit_head.c.id == 1)
_ADVANCE = _HEAD.values(sequence=audit_head.c.sequence + 1).returning(audit_head.c.sequence, audit_head.c.hash)


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
    head = tx.execute(_ADVANCE).first()
    if head is None:
        _begin_chain(tx)
        head = tx.execute(_ADVANCE).one()
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
    event = event.model_copy(update={"hash": chain_hash(event)})
    tx.execute(_ADD, to_row(event, audit))
    tx.execute(_HEAD, {"hash": event.hash})
    return event


def chain_hash(event: Event) -> str:
    """Return the SHA-256 in hex over everything a line says, including the hash of the line before it.

    It is taken over the line's JSON with sorted keys, without white space, as UTF-8, `hash` left out.
    """
    content = event.model_dump(mode="json", exclude={"hash"})
    return hashlib.sha256(json_text(content, sort_keys=True, compact=True).encode()).hexdigest()


@dataclass(frozen=True)
class EventFilter:
    """Which lines to list; empty values do not narrow.

    `since` (inclusive) and `until` (exclusive) are moments with a zone; `group` is the first part of an action, e.g.
    "document"; every word of `words` must stand in the subject, or in what its document, dossier, asset or official
    is found by.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    actor: str = ""
    words: str = ""
    group: str = ""


def list_events(
    tx: Connection,
    event_filter: EventFilter | None = None,
    *,
    subject: str = "",
    before: int | None = None,
    limit: int = 100,
) -> list[Event]:
    """Return the lines that pass the filter, newest first: about one `subject`, and before a sequence number."""
    query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    if subject:
        query = query.where(audit.c.subject == subject)
    if before is not None:
        query = query.where(audit.c.sequence < before)
    query = _apply_filter(query, event_filter or EventFilter())
    return [to_record(Event, row) for row in tx.execute(query).mappings()]


def subjects_with_action(
    tx: Connection, action: str, subjects: Sequence[str], actor: str, since: dt.datetime
) -> set[str]:
    """Return which of these subjects have a line of this action by this actor since a moment."""
    lines = audit.c.subject.in_(IDS), audit.c.action == action
    query = select(audit.c.subject).where(*lines, audit.c.actor == actor, audit.c.at > since)
    return {row.subject for row in in_parts(tx, query, subjects)}


def subjects_ever(tx: Connection, action: str, subjects: Sequence[str]) -> set[str]:
    """Return which of these few subjects have a line of this action by anybody."""
    query = select(audit.c.subject).where(audit.c.subject.in_(subjects), audit.c.action == action)
    return set(tx.execute(query).scalars())


def last_event(tx: Connection) -> Event | None:
    """Return the newest line, or None; its sequence number is how many there are."""
    return next(iter(list_events(tx, limit=1)), None)


def first_moment(tx: Connection) -> dt.datetime | None:
    """Return when the first line was written; None while there is none."""
    row = tx.execute(select(audit.c.at).order_by(audit.c.sequence).limit(1)).first()
    return aware(row.at) if row is not None else None


def events_after(tx: Connection, sequence: int, limit: int = 1000) -> list[Event]:
    """Return the next lines after a sequence number, oldest first."""
    query = select(audit).where(audit.c.sequence > sequence).order_by(audit.c.sequence).limit(limit)
    return [to_record(Event, row) for row in tx.execute(query).mappings()]


def events_of(tx: Connection, actions: Sequence[str], subjects: Sequence[str] | None = None) -> list[Event]:
    """Return every line of these actions, oldest first. With `subjects`, which have an index, the log is not walked."""
    query = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.sequence)
    if subjects is not None:
        query = query.where(audit.c.subject.in_(subjects))
    return [to_record(Event, row) for row in tx.execute(query).mappings()]


def all_events(tx: Connection) -> Iterator[Event]:
    """Yield every line from the first on, reading a page at a time."""
    last = 0
    while page := events_after(tx, last):
        yield from page
        last = page[-1].sequence


def check_chain(tx: Connection) -> list[str]:
    """Return what is wrong with the chain, as Indonesian sentences; empty when every line is as it was written."""
    problems = []
    expected, previous = 1, FIRST
    for event in all_events(tx):
        if event.sequence != expected:
            problems.append(f"Jejak audit: baris {expected} hilang.")
        elif event.previous != previous:
            problems.append(f"Jejak audit: baris {event.sequence} tidak menyambung pada baris sebelumnya.")
        if event.after == VEILED and not event.before:
            problems.append(f"Jejak audit: isi baris {event.sequence} terenkripsi dan tidak terbaca tanpa kunci arsip.")
        elif chain_hash(event) != event.hash:
            problems.append(f"Jejak audit: baris {event.sequence} berubah sejak ditulis.")
        expected, previous = event.sequence + 1, event.hash
    head = tx.execute(select(audit_head.c.sequence, audit_head.c.hash)).first()
    if head is not None and (head.sequence, head.hash) != (expected - 1, previous):
        problems.append(f"Jejak audit: baris terakhir ({head.sequence}) hilang atau berubah.")
    if head is None and expected > 1:
        problems.append("Jejak audit: penanda baris terakhir hilang.")
    return problems


def _apply_filter(query: Select[Any], event_filter: EventFilter) -> Select[Any]:
    if event_filter.since is not None:
        query = query.where(audit.c.at >= event_filter.since.astimezone(dt.UTC))
    if event_filter.until is not None:
        query = query.where(audit.c.at < event_filter.until.astimezone(dt.UTC))
    if event_filter.actor:
        query = query.where(func.lower(audit.c.actor).like(like(event_filter.actor), escape="\\"))
    if event_filter.group:
        query = query.where(audit.c.action.like(like(f"{event_filter.group}.").removeprefix("%"), escape="\\"))
    for word in event_filter.words.split():
        query = query.where(_matches_word(word))
    return query


def _matches_word(word: str) -> ColumnElement[bool]:
    """Return the condition that a line is about something that is found by this word."""
    pattern = like(word)
    subjects = [
        select(documents.c.id).where(documents.c.search.like(pattern, escape="\\")),
        select(dossiers.c.id).where(func.lower(dossiers.c.title).like(pattern, escape="\\")),
        select(assets.c.nibar).where(assets.c.search.like(pattern, escape="\\")),
        select(officials.c.id).where(func.lower(officials.c.name).like(pattern, escape="\\")),
    ]
    is_subject = func.lower(audit.c.subject).like(pattern, escape="\\")
    return or_(is_subject, *(audit.c.subject.in_(query) for query in subjects))


def _begin_chain(tx: Connection) -> None:
    """Begin the chain; another transaction may have done so in the meantime."""
    tx.execute(upsert(tx, audit_head).values(id=1, sequence=0, hash=FIRST).on_conflict_do_nothing())
