"""The register (buku agenda): gapless sequences of a unit, year and series, every number listed with its use."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, null, select, update

from storage.catalogue.numbering import number_holds
from storage.catalogue.numbering.in_series import SERIES, in_series
from storage.catalogue.numbering.number_holds import NumberHold
from storage.catalogue.rows import to_record, to_row, upsert
from storage.catalogue.tables import inserted_numbers, register_entries, registers
from storage.catalogue.tables import number_holds as number_holds_table
from storage.records import MAIN_SERIES, NumberStatus, RegisterEntry

# Statements that every letter executes are built once: to build one takes longer than to run it.
_ADD_ENTRY = insert(register_entries)
_SET_ENTRY = update(register_entries).where(register_entries.c.document == bindparam("of"))
_OF_SERIES = in_series(registers, *SERIES)
_LOCK = select(registers.c.last).where(_OF_SERIES).with_for_update()
_ADVANCE = update(registers).where(_OF_SERIES).values(last=registers.c.last + 1)
_TAKE = _ADVANCE.returning(registers.c.last, null())
_LISTED = (register_entries, number_holds_table)
_TAKE_OR_FREE = _ADVANCE.returning(registers.c.last, number_holds.LOWEST_FREE)


@dataclass(frozen=True)
class Gap:
    """A sequence number that was given out and is not in the register."""

    unit: str
    year: int
    series: str
    sequence: int


def take_sequence(
    tx: Connection, unit: str, year: int, series: str = MAIN_SERIES, *, now: dt.datetime | None = None
) -> int:
    """Take the next sequence number of a series of a unit and year, from 1; with `now`, first one whose hold is over.

    The caller's transaction holds the lock until it ends, so that a rolled-back transaction leaves no gap.
    """
    key: dict[str, Any] = {"of_unit": unit, "of_year": year, "of_series": series}
    advance, key = (_TAKE, key) if now is None else (_TAKE_OR_FREE, {**key, "of_now": now})
    row = tx.execute(advance, key).first()
    if row is None:
        _open_register(tx, unit, year, series)
        row = tx.execute(advance, key).one()
    last, sequence = row
    if now is None or sequence is None or not number_holds.take_free(tx, unit, year, series, sequence, now):
        return int(last)
    tx.execute(update(registers).where(in_series(registers, unit, year, series)).values(last=registers.c.last - 1))
    return int(sequence)


def hold_register(tx: Connection, unit: str, year: int, series: str = MAIN_SERIES) -> None:
    """Lock the register of a unit, year and series until the caller's transaction ends, without taking a number."""
    key = {"of_unit": unit, "of_year": year, "of_series": series}
    if tx.execute(_LOCK, key).scalar() is None:
        _open_register(tx, unit, year, series)
        tx.execute(_LOCK, key)


def begin_after(tx: Connection, unit: str, year: int, series: str, last: int) -> bool:
    """Set the counter of a series that gave out no number yet, so that its next one is `last` + 1; return whether it
    was so. The caller writes what `last` numbers were used for.
    """
    hold_register(tx, unit, year, series)
    unused = in_series(registers, unit, year, series) & (registers.c.last == 0)
    return tx.execute(update(registers).where(unused).values(last=last)).rowcount == 1


def has_numbers(tx: Connection, series: str) -> bool:
    """Return whether a series ever gave out a number, in any year."""
    given = select(registers.c.last).where(registers.c.series == series, registers.c.last > 0)
    return tx.execute(given.limit(1)).first() is not None


def give_back(tx: Connection, unit: str, year: int, series: str, sequence: int) -> bool:
    """Take back the counter if `sequence` is the last number given out; return whether it was.

    The caller must know that nobody has the number. The register stays locked until the transaction ends.
    """
    newest = in_series(registers, unit, year, series) & (registers.c.last == sequence)
    return tx.execute(update(registers).where(newest).values(last=registers.c.last - 1)).rowcount == 1


def release(tx: Connection, hold: NumberHold) -> bool:
    """Give up the number of a hold that nobody uses; return False when it went to another letter meanwhile.

    The counter goes back where it is the last number given out, and over the free numbers below it; else the next
    letter of the series gets the number.
    """
    hold_register(tx, hold.unit, hold.year, hold.series)
    if not number_holds.use(tx, hold):
        return False
    if not give_back(tx, hold.unit, hold.year, hold.series, hold.sequence):
        number_holds.add(tx, number_holds.released(hold))
        return True
    below = hold.sequence - 1
    while number_holds.remove_free(tx, hold.unit, hold.year, hold.series, below):
        give_back(tx, hold.unit, hold.year, hold.series, below)
        below -= 1
    return True


