"""Work in hand: jobs that run in the background, and drafts that people have not issued yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import drafts, jobs
from storage.errors import RecordConflict, RecordMissing
from storage.records import Draft, Job


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
    columns = [column for column in jobs.c if column.name != "request"]
    row = tx.execute(select(*columns).where(jobs.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(f"Pekerjaan {id!r} tidak ada.")
    return to_record(Job, {**row, "request": {}})


def update_job(tx: Connection, id: str, **values: Any) -> None:
    """Set columns of a job: status, done, total, result, error."""
    tx.execute(update(jobs).where(jobs.c.id == id).values(**values))


def advance_job(tx: Connection, id: str, done: int, total: int, per_second: float | None = None) -> bool:
    """Write down how far a running job is; False when it runs no more, because somebody cancelled it."""
    here = (jobs.c.id == id) & (jobs.c.status == "running")
    return bool(tx.execute(update(jobs).where(here).values(done=done, total=total, per_second=per_second)).rowcount)


def begin_job(tx: Connection, id: str) -> bool:
    """Mark a job as running; False when it has ended, or was cancelled, already."""
    here = (jobs.c.id == id) & jobs.c.status.in_(("queued", "running"))
    return bool(tx.execute(update(jobs).where(here).values(status="running", error=None)).rowcount)


def end_job(tx: Connection, id: str, **values: Any) -> bool:
    """Write down how a job ended; False when it had ended already."""
    here = (jobs.c.id == id) & jobs.c.status.in_(("queued", "running"))
    return bool(tx.execute(update(jobs).where(here).values(**values)).rowcount)


def requeue_job(tx: Connection, id: str, asked_at: dt.datetime) -> bool:
    """Queue a failed or cancelled job again, as asked for at that time; False when it is neither."""
    here = (jobs.c.id == id) & jobs.c.status.in_(("failed", "cancelled"))
    fresh = {"status": "queued", "done": 0, "error": None, "created_at": asked_at}
    return bool(tx.execute(update(jobs).where(here).values(**fresh)).rowcount)


def unfinished_jobs(tx: Connection) -> list[Job]:
    """Jobs that are queued, or were running when the service stopped, oldest first."""
    query = select(jobs).where(jobs.c.status.in_(("queued", "running"))).order_by(jobs.c.id)
    return [to_record(Job, row) for row in tx.execute(query).mappings()]


def list_jobs(tx: Connection, kind: str, limit: int = 20) -> list[Job]:
    """Jobs of a kind, newest first."""
    query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(limit)
    return [to_record(Job, row) for row in tx.execute(query).mappings()]


def count_jobs(tx: Connection, kind: str, by: str, since: dt.datetime) -> tuple[int, int]:
    """Return how many jobs of a kind somebody began since a moment, and how many of his are not finished."""
    own = select(func.count()).where(jobs.c.kind == kind, jobs.c.created_by == by)
    begun = tx.execute(own.where(jobs.c.created_at >= since)).scalar_one()
    return begun, tx.execute(own.where(jobs.c.status.in_(("queued", "running")))).scalar_one()


def replace_result(tx: Connection, id: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Put a finished job's result in place of the one it had; False where somebody put another there meanwhile."""
    query = select(jobs.c.result).where(jobs.c.id == id).with_for_update()
    if tx.execute(query).scalar() != before:
        return False
    update_job(tx, id, result=after)
    return True


def put_draft(tx: Connection, draft: Draft, *, seen: int | None = None) -> int:
    """Keep a draft, new or changed, and return its new version.

    `seen` is the version that the writer changed; None writes over whatever is there. Raises RecordConflict when
    another version was kept meanwhile.
    """
    row = to_row(draft, drafts)
    there = select(drafts.c.version).where(drafts.c.id == draft.id).with_for_update()
    version = tx.execute(there).scalar()
    if version is None:
        tx.execute(insert(drafts), row | {"version": 1})
        return 1
    if seen is not None and seen != version:
        raise RecordConflict("Draf ini sudah diubah di tab atau perangkat lain.")
    tx.execute(update(drafts).where(drafts.c.id == draft.id).values(row | {"version": version + 1}))
    return int(version) + 1


def get_draft(tx: Connection, id: str, user: str) -> Draft:
    """A draft of this user. Raises RecordMissing."""
    query = select(drafts).where(drafts.c.id == id, drafts.c.user == user)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise RecordMissing(f"Draf {id!r} tidak ada atau bukan milik Anda.")
    return to_record(Draft, row)


def list_drafts(tx: Connection, user: str, limit: int = 20) -> list[Draft]:
    """A user's drafts, last changed first."""
    query = select(drafts).where(drafts.c.user == user).order_by(drafts.c.updated_at.desc()).limit(limit)
    return [to_record(Draft, row) for row in tx.execute(query).mappings()]


def remove_draft(tx: Connection, id: str, user: str) -> None:
    """Forget a draft; nothing happens when it is gone already."""
    tx.execute(delete(drafts).where(drafts.c.id == id, drafts.c.user == user))
