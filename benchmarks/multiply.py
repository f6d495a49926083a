"""Make a seeded office many times as large by SQL: minutes for a million letters, where `benchmarks.seed` takes half an
hour. What is copied differs in ids, codes, assets, numbers and a word; the log's hashes are not chained anew, so an
archive check is for seeded offices.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, func, select, text

from benchmarks.bulk import analyse, without_triggers
from storage.catalogue import Catalogue
from storage.catalogue import tables as t

_CACHE_KB = 1_000_000  # of SQLite, so that the pages of indices are written once
_COPIES = "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < :copies) "
_SEEDED_ID, _SEEDED_ASSET = "0000", "nibar LIKE 'BENCH-%'"  # ids of issued letters do not begin so for ages

# The SQL of a copied value, of the column {c} and the number k of the copy. Copies follow the letter they are of, so
# that ids, numbers and dates stay in one order.
_NUMBER = "{c} * (:copies + 1) + k + :base"
_ASSET = "replace({c}, 'BENCH-', 'BENCH-' || k || '-')"
_WORD = "{c} || ' ' || k"
_UNIQUE_END = "substr({c}, 1, length({c}) - 5) || substr(CAST(100000 + k AS text), 2)"
_OWN_NUMBER = f"replace({{c}}, '/' || sequence || '/', '/' || ({_NUMBER.format(c='sequence')}) || '/')"
_ID, _ASSETS = "id", "assets"  # written in another way for each database
_SQLITE = {
    _ID: f"printf('%026d', {_NUMBER.format(c='CAST({c} AS INTEGER)')})",
    _ASSETS: _ASSET,
}
_POSTGRES = {
    _ID: f"lpad(CAST({_NUMBER.format(c='CAST({c} AS bigint)')} AS text), 26, '0')",
    _ASSETS: f"CAST({_ASSET.replace('{c}', 'CAST({c} AS text)')} AS json)",
}

_TABLES: Mapping[Table, Mapping[str, str]] = {
    t.dossiers: {"id": _ID, "assets": _ASSETS, "first_asset": _ASSET, "title": _WORD},
    t.documents: {
        "id": _ID, "dossier": _ID, "number": _OWN_NUMBER, "sequence": _NUMBER, "assets": _ASSETS, "title": _WORD,
        "search": _WORD, "code": _UNIQUE_END,
    },
    t.revisions: {"document": _ID},
    t.document_assets: {"document": _ID, "nibar": _ASSET},
    t.document_people: {"document": _ID},
    t.document_words: {"document": _ID, "words": _WORD},
    t.archived_files: {"document": _ID, "sha256": _UNIQUE_END},
    t.register_entries: {"document": _ID, "sequence": _NUMBER, "number": _OWN_NUMBER, "title": _WORD},
    t.standings: {"document": _ID, "dossier": _ID},
    t.turns: {"dossier": _ID},
    t.audit: {"subject": _ID, "sequence": _NUMBER},
    t.assets: {"nibar": _ASSET, "search": _WORD},
}  # fmt: skip
_LEFT_OUT = {t.document_words: "n"}  # numbered by the database


def multiply(catalogue: Catalogue, copies: int) -> None:
    """Add so many copies of each seeded letter, its dossier, asset, numbers, words and lines of the log."""
    with catalogue.read() as tx:
        base = int(tx.execute(select(func.max(t.documents.c.sequence))).scalar_one())
        base += int(tx.execute(select(func.max(t.audit.c.sequence))).scalar_one())
    values = {"copies": copies, "base": base}
    for table, changed in _TABLES.items():  # a transaction each, so that SQLite's journal does not hold all of it
        with without_triggers(catalogue) as tx:
            if catalogue.is_sqlite:
                tx.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KB}")
            _copy_rows(tx, table, changed, values)
    with catalogue.write() as tx:
        last = "last * (:copies + 1) + :copies + :base"
        tx.execute(text(f"UPDATE registers SET last = {last}"), values)  # noqa: S608
        tx.execute(text("UPDATE audit_head SET sequence = (SELECT max(sequence) FROM audit)"))
    analyse(catalogue)


def _copy_rows(tx: Connection, table: Table, changed: Mapping[str, str], values: Mapping[str, int]) -> None:
    of_database = _SQLITE if tx.dialect.name == "sqlite" else _POSTGRES
    names = [column.name for column in table.c if column.name != _LEFT_OUT.get(table)]
    copies = dict.fromkeys(names, "{c}") | {name: of_database.get(sql, sql) for name, sql in changed.items()}
    columns = ", ".join(f'"{name}"' for name in names)
    copied = ", ".join(copies[name].format(c=f'"{name}"') for name in names)
    seeded = next((f"{name} LIKE '{_SEEDED_ID}%'" for name, sql in changed.items() if sql == _ID), _SEEDED_ASSET)
    order = ", ".join(column.name for column in table.primary_key)
    query = f"SELECT {copied} FROM {table.name}, n WHERE {seeded} ORDER BY {order}, k"  # noqa: S608
    tx.execute(text(f"INSERT INTO {table.name} ({columns}) {_COPIES} {query}"), values)
