"""Jobs: work that runs in the background, its state and its queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import jobs, users
from storage.errors import RecordMissing
from storage.records import Job
from wording import say

UNFINISHED = ("queued", "running")
_STATE = [column for column in jobs.c if column.name != "request"]


def add_job(tx: Connection, job: Job) -> None:
    """Add a queued job."""
    tx.execute(insert(jobs), to_row(job, jobs))


def get_job(tx: Connection, id: str) -> Job:
    """Return one job. Raises RecordMissing."""
    row = tx.execute(select(jobs).where(jobs.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(say("Pekerjaan {id} tidak ada.", id=repr(id)))
    return to_record(Job, row)


def job_state(tx: Connection, id: str) -> Job:
    """Return one job without its request, which of a large batch is megabytes. Raises RecordMissing."""
    row = tx.execute(select(*_STATE).where(jobs.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(say("Pekerjaan {id} tidak ada.", id=repr(id)))
    return to_record(Job, {**row, "request": {}})


def update_job(tx: Connection, id: str, **values: Any) -> None:
    """Set columns of a job: status, done, total, result, error."""
    tx.execute(update(jobs).where(jobs.c.id == id).values(**values))


def unfinished_jobs(tx: Connection) -> list[Job]:
    """Return the jobs that are queued or running, oldest first, without their requests."""
    query = select(*_STATE).where(jobs.c.status.in_(UNFINISHED)).order_by(jobs.c.id)
    return [to_record(Job, {**row, "request": {}}) for row in tx.execute(query).mappings()]


def claim_job(
    tx: Connection, id: str, owner: str, now: dt.datetime, until: dt.datetime, *, ended: str = ""
) -> Job | None:
    """Claim a job for `owner` until `until` and return it; a job of `ended`, an owner that is gone, is free at once.

    Returns None when it is over, not due, or another process was quicker.
    """
    free = jobs.c.next_at <= now
    if ended:
        free |= jobs.c.owner == ended
    is_claimable = (jobs.c.id == id) & jobs.c.status.in_(UNFINISHED) & free
    claimed = {"status": "running", "owner": owner, "next_at": until, "attempts": jobs.c.attempts + 1, "error": None}
    row = tx.execute(update(jobs).where(is_claimable).values(claimed).returning(jobs)).mappings().first()
    return None if row is None else to_record(Job, row)


def is_still_owner(tx: Connection, job: Job) -> bool:
    """Return whether a job still has the owner it was read with, and lock it until the transaction ends."""
    query = select(jobs.c.owner).where(jobs.c.id == job.id).with_for_update()
    return tx.execute(query).scalar() == job.owner


def update_owned_job(tx: Connection, job: Job, **values: Any) -> bool:
    """Set columns of a job while `job.owner` runs it; return False, and set nothing, when it has another owner now."""
    is_owned = (jobs.c.id == job.id) & (jobs.c.owner == job.owner) & (jobs.c.status == "running")
    return bool(tx.execute(update(jobs).where(is_owned).values(values)).rowcount)


def cancel_job(tx: Connection, id: str, error: str) -> bool:
    """Cancel a job that is queued or running, and take it from its owner; return False when it was over already."""
    is_unfinished = (jobs.c.id == id) & jobs.c.status.in_(UNFINISHED)
    cancelled = {"status": "cancelled", "error": error, "owner": ""}
    return bool(tx.execute(update(jobs).where(is_unfinished).values(cancelled)).rowcount)


def requeue_job(tx: Connection, id: str, now: dt.datetime, **values: Any) -> bool:
    """Queue a failed or cancelled job again, with these columns changed; return False when it is neither."""
    is_over = (jobs.c.id == id) & jobs.c.status.in_(("failed", "cancelled"))
    queued = {"status": "queued", "owner": "", "attempts": 0, "next_at": now, "error": None, **values}
    return bool(tx.execute(update(jobs).where(is_over).values(queued)).rowcount)


def list_jobs(tx: Connection, kind: str, limit: int = 20) -> list[Job]:
    """Return jobs of a kind, newest first."""
    query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(limit)
    return [to_record(Job, row) for row in tx.execute(query).mappings()]


def count_jobs(tx: Connection, kind: str, by: str, since: dt.datetime) -> tuple[int, int]:
    """Return how many jobs of a kind a user began since a moment, and how many of that user's are unfinished.

    Locks the user's row until the transaction ends, so that two requests cannot pass the same quota.
    """
    tx.execute(select(users.c.name).where(users.c.name == by).with_for_update())
    jobs_of_user = select(func.count()).where(jobs.c.kind == kind, jobs.c.created_by == by)
    begun = tx.execute(jobs_of_user.where(jobs.c.created_at >= since)).scalar_one()
    return begun, tx.execute(jobs_of_user.where(jobs.c.status.in_(UNFINISHED))).scalar_one()


def replace_result(tx: Connection, id: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Replace a finished job's result; return False when it is no longer `before`: somebody else replaced it."""
    query = select(jobs.c.result).where(jobs.c.id == id).with_for_update()
    if tx.execute(query).scalar() != before:
        return False
    update_job(tx, id, result=after)
    return True
