"""Drafts: forms that people began and have not issued yet."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import drafts, users
from storage.errors import RecordConflict, RecordMissing
from storage.records import Draft
from wording import say


def lock_drafts(tx: Connection, user: str) -> None:
    """Hold the drafts of this user, the missing ones, too: whoever else locks them waits until `tx` ends."""
    tx.execute(select(users.c.name).where(users.c.name == user).with_for_update())


def put_draft(tx: Connection, draft: Draft, *, base_version: int | None = None) -> int:
    """Save a draft, new or changed, and return its new version.

    `base_version` is the version that the writer changed; None overwrites any. Raises RecordConflict when another
    version was saved meanwhile, or the id is another user's.
    """
    row = to_row(draft, drafts)
    query = select(drafts.c.version).where(drafts.c.id == draft.id, drafts.c.user == draft.user).with_for_update()
    version = tx.execute(query).scalar()
    if version is None:
        tx.execute(insert(drafts), row | {"version": 1})
        return 1
    if base_version is not None and base_version != version:
        raise RecordConflict("Draf ini sudah diubah di tab atau perangkat lain.")
    tx.execute(update(drafts).where(drafts.c.id == draft.id).values(row | {"version": version + 1}))
    return int(version) + 1


def get_draft(tx: Connection, id: str, user: str) -> Draft:
    """Return a draft of this user. Raises RecordMissing."""
    query = select(drafts).where(drafts.c.id == id, drafts.c.user == user)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise RecordMissing(say("Draf {id} tidak ada atau bukan milik Anda.", id=repr(id)))
    return to_record(Draft, row)


def list_drafts(tx: Connection, user: str, limit: int = 20) -> list[Draft]:
    """Return a user's drafts, last changed first."""
    query = select(drafts).where(drafts.c.user == user).order_by(drafts.c.updated_at.desc()).limit(limit)
    return [to_record(Draft, row) for row in tx.execute(query).mappings()]


def remove_draft(tx: Connection, id: str, user: str) -> None:
    """Delete a draft; nothing happens when it is gone already."""
    tx.execute(delete(drafts).where(drafts.c.id == id, drafts.c.user == user))
