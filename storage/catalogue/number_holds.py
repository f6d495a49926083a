"""Numbers held for drafts while a signature is asked for; one whose hold is over goes to the next letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage.catalogue.tables import number_holds

OVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class NumberHold:
    """A sequence number of a unit, year and series that nobody else gets until `until`, held by the process `owner`."""

    unit: str
    year: int
    series: str
    sequence: int
    draft: str
    owner: str
    until: dt.datetime


def add(tx: Connection, hold: NumberHold) -> None:
    """Hold a number that the caller took in the same transaction."""
    tx.execute(insert(number_holds), vars(hold))


def use(tx: Connection, hold: NumberHold) -> bool:
    """End a hold because its number is used now; return False when the number went to another letter meanwhile."""
    mine = _key(hold) & (number_holds.c.draft == hold.draft) & (number_holds.c.owner == hold.owner)
    return tx.execute(delete(number_holds).where(mine)).rowcount == 1


def end(tx: Connection, hold: NumberHold) -> None:
    """End a hold whose number is not used: the next letter of the series gets it."""
    tx.execute(update(number_holds).where(_key(hold)).values(owner="", until=OVER))


def take_free(tx: Connection, unit: str, year: int, series: str, now: dt.datetime) -> int | None:
    """Return the lowest number whose hold is over, which is no longer held then; None when there is none.

    The caller holds the lock of the register.
    """
    table = number_holds
    over = (table.c.unit == unit) & (table.c.year == year) & (table.c.series == series) & (table.c.until <= now)
    sequence = tx.execute(select(table.c.sequence).where(over).order_by(table.c.sequence).limit(1)).scalar()
    if sequence is None:
        return None
    tx.execute(delete(table).where(over, table.c.sequence == sequence))
    return int(sequence)


def list_holds(tx: Connection) -> list[NumberHold]:
    """Return all holds, also those that are over."""
    return [NumberHold(**row) for row in tx.execute(select(number_holds)).mappings()]


def _key(hold: NumberHold) -> ColumnElement[bool]:
    table = number_holds
    same_series = (table.c.unit == hold.unit) & (table.c.year == hold.year) & (table.c.series == hold.series)
    return same_series & (table.c.sequence == hold.sequence)
