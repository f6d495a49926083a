"""Bytes and rows of each table of a catalogue, and bytes of its indices."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select, text

from storage.catalogue import Catalogue
from storage.catalogue.tables.schema import metadata

_SQLITE = """
SELECT m.tbl_name, m.type, SUM(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name
WHERE s.aggregate = TRUE GROUP BY m.tbl_name, m.type
"""
_POSTGRES = """
SELECT relname, part, CASE part WHEN 'index' THEN pg_indexes_size(oid) ELSE pg_table_size(oid) END
FROM pg_class, (VALUES ('table'), ('index')) AS parts (part)
WHERE relkind = 'r' AND relnamespace = CAST(current_schema AS regnamespace)
"""

SMALL = 100_000  # bytes: smaller tables are left out
Sizes = dict[str, dict[str, int]]


def table_sizes(catalogue: Catalogue) -> Sizes:
    """Return `{table: {rows, bytes, index}}` of tables that are not small, the largest first."""
    sizes: dict[str, dict[str, int]] = defaultdict(lambda: {"rows": 0, "bytes": 0, "index": 0})
    with catalogue.read() as tx:
        for table, part, size in tx.execute(text(_SQLITE if catalogue.is_sqlite else _POSTGRES)).all():
            sizes[table]["index" if part == "index" else "bytes"] += size
        large = {table: size for table, size in sizes.items() if size["bytes"] + size["index"] >= SMALL}
        for table in large.keys() & metadata.tables.keys():
            query = select(func.count()).select_from(metadata.tables[table])
            large[table]["rows"] = int(tx.execute(query).scalar_one())
    return dict(sorted(large.items(), key=lambda item: -item[1]["bytes"] - item[1]["index"]))
