"""Put many rows into a catalogue quickly: `executemany` of SQLite, COPY of PostgreSQL, without triggers of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, text

from storage.catalogue import Catalogue, changes, standings

_PAGE = 2000


class BulkInsert:
    """Collects rows by table and inserts them by the page. JSON columns are given as text."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self._cursor = tx.connection.cursor()
        self._is_sqlite = tx.dialect.name == "sqlite"
        self._pages: dict[Table, list[Mapping[str, Any]]] = {}

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Insert a row, at the latest when `flush` is called. All rows of a table have the same columns."""
        page = self._pages.setdefault(table, [])
        page.append(row)
        if len(page) >= _PAGE:
            self.flush()

    def flush(self) -> None:
        """Insert what was collected, in the order in which tables refer to each other."""
        for table in sorted(self._pages, key=lambda table: table.metadata.sorted_tables.index(table)):
            page = self._pages.pop(table)
            names = list(page[0])
            columns = ", ".join(f'"{name}"' for name in names)
            if self._is_sqlite:
                places = ", ".join("?" * len(names))
                rows = [[_sqlite_value(row[name]) for name in names] for row in page]
                self._cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", rows)  # noqa: S608
                continue
            with self._cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                for row in page:
                    copy.write_row([row[name] for name in names])


@contextmanager
def bulk_insert(catalogue: Catalogue) -> Iterator[BulkInsert]:
    """Insert many rows in one transaction that notes nothing for the mirror, and every dossier as changed."""
    with without_triggers(catalogue) as tx:
        bulk = BulkInsert(tx)
        yield bulk
        bulk.flush()
        standings.note_all(tx)
    analyse(catalogue)


@contextmanager
def without_triggers(catalogue: Catalogue) -> Iterator[Connection]:
    """Begin a transaction that notes nothing, neither for the mirror nor what dossiers changed."""
    with catalogue.write() as tx:
        _drop_triggers(tx)
        yield tx
        changes.create_triggers(tx)
        standings.create_triggers(tx)


def analyse(catalogue: Catalogue) -> None:
    """Have the database count its rows, so that it chooses its ways by them."""
    with catalogue.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, dt.date) else value


def _drop_triggers(tx: Connection) -> None:
    if tx.dialect.name == "sqlite":
        query = "SELECT name, '' FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname, ' ON ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
    for name, where in tx.execute(text(query)).all():
        if name.startswith(("changed_", "stale_")):
            tx.exec_driver_sql(f"DROP TRIGGER {name}{where}")
