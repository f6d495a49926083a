"""Numbers that other systems gave letters: each once in its system, however it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.catalogue.rows import IDS, in_parts, to_record, to_row, upsert
from storage.catalogue.tables import foreign_numbers
from storage.records import ForeignNumber, NumberStatus

_OF_DOCUMENTS = (
    select(foreign_numbers)
    .where(foreign_numbers.c.document.in_(IDS))
    .order_by(foreign_numbers.c.at, foreign_numbers.c.system)
)


def key_of(number: str) -> str:
    """Return a number without what people type differently: white space and case."""
    return "".join(number.split()).casefold()


def add(tx: Connection, record: ForeignNumber) -> bool:
    """Add a number; return False, and add nothing, when its system gave it already."""
    values = to_row(record, foreign_numbers, key=key_of(record.number))
    new = upsert(tx, foreign_numbers).values(values).on_conflict_do_nothing().returning(foreign_numbers.c.key)
    return tx.execute(new).first() is not None


def find(tx: Connection, system: str, number: str) -> ForeignNumber | None:
    """Return what a system used a number for; None when it did not give it."""
    row = tx.execute(select(foreign_numbers).where(*_is(system, number))).mappings().first()
    return None if row is None else to_record(ForeignNumber, row)


def of_document(tx: Connection, document: str) -> list[ForeignNumber]:
    """Return the numbers that systems gave a document, oldest first."""
    return of_documents(tx, [document]).get(document, [])


def of_documents(tx: Connection, ids: Sequence[str]) -> dict[str, list[ForeignNumber]]:
    """Return the numbers that systems gave each of these documents, oldest first; documents without are left out."""
    numbers: dict[str, list[ForeignNumber]] = {}
    for row in in_parts(tx, _OF_DOCUMENTS, ids):
        numbers.setdefault(row.document, []).append(to_record(ForeignNumber, row._asdict()))
    return numbers


def remove(tx: Connection, record: ForeignNumber) -> None:
    """Remove a number that was typed or read wrongly."""
    tx.execute(delete(foreign_numbers).where(*_is(record.system, record.number)))


def set_status(tx: Connection, document: str, status: NumberStatus) -> None:
    """Set the status of the numbers of a document."""
    tx.execute(update(foreign_numbers).where(foreign_numbers.c.document == document).values(status=status))


def _is(system: str, number: str) -> list[ColumnElement[Any]]:
    return [foreign_numbers.c.system == system, foreign_numbers.c.key == key_of(number)]
