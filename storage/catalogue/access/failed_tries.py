"""Tries in vain to get in: one row for what was tried, an account or a browser in which it is known."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, select, update

from storage.catalogue.rows import to_record, to_row, upsert
from storage.catalogue.tables import failed_tries
from storage.records.factors import FailedTries


def hold_tries(tx: Connection, mark: str, now: dt.datetime) -> FailedTries:
    """Return the tries of this mark, of which others read nothing until `tx` ends; none yet counts 0."""
    new = to_row(FailedTries(mark=mark, count=0, last_at=now, until=now), failed_tries)
    tx.execute(upsert(tx, failed_tries).values(new).on_conflict_do_nothing())
    row = tx.execute(select(failed_tries).where(failed_tries.c.mark == mark).with_for_update()).mappings().one()
    return to_record(FailedTries, row)


def put_tries(tx: Connection, record: FailedTries) -> None:
    """Change the tries of a mark."""
    tx.execute(update(failed_tries).where(failed_tries.c.mark == record.mark).values(to_row(record, failed_tries)))


def forget_tries(tx: Connection, mark: str) -> None:
    """Remove the tries of a mark."""
    tx.execute(delete(failed_tries).where(failed_tries.c.mark == mark))


def forget_old_tries(tx: Connection, waited_before: dt.datetime) -> None:
    """Remove the tries whose pause was over before this moment."""
    tx.execute(delete(failed_tries).where(failed_tries.c.until < waited_before))
