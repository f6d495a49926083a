"""Jobs: work that runs in the background, its state and its queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import jobs, users
from storage.errors import RecordMissing
from storage.records import Job

UNFINISHED = ("queued", "running")
_STATE = [column for column in jobs.c if column.name != "request"]


def add_job(tx: Connection, job: Job) -> None:
    """Add a queued job."""
    tx.execute(insert(jobs), to_row(job, jobs))


def get_job(tx: Connection, id: str) -> Job:
    """One job. Raises RecordMissing."""
    row = tx.execute(select(jobs).where(jobs.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(f"Pekerjaan {id!r} tidak ada.")
    return to_record(Job, row)


def job_state(tx: Connection, id: str) -> Job:
    """One job without what it was asked for, which of a large batch is megabytes. Raises RecordMissing."""
    row = tx.execute(select(*_STATE).where(jobs.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(f"Pekerjaan {id!r} tidak ada.")
    return to_record(Job, {**row, "request": {}})


def update_job(tx: Connection, id: str, **values: Any) -> None:
    """Set columns of a job: status, done, total, result, error."""
    tx.execute(update(jobs).where(jobs.c.id == id).values(**values))


def unfinished_jobs(tx: Connection) -> list[Job]:
    """Return the jobs that are queued or in somebody's hands, oldest first, without what they were asked for."""
    query = select(*_STATE).where(jobs.c.status.in_(UNFINISHED)).order_by(jobs.c.id)
    return [to_record(Job, {**row, "request": {}}) for row in tx.execute(query).mappings()]


def take_job(
    tx: Connection, id: str, owner: str, now: dt.datetime, until: dt.datetime, *, ended: str = ""
) -> Job | None:
    """Take a job in hand as `owner`, believed until then; `ended` is an owner whose work is free before his time.

    Returns None when it is over, not due, or somebody else was quicker.
    """
    free = jobs.c.next_at <= now
    if ended:
        free |= jobs.c.owner == ended
    here = (jobs.c.id == id) & jobs.c.status.in_(UNFINISHED) & free
    fresh = {"status": "running", "owner": owner, "next_at": until, "attempts": jobs.c.attempts + 1, "error": None}
    row = tx.execute(update(jobs).where(here).values(fresh).returning(jobs)).mappings().first()
    return None if row is None else to_record(Job, row)


def is_in_hand(tx: Connection, job: Job) -> bool:
    """Return whether a job is in the hands it was in when it was read; until the transaction ends it stays there."""
    query = select(jobs.c.owner).where(jobs.c.id == job.id).with_for_update()
    return tx.execute(query).scalar() == job.owner


def change_in_hand(tx: Connection, job: Job, **values: Any) -> bool:
    """Set columns of a job in the hands of `job.owner`; False, and nothing is set, when it is there no more."""
    here = (jobs.c.id == job.id) & (jobs.c.owner == job.owner) & (jobs.c.status == "running")
    return bool(tx.execute(update(jobs).where(here).values(values)).rowcount)


def cancel_job(tx: Connection, id: str, error: str) -> bool:
    """End a job that is queued or in somebody's hands, who keeps it no longer; False when it was over already."""
    here = (jobs.c.id == id) & jobs.c.status.in_(UNFINISHED)
    ended = {"status": "cancelled", "error": error, "owner": ""}
    return bool(tx.execute(update(jobs).where(here).values(ended)).rowcount)


def requeue_job(tx: Connection, id: str, now: dt.datetime, **values: Any) -> bool:
    """Queue a failed or cancelled job again, with these columns changed; False when it is neither."""
    here = (jobs.c.id == id) & jobs.c.status.in_(("failed", "cancelled"))
    fresh = {"status": "queued", "owner": "", "attempts": 0, "next_at": now, "error": None, **values}
    return bool(tx.execute(update(jobs).where(here).values(fresh)).rowcount)


def list_jobs(tx: Connection, kind: str, limit: int = 20) -> list[Job]:
    """Jobs of a kind, newest first."""
    query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(limit)
    return [to_record(Job, row) for row in tx.execute(query).mappings()]


def count_jobs(tx: Connection, kind: str, by: str, since: dt.datetime) -> tuple[int, int]:
    """Return how many jobs of a kind somebody began since a moment, and how many of his are not finished.

    Nobody else counts for the same account until the transaction ends.
    """
    tx.execute(select(users.c.name).where(users.c.name == by).with_for_update())
    own = select(func.count()).where(jobs.c.kind == kind, jobs.c.created_by == by)
    begun = tx.execute(own.where(jobs.c.created_at >= since)).scalar_one()
    return begun, tx.execute(own.where(jobs.c.status.in_(UNFINISHED))).scalar_one()


def replace_result(tx: Connection, id: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Put a finished job's result in place of the one it had; False where somebody put another there meanwhile."""
    query = select(jobs.c.result).where(jobs.c.id == id).with_for_update()
    if tx.execute(query).scalar() != before:
        return False
    update_job(tx, id, result=after)
    return True
