"""What the open part of the mirror tells of letters that lie encrypted: that they are, never their words.

Of a register's entry number, date and state stay; of a line of the audit log its place in the chain. All else of such
letters stands in encrypted segments alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from storage.catalogue.audit import VEILED
from storage.catalogue.changes import Change
from storage.catalogue.visibility.classes import ENCRYPTED, encrypted_documents
from storage.text import json_text

VEILED_TITLE = "(naskah rahasia)"

_ID = re.compile(r"[0-9a-zA-Z]{26}")
_COLUMN = {  # of the document that a row is about
    "documents": "id",
    "register_entries": "document",
    "tombstones": "document",
    "shares": "document",
    "bundle_documents": "document",
    "journal": "document",
}


def veil(tx: Connection, changes: Sequence[Change]) -> list[Change]:
    """Return the changes as everybody may read them: rows of letters that lie encrypted are veiled or left out."""
    ids_by_row = [_ids_of(change) for change in changes]
    encrypted = encrypted_documents(tx, list(dict.fromkeys(id for ids in ids_by_row for id in ids)))
    encrypted |= {
        str(change.row["id"])
        for change in changes
        if change.table == "documents" and change.row and change.row.get("security") in ENCRYPTED
    }
    veiled: list[Change] = []
    for change, ids in zip(changes, ids_by_row, strict=True):
        if encrypted.isdisjoint(ids) and not _names_class(change):
            veiled.append(change)
        elif change.row is not None:
            veiled += _veiled(change, change.row)
    return veiled


def _ids_of(change: Change) -> Iterable[str]:
    """Return the ids of documents that a row is about; of a line of the audit log all that it mentions."""
    if change.row is None:
        return ()
    if change.table == "audit":
        return _ID.findall(json_text(change.row))
    column = _COLUMN.get(change.table)
    return (str(change.row[column]),) if column else ()


def _names_class(change: Change) -> bool:
    """Return whether a line of the audit log itself says that it is about a letter, or a draft, of class R or SR."""
    after = (change.row or {}).get("after") if change.table == "audit" else None
    return isinstance(after, dict) and after.get("security") in ENCRYPTED


def _veiled(change: Change, row: Mapping[str, Any]) -> list[Change]:
    if change.table == "register_entries":
        return [replace(change, row={**row, "title": VEILED_TITLE, "reason": ""}, veiled=("title", "reason"))]
    if change.table == "audit":
        return [replace(change, row={**row, "before": {}, "after": VEILED}, veiled=("before", "after"))]
    return []
