"""Replay the mirror: write the rows of its segments into a catalogue, in their order and without those disregarded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, tuple_, update

from storage.catalogue import portable
from storage.catalogue.changes import Change
from storage.catalogue.rows import completed_key, has_key
from storage.catalogue.tables import audit as audit_table
from storage.catalogue.tables import document_assets, metadata
from storage.catalogue.tables import documents as document_table
from storage.errors import StorageError
from storage.keys import segment_key
from storage.objects import ObjectStore
from storage.segments import Segment, list_parts, read_part, read_segments
from storage.text import storable
from wording import say


class _Fork(Exception):
    """A take-over disregards segments that were replayed already."""


def replay_all(tx: Connection, store: ObjectStore, after: int, unreadable: list[str]) -> Segment | None:
    """Replay the segments after a number, without those that a later one disregards; return the last.

    Take-overs are rare, so they are not looked for: the replay begins again when one is met.
    """
    try:
        with tx.begin_nested():
            return _replay_without(tx, store, after, frozenset(), unreadable)
    except _Fork:
        unreadable.clear()
        return _replay_without(tx, store, after, _disregarded(store, after), unreadable)


def _replay_without(
    tx: Connection, store: ObjectStore, after: int, left_out: Collection[int], unreadable: list[str]
) -> Segment | None:
    last = None
    for segment in read_segments(store, after):
        last = segment
        if segment.number in left_out:
            continue
        if not left_out and segment.after != segment.first - 1:
            raise _Fork
        if segment.unreadable:
            unreadable.append(segment_key(segment.number))
        _replay(tx, segment.changes)
    return last


def _disregarded(store: ObjectStore, after: int) -> set[int]:
    """Return the numbers of disregarded segments: each segment names the last one before it that counts."""
    left_out: set[int] = set()
    parts = {part.last: part for part in list_parts(store)}
    number = max(parts, default=0)
    while number > after:
        part = parts.get(number)
        before = read_part(store, part).after if part else after - 1  # within one that is merged since
        left_out |= set(range(before + 1, part.first)) if part else set()
        if part and part.first <= after:
            break
        number = before
    if number < after:
        raise StorageError(
            "Salinan katalog ini dari katalog yang kemudian digantikan: arsip tidak lagi mengakui catatannya. "
            "Pakai salinan yang lebih lama, atau bangun dari arsip: `docgen archive rebuild`."
        )
    return left_out


def _replay(tx: Connection, segment_changes: Sequence[Change]) -> None:
    """Write the rows of a segment, those that others refer to first, and delete in the opposite order."""
    by_table: dict[str, list[Change]] = {}
    for change in segment_changes:
        by_table.setdefault(change.table, []).append(change)
    unknown = set(by_table) - set(metadata.tables)
    if unknown:
        raise StorageError(
            say(
                "Tabel {tables} tidak dikenal: arsip ini dari docgen yang lebih baru.",
                tables=", ".join(sorted(unknown)),
            )
        )
    order = [table for table in metadata.sorted_tables if table.name in by_table]
    for table in reversed(order):
        for change in by_table[table.name]:
            if change.row is None:
                tx.execute(delete(table).where(*has_key(table, completed_key(table, change.key))))
    for table in order:
        _upsert(tx, table, [change for change in by_table[table.name] if change.row is not None])
    for change in by_table.get(document_table.name, []):
        if change.row is not None:
            _put_assets(tx, change.row["id"], change.row["procedure"], change.row["step"], change.row["assets"])


def _upsert(tx: Connection, table: Table, row_changes: Sequence[Change]) -> None:
    """Insert or update these rows, but not their veiled columns; lines of the audit log are never updated."""
    changes_by_key = {tuple(completed_key(table, change.key)): change for change in row_changes}
    rows = {key: change.row for key, change in changes_by_key.items() if change.row is not None}
    primary, keys = list(table.primary_key), list(rows)
    existing: set[tuple[Any, ...]] = set()
    for start in range(0, len(keys), 200):  # databases limit the parameters of one statement
        query = select(*primary).where(tuple_(*primary).in_(keys[start : start + 200]))
        existing |= {tuple(row) for row in tx.execute(query)}
    portable.load(tx, metadata, ((table.name, row) for key, row in rows.items() if key not in existing))
    for key in existing if table is not audit_table else ():
        values = portable.from_json_values(table, rows[key])
        veiled = changes_by_key[key].veiled
        known = {name: value for name, value in values.items() if name not in veiled}
        tx.execute(update(table).where(*has_key(table, key)).values(known))


def _put_assets(tx: Connection, document: str, procedure: str, step: int, nibars: list[str]) -> None:
    query = select(document_assets.c.nibar).where(document_assets.c.document == document)
    existing = set(tx.execute(query).scalars())
    rows = [
        {"nibar": nibar, "procedure": procedure, "step": step, "document": document}
        for nibar in dict.fromkeys(storable(nibars))
        if nibar not in existing
    ]
    if rows:
        tx.execute(insert(document_assets), rows)
