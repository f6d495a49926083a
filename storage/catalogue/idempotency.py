"""Idempotency keys: the service recognises by its key a call that was sent before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from storage.catalogue.rows import upsert
from storage.catalogue.tables import idempotency_keys
from storage.errors import RecordConflict
from wording import say

LIFETIME = dt.timedelta(days=7)
BATCH = "batch:"  # with the id of a job: the caller whose keys are the rows of a batch


def find(tx: Connection, caller: str, key: str, request_sha256: str, now: dt.datetime | None = None) -> str | None:
    """Return the document that a call with this key made, or None; with `now`, only of the 7 days before it.

    Raises RecordConflict if that call had another body.
    """
    same_call = (idempotency_keys.c.caller == caller) & (idempotency_keys.c.key == key)
    if now is not None:
        same_call &= idempotency_keys.c.created_at >= now - LIFETIME
    row = tx.execute(select(idempotency_keys).where(same_call)).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256:
        raise RecordConflict(
            say("Idempotency-Key {key} sudah dipakai untuk permintaan yang lain. Pakai kunci baru.", key=repr(key))
        )
    return str(row.document)


def find_document(tx: Connection, caller: str, key: str) -> str | None:
    """Return the document that a call with this key made, whatever its body was, or None."""
    same_call = (idempotency_keys.c.caller == caller) & (idempotency_keys.c.key == key)
    return tx.execute(select(idempotency_keys.c.document).where(same_call)).scalar()


def ids_by_key(tx: Connection, caller: str, keys: Sequence[str] | None = None) -> dict[str, str]:
    """Return the document of each key of a caller, or of these few of its keys."""
    query = select(idempotency_keys.c.key, idempotency_keys.c.document).where(idempotency_keys.c.caller == caller)
    if keys is not None:
        query = query.where(idempotency_keys.c.key.in_(keys))
    return {str(row.key): str(row.document) for row in tx.execute(query)}


def add(tx: Connection, caller: str, key: str, request_sha256: str, document: str, now: dt.datetime) -> None:
    """Remember which document a call with this key made; a key that is older than 7 days may be used again.

    Raises RecordConflict when another call used the key meanwhile.
    """
    row = {
        "caller": caller,
        "key": key,
        "request_sha256": request_sha256,
        "document": document,
        "created_at": now,
    }
    old = idempotency_keys.c.created_at < now - LIFETIME
    remember = upsert(tx, idempotency_keys).on_conflict_do_update(index_elements=["caller", "key"], set_=row, where=old)
    if tx.execute(remember.returning(idempotency_keys.c.document), row).first() is None:
        raise RecordConflict(
            say("Idempotency-Key {key} sedang dipakai. Tunggu sebentar, lalu coba lagi.", key=repr(key))
        )


def forget_old(tx: Connection, now: dt.datetime) -> None:
    """Forget the keys that are older than 7 days, but for those of batches, which `forget` ends."""
    old = idempotency_keys.c.created_at < now - LIFETIME
    tx.execute(delete(idempotency_keys).where(old, ~idempotency_keys.c.caller.startswith(BATCH)))


def forget(tx: Connection, caller: str) -> None:
    """Forget every key of a caller."""
    tx.execute(delete(idempotency_keys).where(idempotency_keys.c.caller == caller))
