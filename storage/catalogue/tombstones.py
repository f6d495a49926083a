"""Tombstones: which documents were destroyed, by whose approval, and which files they had."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, String, cast, delete, insert, or_, select, update

from storage.catalogue.rows import like, to_record, to_row
from storage.catalogue.tables import (
    archived_files,
    awaited_signatures,
    documents,
    kept_aside,
    revisions,
    tombstones,
)
from storage.catalogue.visibility.people import remove_people_of_nothing
from storage.records import Tombstone


def add_tombstone(tx: Connection, tombstone: Tombstone, reason: str) -> None:
    """Mark a document as destroyed; its objects and its revisions stay until `finish_destruction`."""
    tx.execute(insert(tombstones), to_row(tombstone, tombstones))
    change = update(documents).where(documents.c.id == tombstone.document)
    tx.execute(change.values(status="destroyed", status_reason=reason))


def get_tombstone(tx: Connection, document: str) -> Tombstone | None:
    """Return the tombstone of a document; None when it was not destroyed."""
    row = tx.execute(select(tombstones).where(tombstones.c.document == document)).mappings().first()
    return None if row is None else to_record(Tombstone, row)


def list_act(tx: Connection, act: str) -> list[Tombstone]:
    """Return every tombstone of one act of destruction, by document."""
    query = select(tombstones).where(tombstones.c.act == act).order_by(tombstones.c.document)
    return [to_record(Tombstone, row) for row in tx.execute(query).mappings()]


def unfinished_acts(tx: Connection) -> list[str]:
    """Return the acts whose objects are not all gone yet, oldest first."""
    return list(
        tx.execute(select(tombstones.c.act).where(~tombstones.c.done).distinct().order_by(tombstones.c.act)).scalars()
    )


def finish_destruction(tx: Connection, document: str) -> None:
    """Delete the revisions of a document whose objects are gone, with everything they were made from."""
    tx.execute(delete(archived_files).where(archived_files.c.document == document))
    tx.execute(delete(revisions).where(revisions.c.document == document))
    tx.execute(delete(kept_aside).where(kept_aside.c.document == document))
    tx.execute(delete(awaited_signatures).where(awaited_signatures.c.document == document))
    remove_people_of_nothing(tx, document)
    tx.execute(update(documents).where(documents.c.id == document).values(revision=0))
    tx.execute(update(tombstones).where(tombstones.c.document == document).values(done=True))


def is_used_elsewhere(tx: Connection, sha256: str, without: Sequence[str]) -> bool:
    """Return whether an uploaded file (a photo, a scan) is also part of a document outside of `without`."""
    archived = select(archived_files.c.document).where(archived_files.c.sha256 == sha256)
    if any(id not in without for id in tx.execute(archived).scalars()):
        return True
    json_columns = (revisions.c.submission, revisions.c.attachments)  # only these name the originals of a stack
    mentions = [cast(column, String).like(like(sha256), escape="\\") for column in json_columns]
    mentioning = select(revisions.c.document).where(or_(*mentions))
    return any(id not in without for id in tx.execute(mentioning.distinct()).scalars())
