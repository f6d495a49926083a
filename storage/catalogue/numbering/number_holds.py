"""Numbers held for drafts while a signature is asked for; one whose hold is over goes to the next letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from storage.catalogue.numbering.in_series import SERIES, in_series
from storage.catalogue.tables import number_holds

# The part of a statement that has the lowest number whose hold is over `of_now`, NULL when there is none.
LOWEST_FREE = (
    select(func.min(number_holds.c.sequence))
    .where(in_series(number_holds, *SERIES), number_holds.c.until <= bindparam("of_now"))
    .scalar_subquery()
)

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
    return tx.execute(delete(number_holds).where(_mine(hold))).rowcount == 1


def released(hold: NumberHold) -> NumberHold:
    """Return a hold as it is when its number was given up and no letter took it."""
    return replace(hold, draft="", owner="", until=OVER)


def extend(tx: Connection, hold: NumberHold, until: dt.datetime) -> bool:
    """Hold a number longer; return False when it went to another letter meanwhile."""
    return tx.execute(update(number_holds).where(_mine(hold)).values(until=until)).rowcount == 1


def hold_of(tx: Connection, draft: str) -> NumberHold | None:
    """Return the hold of a draft, which may be over; None when it has none."""
    row = tx.execute(select(number_holds).where(number_holds.c.draft == draft)).mappings().first()
    return None if row is None else _hold(row)


def take_free(tx: Connection, unit: str, year: int, series: str, sequence: int, now: dt.datetime) -> bool:
    """End a hold that is over because its number is used now; return False when another letter took it meanwhile.

    The caller holds the lock of the register.
    """
    table = number_holds
    free = in_series(table, unit, year, series) & (table.c.sequence == sequence) & (table.c.until <= now)
    return tx.execute(delete(table).where(free)).rowcount == 1


def remove_free(tx: Connection, unit: str, year: int, series: str, sequence: int) -> bool:
    """Forget a number that was released; return whether it was. The caller holds the lock of the register."""
    table = number_holds
    released = in_series(table, unit, year, series) & (table.c.sequence == sequence) & (table.c.owner == "")
    return tx.execute(delete(table).where(released)).rowcount == 1


def list_holds(tx: Connection) -> list[NumberHold]:
    """Return all holds, also those that are over."""
    table = number_holds
    query = select(table).order_by(table.c.unit, table.c.year, table.c.series, table.c.sequence)
    return [_hold(row) for row in tx.execute(query).mappings()]


def _hold(row: Any) -> NumberHold:
    until = row["until"] if row["until"].tzinfo else row["until"].replace(tzinfo=dt.UTC)
    return NumberHold(**{**row, "until": until})


def _mine(hold: NumberHold) -> ColumnElement[bool]:
    """Return the condition that a number is still held as it was."""
    table = number_holds
    same_number = in_series(table, hold.unit, hold.year, hold.series) & (table.c.sequence == hold.sequence)
    return same_number & (table.c.draft == hold.draft) & (table.c.owner == hold.owner)
