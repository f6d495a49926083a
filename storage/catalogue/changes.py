"""The rows that changed since the catalogue was last mirrored into the object store.

The database notes it by itself, by triggers, in the transaction that makes the change: no use-case can forget to.
What record.json tells (revisions, their files, which assets a document is about) is not noted; nor are passwords,
tokens, drafts and jobs, which have no place in an archive.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, tuple_, update

from storage.catalogue import portable
from storage.catalogue.rows import completed_key, parts_of
from storage.catalogue.tables import changes, metadata, mirror
from storage.text import json_text

_NOTED_AT_ONCE = 5000  # rows
# By table: the events on which its rows are noted. Lines of the audit log never change; the journal's lease does all
# the time and means nothing elsewhere.
_ALL = ("INSERT", "UPDATE", "DELETE")
MIRRORED: Mapping[str, Sequence[str]] = {
    "office": _ALL,
    "drafting": _ALL,
    "officials": _ALL,
    "assets": _ALL,
    "asset_aliases": _ALL,
    "registers": _ALL,
    "register_entries": _ALL,
    "inserted_numbers": _ALL,
    "foreign_numbers": _ALL,
    "dossiers": _ALL,
    "documents": _ALL,
    "awaited_signatures": _ALL,
    "kept_aside": _ALL,
    "tombstones": _ALL,
    "shares": _ALL,
    "phrases": _ALL,
    "kind_versions": _ALL,
    "kind_publications": _ALL,
    "offices": _ALL,
    "recipes": _ALL,
    "bundles": _ALL,
    "bundle_documents": _ALL,
    "journal": ("INSERT", "DELETE"),
    "audit": ("INSERT",),
}
# Restored from record.json, or derived again from the rows above.
DERIVED = ("document_assets", "document_people", "revisions", "archived_files", "audit_head", "document_words")
# Never put into the store: secrets, what is of one installation only, and what is derived from other rows or from PDFs.
PRIVATE = (
    "users",
    "sessions",
    "one_time_links",
    "authenticators",
    "recovery_codes",
    "passkeys",
    "failed_tries",
    "tokens",
    "drafts",
    "draft_versions",
    "draft_route",
    "draft_comments",
    "draft_readers",
    "draft_readings",
    "jobs",
    "idempotency_keys",
    "signing_identities",
    "number_holds",
    "webhooks",
    "deliveries",
    "notices",
    "push_subscriptions",
    "changes",
    "mirror",
    "identity",
    "standings",
    "turns",
    "stale_dossiers",
    "signature_proofs",
    "maintenance_runs",
)


@dataclass(frozen=True)
class Change:
    """A row that changed: `row` is as it is now, None when it is gone.

    In its columns `veiled` stands something else than in the catalogue, which keeps what it has there.
    """

    table: str
    key: list[Any]
    row: dict[str, Any] | None
    veiled: tuple[str, ...] = ()


def create_triggers(tx: Connection) -> None:
    """Create the triggers. Safe to call again; done after every migration, because some create tables anew."""
    for name, events in MIRRORED.items():
        for event in events:
            for statement in _trigger(tx.dialect.name, metadata.tables[name], event):
                tx.exec_driver_sql(statement)


def note_all(tx: Connection) -> None:
    """Note every row as changed: the mirror begins, or rows were changed behind the triggers."""
    tx.execute(delete(changes))
    for table in _in_order(MIRRORED):
        keys = list(table.primary_key)
        rows = tx.execute(select(*keys).order_by(*keys).execution_options(yield_per=_NOTED_AT_ONCE))
        for part in rows.partitions():
            tx.execute(insert(changes), [{"table": table.name, "key": _key(list(row))} for row in part])


def forget_all(tx: Connection) -> None:
    """Take every row as mirrored."""
    tx.execute(delete(changes))


def pending_changes(tx: Connection, limit: int) -> tuple[list[int], list[Change]]:
    """Return the ids of the oldest notes, to strike later, and each row they are about as it is in this transaction."""
    notes = tx.execute(select(changes).order_by(changes.c.id).limit(limit)).all()
    keys_by_table: dict[str, dict[str, None]] = {}
    for note in notes:
        key = completed_key(metadata.tables[note.table], json.loads(note.key))
        keys_by_table.setdefault(note.table, {})[_key(key)] = None
    changed_rows: list[Change] = []
    for table in _in_order(keys_by_table):
        rows = _rows(tx, table, list(keys_by_table[table.name]))
        changed_rows += [Change(table.name, json.loads(key), rows.get(key)) for key in keys_by_table[table.name]]
    return [note.id for note in notes], changed_rows


def strike(tx: Connection, ids: Sequence[int]) -> None:
    """Strike notes of rows that are mirrored."""
    for part in parts_of(ids):
        tx.execute(delete(changes).where(changes.c.id.in_(part)))


def oldest_wait(tx: Connection) -> dt.timedelta:
    """Return how long the oldest note has waited to be mirrored, by the database's clock; zero when there is none."""
    clock = func.strftime("%s", "now") if tx.dialect.name == "sqlite" else func.extract("epoch", func.now())
    since = func.strftime("%s", changes.c.at) if tx.dialect.name == "sqlite" else func.extract("epoch", changes.c.at)
    first = select(changes.c.id).order_by(changes.c.id).limit(1).scalar_subquery()
    row = tx.execute(select(clock.label("now"), since.label("since")).where(changes.c.id == first)).first()
    return dt.timedelta(seconds=max(0.0, float(row.now) - float(row.since))) if row else dt.timedelta()


