"""Numbers of the buku agenda without a document of this service: reserved for writing by hand, or inserted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, func, insert, select, update

from storage.catalogue.numbering.in_series import in_series
from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import inserted_numbers, register_entries
from storage.errors import RecordMissing
from storage.records import MAIN_SERIES, InsertedNumber, RegisterEntry
from wording import say


def get_entry(
    tx: Connection, unit: str, year: int, sequence: int, suffix: str = "", series: str = MAIN_SERIES
) -> RegisterEntry:
    """Return one line of the register; with `suffix` an inserted number. Raises RecordMissing."""
    table, model = (inserted_numbers, InsertedNumber) if suffix else (register_entries, RegisterEntry)
    query = select(table).where(in_series(table, unit, year, series), table.c.sequence == sequence)
    row = tx.execute(query.where(table.c.suffix == suffix) if suffix else query).mappings().first()
    if row is None:
        raise RecordMissing(
            say(
                "Nomor urut {sequence}{suffix} tahun {year} tidak ada dalam buku agenda.",
                sequence=sequence,
                suffix=suffix,
                year=year,
            )
        )
    return to_record(model, row)


def put_entry(tx: Connection, entry: RegisterEntry) -> None:
    """Change an existing line."""
    suffix = getattr(entry, "suffix", "")
    table = inserted_numbers if suffix else register_entries
    key = in_series(table, entry.unit, entry.year, entry.series) & (table.c.sequence == entry.sequence)
    if suffix:
        key &= table.c.suffix == suffix
    tx.execute(update(table).where(key).values(to_row(entry, table)))


def add_inserted(tx: Connection, entry: InsertedNumber) -> None:
    """Add a number between two others."""
    tx.execute(insert(inserted_numbers).values(to_row(entry, inserted_numbers)))


def list_inserted(tx: Connection, unit: str, year: int, series: str = MAIN_SERIES) -> list[InsertedNumber]:
    """Return the inserted numbers of a unit, year and series, in sequence."""
    table = inserted_numbers
    query = select(table).where(in_series(table, unit, year, series))
    rows = tx.execute(query.order_by(table.c.sequence, table.c.suffix)).mappings()
    return [to_record(InsertedNumber, row) for row in rows]


def list_unused(tx: Connection, unit: str, since: int) -> list[RegisterEntry]:
    """Return numbers kept for writing by hand and not used yet, of all series, of the year `since` and later."""
    table = register_entries
    unused = (
        (table.c.unit == unit) & (table.c.year >= since) & (table.c.document == "") & (table.c.status == "reserved")
    )
    query = select(table).where(unused).order_by(table.c.year.desc(), table.c.series, table.c.sequence)
    return [to_record(RegisterEntry, row) for row in tx.execute(query).mappings()]


def last_before(tx: Connection, unit: str, year: int, date: dt.date, series: str = MAIN_SERIES) -> int:
    """Return the greatest sequence dated `date` or earlier; 0 when there is none."""
    table = register_entries
    query = select(func.max(table.c.sequence)).where(in_series(table, unit, year, series), table.c.date <= date)
    return int(tx.execute(query).scalar() or 0)


def last_suffix(tx: Connection, unit: str, year: int, sequence: int, series: str = MAIN_SERIES) -> str:
    """Return the last suffix given after a sequence, "" when there is none."""
    table = inserted_numbers
    same_sequence = in_series(table, unit, year, series) & (table.c.sequence == sequence)
    return str(tx.execute(select(func.max(table.c.suffix)).where(same_sequence)).scalar() or "")
