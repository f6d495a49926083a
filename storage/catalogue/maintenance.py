"""When the installation was backed up and checked, and how that ended."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, insert, select

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import maintenance_runs
from storage.records import MaintenanceKind, MaintenanceRun

MOST = 1000  # runs of a kind that stay: nearly three years of one a day


def add_run(tx: Connection, run: MaintenanceRun) -> None:
    """Note a run that has ended, and forget the oldest of its kind where there are more than `MOST`."""
    tx.execute(insert(maintenance_runs), to_row(run, maintenance_runs))
    of_kind = maintenance_runs.c.kind == run.kind
    newest_first = maintenance_runs.c.ended_at.desc()
    last = select(maintenance_runs.c.ended_at).where(of_kind).order_by(newest_first).limit(1).offset(MOST)
    oldest: dt.datetime | None = tx.execute(last).scalar()
    if oldest is not None:
        tx.execute(delete(maintenance_runs).where(of_kind, maintenance_runs.c.ended_at <= oldest))


def last_run(tx: Connection, kind: MaintenanceKind, *, is_ok: bool | None = None) -> MaintenanceRun | None:
    """Return the newest run of a kind, with `is_ok` the newest that ended so; None before the first."""
    query = select(maintenance_runs).where(maintenance_runs.c.kind == kind)
    if is_ok is not None:
        query = query.where(maintenance_runs.c.is_ok == is_ok)
    row = tx.execute(query.order_by(maintenance_runs.c.ended_at.desc()).limit(1)).mappings().first()
    return None if row is None else to_record(MaintenanceRun, row)
