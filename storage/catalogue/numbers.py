"""The register (buku agenda): one gapless sequence per unit and year, every number listed with its use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import inserted_numbers, register_entries, registers
from storage.records import NumberStatus, RegisterEntry


@dataclass(frozen=True)
class Gap:
    """A sequence number that was given out and is not in the register."""

    unit: str
    year: int
    sequence: int


def take_sequence(tx: Connection, unit: str, year: int) -> int:
    """Take the next sequence number of a unit and year, from 1.

    The caller's transaction holds the lock until it ends, so that a rolled-back transaction leaves no gap.
    """
    register = (registers.c.unit == unit) & (registers.c.year == year)
    advance = update(registers).where(register).values(last=registers.c.last + 1).returning(registers.c.last)
    last = tx.execute(advance).scalar()
    if last is None:
        _open_register(tx, unit, year)
        last = tx.execute(advance).scalar_one()
    return int(last)


def hold_register(tx: Connection, unit: str, year: int) -> None:
    """Lock the register of a unit and year until the caller's transaction ends, without taking a number."""
    register = (registers.c.unit == unit) & (registers.c.year == year)
    tx.execute(update(registers).where(register).values(last=registers.c.last))


def add_entry(tx: Connection, entry: RegisterEntry) -> None:
    """Write a line of the register."""
    tx.execute(insert(register_entries), to_row(entry, register_entries))


def set_entry_status(tx: Connection, document: str, status: NumberStatus, reason: str = "") -> None:
    """Set the status of a document's number."""
    change = update(register_entries).where(register_entries.c.document == document)
    tx.execute(change.values(status=status, reason=reason))


def list_entries(tx: Connection, unit: str, year: int) -> list[RegisterEntry]:
    """Return the register of a unit and year in sequence."""
    query = (
        select(register_entries)
        .where(register_entries.c.unit == unit, register_entries.c.year == year)
        .order_by(register_entries.c.sequence)
    )
    return [to_record(RegisterEntry, row) for row in tx.execute(query).mappings()]


def newest_entries(tx: Connection, unit: str, year: int, *, before: int, limit: int) -> list[RegisterEntry]:
    """Return the last lines with a sequence below `before`, in sequence."""
    table = register_entries
    earlier = (table.c.unit == unit) & (table.c.year == year) & (table.c.sequence < before)
    query = select(table).where(earlier).order_by(table.c.sequence.desc()).limit(limit)
    return [to_record(RegisterEntry, row) for row in tx.execute(query).mappings()][::-1]


def count_entries(tx: Connection, unit: str, year: int) -> dict[str, int]:
    """Return how many numbers of a unit and year there are of each status, including inserted numbers."""
    counts: dict[str, int] = {}
    for table in (register_entries, inserted_numbers):
        query = select(table.c.status, func.count()).where(table.c.unit == unit, table.c.year == year)
        for status, count in tx.execute(query.group_by(table.c.status)):
            counts[status] = counts.get(status, 0) + count
    return counts


def last_sequence(tx: Connection, unit: str, year: int) -> int:
    """Return the last sequence number given out; 0 when none was."""
    register = (registers.c.unit == unit) & (registers.c.year == year)
    return int(tx.execute(select(registers.c.last).where(register)).scalar() or 0)


def gaps(tx: Connection) -> list[Gap]:
    """Return the numbers given out that the register does not list, of every unit and year."""
    last = {(row.unit, row.year): int(row.last) for row in tx.execute(select(registers))}
    listed: dict[tuple[str, int], set[int]] = {key: set() for key in last}
    columns = (register_entries.c.unit, register_entries.c.year, register_entries.c.sequence)
    for row in tx.execute(select(*columns)):
        listed.setdefault((row.unit, row.year), set()).add(row.sequence)
    return [
        Gap(unit, year, sequence)
        for (unit, year), sequences in sorted(listed.items())
        for sequence in range(1, max(last.get((unit, year), 0), *sequences, 0) + 1)
        if sequence not in sequences
    ]


def _open_register(tx: Connection, unit: str, year: int) -> None:
    """Create the counter; another transaction may have done so in the meantime."""
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    tx.execute(upsert(registers).values(unit=unit, year=year, last=0).on_conflict_do_nothing())
