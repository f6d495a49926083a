"""Rows as lines of JSON, the same from SQLite and PostgreSQL: the content of backups and of the catalogue's mirror.

A line is `{"table": …, "row": {column: value}}` and ends in LF alone: texts hold any other line
end there is. Moments are ISO 8601 in UTC, bytes are base64; NULL is null.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, LargeBinary, MetaData, RowMapping, Table, insert, select

from storage.errors import StorageError
from storage.text import json_text, storable
from wording import say

_PAGE = 500  # rows of one INSERT; SQLite limits the parameters of a statement


def to_json_values(table: Table, row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """Return a row as values that JSON can hold, by column."""
    return {column.name: _to_json(row[column.name]) for column in table.columns}


def from_json_values(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the database values of a row: the inverse of `to_json_values`. Absent columns keep their defaults.

    Raises StorageError naming a column that the table does not have: the data is of a newer docgen.
    """
    unknown = [name for name in row if name not in table.c]
    if unknown:
        raise StorageError(
            say(
                "Kolom {columns} tidak dikenal di tabel {table}: data ini dari docgen yang lebih baru. Pasang "
                "docgen versi itu, lalu ulangi.",
                columns=", ".join(unknown),
                table=table.name,
            )
        )
    return {name: _from_json(table, name, value) for name, value in row.items()}


def line(table: str, row: Mapping[str, Any] | None, **more: Any) -> str:
    """Return one line of JSON, without its end; the same rows give the same bytes."""
    return json_text({"table": table, "row": row, **more}, sort_keys=True, compact=True)


def dump(tx: Connection, tables: Iterable[Table]) -> Iterator[str]:
    """Yield every row of these tables as a line of JSON, by primary key."""
    for table in tables:
        result = tx.execution_options(stream_results=True).execute(select(table).order_by(*table.primary_key))
        for row in result.mappings():
            yield line(table.name, to_json_values(table, row))


def load(tx: Connection, metadata: MetaData, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Insert rows (table name, values as `to_json_values` returns them) in the order they come; return how many."""
    count, page, current = 0, list[dict[str, Any]](), ""
    for name, entry in rows:
        if page and (name != current or len(page) >= _PAGE or page[0].keys() != entry.keys()):  # one statement a page
            tx.execute(insert(metadata.tables[current]), page)
            page = []
        if name not in metadata.tables:
            raise StorageError(
                say(
                    "Tabel {table} tidak dikenal: data ini dari docgen yang lain. Pasang versinya dahulu.",
                    table=repr(name),
                )
            )
        current = name
        row = from_json_values(metadata.tables[name], entry)
        page.append(row if tx.dialect.name == "sqlite" else storable(row))
        count += 1
    if page:
        tx.execute(insert(metadata.tables[current]), page)
    return count


def tables_in_order(metadata: MetaData, without: Sequence[str] = ()) -> list[Table]:
    """Return the tables ordered so that each comes after those it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in without]


def _to_json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=dt.UTC)  # SQLite keeps no zone; it is UTC
        return moment.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _from_json(table: Table, name: str, value: Any) -> Any:
    column_type = table.c[name].type
    if value is None or isinstance(column_type, JSON):
        return value
    if isinstance(column_type, DateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(column_type, Date):
        return dt.date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column_type, LargeBinary) else value