def last_segment(tx: Connection) -> tuple[int, str]:
    """Return number and SHA-256 of the last segment written; 0 and "" before the first."""
    row = tx.execute(select(mirror.c.segment, mirror.c.sha256)).first()
    return (int(row.segment), str(row.sha256)) if row else (0, "")


def advance_mirror(tx: Connection, segment: int, sha256: str, *, after: int) -> bool:
    """Record that a segment is written; return False when another process did so first (the last was not `after`)."""
    row = {"segment": segment, "sha256": sha256}
    if tx.execute(update(mirror).where(mirror.c.id == 1, mirror.c.segment == after).values(row)).rowcount:
        return True
    if after or last_segment(tx)[0]:
        return False
    tx.execute(insert(mirror).values(id=1, **row))
    return True


def reset_mirror(tx: Connection, segment: int, sha256: str) -> None:
    """Set which segment is the last, whatever was recorded before."""
    tx.execute(delete(mirror))
    tx.execute(insert(mirror).values(id=1, segment=segment, sha256=sha256))


def _in_order(names: Mapping[str, Any]) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name in names]


def _rows(tx: Connection, table: Table, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the rows under these keys, by key."""
    primary = list(table.primary_key)
    rows_by_key: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), 200):
        chunk = [tuple(json.loads(key)) for key in keys[start : start + 200]]
        for row in tx.execute(select(table).where(tuple_(*primary).in_(chunk))).mappings():
            rows_by_key[_key([row[column.name] for column in primary])] = portable.to_json_values(table, row)
    return rows_by_key


def _key(values: list[Any]) -> str:
    """Return a primary key as text, the same whichever database noted it."""
    return json_text(values)


def _trigger(dialect: str, table: Table, event: str) -> list[str]:
    name, which = f"changed_{table.name}_{event.lower()}", "OLD" if event == "DELETE" else "NEW"
    columns = ", ".join(f'{which}."{column.name}"' for column in table.primary_key)
    if dialect == "sqlite":
        insert_note = f"INSERT INTO changes (\"table\", key) VALUES ('{table.name}', json_array({columns}));"  # noqa: S608
        return [f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {table.name} BEGIN {insert_note} END"]
    insert_note = f"INSERT INTO changes (\"table\", key) VALUES ('{table.name}', json_build_array({columns})::text);"  # noqa: S608
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN {insert_note} RETURN NULL; END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table.name}",
        f"CREATE TRIGGER {name} AFTER {event} ON {table.name} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
