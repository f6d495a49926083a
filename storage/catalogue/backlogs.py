"""What waits, and for how long: small counts by index, cheap however many documents there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.catalogue.jobs import UNFINISHED
from storage.catalogue.journal import NEVER
from storage.catalogue.rows import aware
from storage.catalogue.tables import deliveries, jobs, journal, notices, registers


@dataclass(frozen=True)
class Waiting:
    """How much waits, and since when; None when nothing does."""

    count: int
    since: dt.datetime | None


def promised_revisions(tx: Connection) -> Waiting:
    """Return what is promised and not archived yet, what was given up left out."""
    promised_at = func.min(journal.c.task["at"].as_string())
    count, since = tx.execute(select(func.count(), promised_at).where(journal.c.lease < NEVER)).one()
    return Waiting(count, None if since is None else dt.datetime.fromisoformat(since))


def given_up_revisions(tx: Connection) -> int:
    """Return how many promised revisions failed for good and wait for a decision."""
    return int(tx.execute(select(func.count()).select_from(journal).where(journal.c.lease >= NEVER)).scalar_one())


def unfinished_jobs(tx: Connection) -> Mapping[str, int]:
    """Return how many jobs are queued and how many run."""
    query = select(jobs.c.status, func.count()).where(jobs.c.status.in_(UNFINISHED)).group_by(jobs.c.status)
    return dict.fromkeys(UNFINISHED, 0) | {str(status): int(count) for status, count in tx.execute(query)}


def unsent_messages(tx: Connection) -> Waiting:
    """Return the messages to webhooks that have not arrived and are not given up."""
    query = select(func.count(), func.min(deliveries.c.created_at)).where(deliveries.c.status == "pending")
    count, since = tx.execute(query).one()
    return Waiting(count, aware(since))


def due_notices(tx: Connection, now: dt.datetime) -> Mapping[str, Waiting]:
    """Return by channel the notices to people that are due and not sent."""
    is_due = (notices.c.status == "pending") & (notices.c.next_at <= now)
    query = select(notices.c.channel, func.count(), func.min(notices.c.next_at)).where(is_due)
    rows = tx.execute(query.group_by(notices.c.channel))
    return {channel: Waiting(count, aware(since)) for channel, count, since in rows}


def last_numbers(tx: Connection) -> Mapping[int, int]:
    """Return by year the last numbers of all registers, added up."""
    query = select(registers.c.year, func.sum(registers.c.last)).group_by(registers.c.year)
    return {year: int(last) for year, last in tx.execute(query)}
