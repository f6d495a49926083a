"""The numbers that other systems gave, as lines of a register."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Connection, func, select

from storage.catalogue.rows import to_record
from storage.catalogue.tables import documents, foreign_numbers
from storage.records import ForeignNumber


def list_foreign(tx: Connection, system: str, year: int) -> list[tuple[ForeignNumber, str]]:
    """Return the numbers that a system gave in a year, by date, each with the title of its document."""
    columns = (*foreign_numbers.c, documents.c.title)
    of_document = foreign_numbers.c.document == documents.c.id
    query = select(*columns).select_from(foreign_numbers.outerjoin(documents, of_document))
    query = query.where(foreign_numbers.c.system == system, _in_year(year))
    rows = tx.execute(query.order_by(foreign_numbers.c.date, foreign_numbers.c.at)).mappings()
    return [(to_record(ForeignNumber, row), str(row["title"] or "")) for row in rows]


def count_foreign(tx: Connection, system: str, year: int) -> dict[str, int]:
    """Return how many numbers a system gave in a year, by status."""
    query = select(foreign_numbers.c.status, func.count().label("total")).where(
        foreign_numbers.c.system == system, _in_year(year)
    )
    return {row.status: row.total for row in tx.execute(query.group_by(foreign_numbers.c.status))}


def list_systems(tx: Connection) -> list[str]:
    """Return the names of the systems that ever gave a number."""
    return list(tx.execute(select(foreign_numbers.c.system).distinct().order_by(foreign_numbers.c.system)).scalars())


def _in_year(year: int) -> ColumnElement[bool]:
    return foreign_numbers.c.date.between(dt.date(year, 1, 1), dt.date(year, 12, 31))