def add_entry(tx: Connection, entry: RegisterEntry) -> None:
    """Write a line of the register."""
    tx.execute(_ADD_ENTRY, to_row(entry, register_entries))


def add_entries(tx: Connection, entries: Sequence[RegisterEntry]) -> None:
    """Write lines of the register."""
    tx.execute(insert(register_entries), [to_row(entry, register_entries) for entry in entries])


def set_entry_status(tx: Connection, document: str, status: NumberStatus, reason: str = "") -> None:
    """Set the status of a document's number."""
    tx.execute(_SET_ENTRY, {"of": document, "status": status, "reason": reason})


def list_entries(tx: Connection, unit: str, year: int, series: str = MAIN_SERIES) -> list[RegisterEntry]:
    """Return the register of a unit, year and series in sequence."""
    query = select(register_entries).where(in_series(register_entries, unit, year, series))
    query = query.order_by(register_entries.c.sequence)
    return [to_record(RegisterEntry, row) for row in tx.execute(query).mappings()]


def newest_entries(
    tx: Connection, unit: str, year: int, *, before: int, limit: int, series: str = MAIN_SERIES
) -> list[RegisterEntry]:
    """Return the last lines of a series with a sequence below `before`, in sequence."""
    table = register_entries
    earlier = in_series(table, unit, year, series) & (table.c.sequence < before)
    query = select(table).where(earlier).order_by(table.c.sequence.desc()).limit(limit)
    return [to_record(RegisterEntry, row) for row in tx.execute(query).mappings()][::-1]


def count_entries(tx: Connection, unit: str, year: int, series: str = MAIN_SERIES) -> dict[str, int]:
    """Return how many numbers of a series there are of each status, including inserted numbers."""
    counts: dict[str, int] = {}
    for table in (register_entries, inserted_numbers):
        query = select(table.c.status, func.count()).where(in_series(table, unit, year, series))
        for status, count in tx.execute(query.group_by(table.c.status)):
            counts[status] = counts.get(status, 0) + count
    return counts


def last_sequence(tx: Connection, unit: str, year: int, series: str = MAIN_SERIES) -> int:
    """Return the last sequence number given out; 0 when none was."""
    return int(tx.execute(select(registers.c.last).where(in_series(registers, unit, year, series))).scalar() or 0)


def gaps(tx: Connection) -> list[Gap]:
    """Return the numbers given out that the register does not list, of every unit, year and series.

    A number that is held for a draft, or was, is not given out. No memory grows with the lines that are there.
    """
    last = {(row.unit, row.year, row.series): int(row.last) for row in tx.execute(select(registers))}
    expected = dict.fromkeys(last, 1)
    missing: list[tuple[str, int, str, int]] = []
    for unit, year, series, sequence in heapq.merge(*(_sequences(tx, table) for table in _LISTED)):
        key = unit, year, series
        missing += [(*key, number) for number in range(expected.get(key, 1), sequence)]
        expected[key] = sequence + 1
    for key, number in last.items():
        missing += [(*key, number) for number in range(expected[key], number + 1)]
    return [Gap(*gap) for gap in sorted(missing)]


def _sequences(tx: Connection, table: Table) -> Iterator[tuple[str, int, str, int]]:
    """Yield unit, year, series and sequence of the lines of a table, in the order that Python gives them."""
    columns = [table.c[name] for name in ("unit", "year", "series", "sequence")]
    groups = sorted(tuple(row) for row in tx.execute(select(*columns[:3]).distinct()))
    for unit, year, series in groups:
        of_group = select(table.c.sequence).where(in_series(table, unit, year, series)).order_by(table.c.sequence)
        for sequence in tx.execute(of_group.execution_options(yield_per=1000)).scalars():
            yield unit, year, series, sequence


def _open_register(tx: Connection, unit: str, year: int, series: str) -> None:
    """Create the counter; another transaction may have done so in the meantime."""
    tx.execute(upsert(tx, registers).values(unit=unit, year=year, series=series, last=0).on_conflict_do_nothing())
