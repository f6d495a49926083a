"""Drafts: letters that people write and have not issued, and those that went through hands to a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import (
    draft_comments,
    draft_readers,
    draft_readings,
    draft_route,
    draft_versions,
    drafts,
    users,
)
from storage.errors import RecordConflict, RecordMissing
from storage.records import Draft, DraftState
from wording import Message, say

_CHILDREN = (draft_comments, draft_readers, draft_readings, draft_route, draft_versions)
_UNSENT = ("writing", "returned")  # where its author writes on


def lock_drafts(tx: Connection, user: str) -> None:
    """Hold the drafts of this user, the missing ones, too: whoever else locks them waits until `tx` ends."""
    tx.execute(select(users.c.name).where(users.c.name == user).with_for_update())


def put_draft(tx: Connection, draft: Draft, *, base_version: int | None = None) -> int:
    """Save a draft, new or changed, and return its new version.

    Of a draft that is there only the text is changed; one that was deleted is there again. `base_version` is the
    version that the writer changed; None overwrites any. Raises RecordConflict when another version was saved
    meanwhile, or the id is another user's.
    """
    row = to_row(draft, drafts)
    is_his = (drafts.c.id == draft.id) & (drafts.c.user == draft.user) & (drafts.c.token == draft.token)
    version = tx.execute(select(drafts.c.version).where(is_his).with_for_update()).scalar()
    if version is None:
        tx.execute(insert(drafts), row | {"version": 1})
        return 1
    if base_version is not None and base_version != version:
        raise RecordConflict("Draf ini sudah diubah di tab atau perangkat lain.")
    text = {name: row[name] for name in ("body", "updated_at", "save_id")}
    values = {**text, "version": version + 1, "removed_at": None}
    tx.execute(update(drafts).where(drafts.c.id == draft.id).values(values))
    return int(version) + 1


def change_draft(tx: Connection, id: str, **values: Any) -> Draft:
    """Set these columns of a draft and return it as it is then. Raises RecordMissing."""
    tx.execute(update(drafts).where(drafts.c.id == id).values(values))
    return find_draft(tx, id)


def get_draft(tx: Connection, id: str, user: str) -> Draft:
    """Return a draft of this person, unless it is deleted. Raises RecordMissing."""
    is_his = (drafts.c.user == user) & (drafts.c.token == "")
    query = select(drafts).where(drafts.c.id == id, is_his, drafts.c.removed_at.is_(None))
    row = tx.execute(query).mappings().first()
    if row is None:
        raise RecordMissing(missing(id))
    return to_record(Draft, row)


def missing(id: str) -> Message:
    """Return the sentence about a draft that is not there, or not for whom asks."""
    return say("Draf {id} tidak ada atau bukan milik Anda.", id=repr(id))


def find_draft(tx: Connection, id: str, *, hold: bool = False) -> Draft:
    """Return a draft of whomever, deleted or not; `hold` locks it until `tx` ends. Raises RecordMissing."""
    query = select(drafts).where(drafts.c.id == id)
    row = tx.execute(query.with_for_update() if hold else query).mappings().first()
    if row is None:
        raise RecordMissing(missing(id))
    return to_record(Draft, row)


def find_draft_of(tx: Connection, document: str) -> Draft | None:
    """Return the draft that became this document, or None: it was issued without one."""
    row = tx.execute(select(drafts).where(drafts.c.document == document)).mappings().first()
    return to_record(Draft, row) if row else None


def list_drafts(tx: Connection, user: str, limit: int = 20) -> list[Draft]:
    """Return the drafts that a person writes on, last changed first."""
    is_his = (drafts.c.user == user) & (drafts.c.token == "") & drafts.c.removed_at.is_(None)
    query = select(drafts).where(is_his, drafts.c.state.in_(_UNSENT))
    query = query.order_by(drafts.c.updated_at.desc(), drafts.c.id.desc()).limit(limit)
    return [to_record(Draft, row) for row in tx.execute(query).mappings()]


def search_drafts(
    tx: Connection,
    user: str,
    token: str,
    officials: Collection[str] | None,
    *,
    state: str = "",
    mine: bool = False,
    removed: bool = False,
    waiting: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> list[Draft]:
    """Return the drafts that this caller writes, reads, or has on his desk, newest first.

    `officials` are those he decides as, None for all; their drafts are those that were submitted. `mine` leaves his
    own, `waiting` those with an entry of these officials that waits (its turn or not), `removed` those he deleted.
    """
    own = (drafts.c.user == user) & (drafts.c.token == token)
    entries = select(draft_route.c.draft)
    if officials is not None:
        entries = entries.where(draft_route.c.official.in_(officials))
    if waiting:
        entries = entries.where(draft_route.c.state == "waiting")
    on_route = drafts.c.submitted_at.is_not(None) & drafts.c.id.in_(entries)
    read = drafts.c.id.in_(select(draft_readers.c.draft).where(draft_readers.c.user == user)) & (token == "")
    which = own if mine or removed else on_route if waiting else or_(own, on_route, read)
    query = select(drafts).where(which, drafts.c.removed_at.is_not(None) if removed else drafts.c.removed_at.is_(None))
    if state:
        query = query.where(drafts.c.state == state)
    if cursor:
        query = query.where(drafts.c.id < cursor)
    return [to_record(Draft, row) for row in tx.execute(query.order_by(drafts.c.id.desc()).limit(limit)).mappings()]


def count_drafts(tx: Connection, user: str, token: str, state: DraftState) -> int:
    """Return how many drafts in a state this caller has written and not deleted."""
    own = (drafts.c.user == user, drafts.c.token == token, drafts.c.state == state, drafts.c.removed_at.is_(None))
    return int(tx.execute(select(func.count()).select_from(drafts).where(*own)).scalar_one())


def remove_draft(tx: Connection, id: str, user: str) -> None:
    """Delete a draft of this person that was never submitted; nothing happens when there is none."""
    is_his = (drafts.c.id == id) & (drafts.c.user == user) & (drafts.c.token == "")
    unsent = drafts.c.submitted_at.is_(None)
    if tx.execute(select(drafts.c.id).where(is_his, unsent)).first():
        _delete(tx, [id])


def purge_removed(tx: Connection, before: dt.datetime) -> None:
    """Delete for ever what was deleted before this moment."""
    old = tx.execute(select(drafts.c.id).where(drafts.c.removed_at < before).limit(500)).scalars().all()
    _delete(tx, old)


def forget_document(tx: Connection, document: str) -> None:
    """Delete for ever the draft that became this document, with every text it had: the document is destroyed."""
    _delete(tx, tx.execute(select(drafts.c.id).where(drafts.c.document == document)).scalars().all())


def _delete(tx: Connection, ids: Collection[str]) -> None:
    for table in _CHILDREN:
        tx.execute(delete(table).where(table.c.draft.in_(ids)))
    tx.execute(delete(drafts).where(drafts.c.id.in_(ids)))
