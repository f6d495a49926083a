"""Convert rows to records and back; the one place that knows how columns hold a record's values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Row, RowMapping, Select, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from storage.records import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")
AT_ONCE = 500  # databases limit the parameters of one statement
IDS: BindParameter[Any] = bindparam("ids", expanding=True)  # what `in_parts` asks for


def parts_of(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in order, AT_ONCE of them at most."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def in_parts(tx: Connection, query: Select[Any], ids: Sequence[Any]) -> Iterator[Row[Any]]:
    """Yield the rows of a query that asks for `IDS`, however many they are, in the order of each AT_ONCE of them.

    A query that is always the same stands in its module, built once: to build one takes longer than to run it.
    """
    for part in parts_of(ids):
        yield from tx.execute(query, {"ids": part}).all()


@cache
def columns_of(model: type[Record], table: Table) -> tuple[Column[Any], ...]:
    """Return the columns that a record has of its table: no search keys, and no long texts that others read."""
    return tuple(column for column in table.c if column.name in model.model_fields)


def to_record(model: type[R], row: Mapping[str, Any] | RowMapping) -> R:
    """Build a record from a row; columns that the record does not have (search keys) are left out."""
    values = dict(row)  # a row's mapping is slow to ask, and pages read hundreds
    return model.model_validate({name: aware(values[name]) for name in _names(model) if name in values})


def to_row(record: Record, table: Table, **more: Any) -> dict[str, Any]:
    """Return the column values of a record: dates stay dates, nested records become JSON."""
    columns = table.c.keys()
    row = record.model_dump(include={name for name in type(record).model_fields if name in columns})
    nested = {name for name, value in row.items() if isinstance(value, dict | list)}
    return row | (record.model_dump(mode="json", include=nested) if nested else {}) | more


def upsert(tx: Connection, table: Table) -> postgresql.Insert:
    """Return an INSERT into a table for which `on_conflict_do_nothing` and `on_conflict_do_update` can be said.

    Whether a row was written is known by `.returning()`.
    """
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return cast(postgresql.Insert, sqlite.insert(table))  # both have the same methods


def like(term: str) -> str:
    """Return a LIKE pattern that finds `term` anywhere, taken literally (escape character: backslash)."""
    escaped = term.lower().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def aware(value: Any) -> Any:
    """Return a moment with its zone, any other value unchanged: SQLite keeps no zone, and all is written in UTC."""
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value


@cache
def _names(model: type[Record]) -> tuple[str, ...]:
    return tuple(model.model_fields)


def has_key(table: Table, key: Sequence[Any]) -> list[ColumnElement[bool]]:
    """Return what a statement asks for the row of this key, whose values are in the order of the table's columns."""
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]


def completed_key(table: Table, key: Sequence[Any]) -> list[Any]:
    """Return a key of any version: columns that it lacks at its end have their defaults."""
    lacking = list(table.primary_key)[len(key) :]
    return [*key, *(column.server_default.arg for column in lacking)]  # type: ignore[union-attr]
