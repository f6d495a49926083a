"""Which objects lie encrypted in the archive: those of letters of class R and SR, and what is made of such letters."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from storage.catalogue.visibility.classes import ENCRYPTED, encrypted_documents
from storage.errors import ObjectMissing
from storage.keys import upload_key
from storage.objects import ObjectStore
from storage.records import Office
from storage.text import json_text

_PHOTO = re.compile(r"\b[0-9a-f]{64}\.jpg\b")


def is_encrypted(office: Office) -> bool:
    """Return whether a letter lies encrypted; `office` is that of its snapshot, which has the letter's class."""
    return office.security_code in ENCRYPTED


def is_encrypted_by(snapshot: Mapping[str, Any]) -> bool:
    """Return whether a letter lies encrypted, by its snapshot as plain data."""
    return snapshot["office"]["security_code"] in ENCRYPTED


def any_encrypted(desk: Desk, ids: Sequence[str]) -> bool:
    """Return whether one of these documents lies encrypted, so that what is made of all of them must, too."""
    with desk.catalogue.read() as tx:
        return any_encrypted_in(tx, ids)


def any_encrypted_in(tx: Connection, ids: Sequence[str]) -> bool:
    """Return `any_encrypted`, in a transaction that is open already."""
    return bool(encrypted_documents(tx, list(ids)))


def require_secrecy(desk: Desk, office: Office) -> None:
    """Check that a letter can be encrypted, before it takes a number; of other letters nothing is asked.

    Raises SecrecyUnavailable with what to do, StoreUnavailable.
    """
    if is_encrypted(office):
        desk.store.require_secrecy()


def uploads_named_in(values: Any) -> set[str]:
    """Return the keys of the photos that the values of a letter name."""
    return {upload_key(name) for name in _PHOTO.findall(json_text(values))}


def encrypt_objects(store: ObjectStore, keys: Collection[str]) -> None:
    """Encrypt objects that were stored before it was known what they belong to; missing ones are left out.

    Raises StoreUnavailable, ObjectDamaged.
    """
    for key in keys:
        with suppress(ObjectMissing):
            store.make_secret(key)
