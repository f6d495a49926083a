"""Who may know of letters, and who read secret ones: recorded in the audit log, once for each sitting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from storage.catalogue import audit as log
from storage.catalogue import documents
from storage.catalogue.visibility.classes import secret_documents
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents
from storage.errors import RecordMissing
from storage.records import Original

SITTING = dt.timedelta(minutes=15)  # a page of pictures, its PDF and its Word file are one reading


def require_all(desk: Desk, ids: Sequence[str], caller: Caller, absent: str) -> None:
    """Raise RecordMissing, saying `absent`, unless a caller may know of all those of these letters that are there."""
    if not caller.within:
        return
    with desk.catalogue.read() as tx:
        if visible_documents(tx, ids, caller.within) != visible_documents(tx, ids, NO_LIMITS):
            raise RecordMissing(absent)


def may_have_original(tx: Connection, original: Original, within: Limits) -> bool:
    """Return whether a caller may have a file as it was sent: of one that holds pages of several letters, who may know
    of them all; never with a token that is limited to assets or procedures."""
    if not original.shared or not within:
        return True
    if within.assets or within.procedures:
        return False
    ids = documents.documents_of_original(tx, original.file.sha256)
    return set(ids) <= visible_documents(tx, ids, within)


def read_all(desk: Desk, ids: Sequence[str], caller: Caller, absent: str) -> None:
    """Require as `require_all`, and record the secret letters that the caller reads with a file that holds these."""
    require_all(desk, ids, caller, absent)
    note_reading(desk, ids, caller.name)


def note_reading(desk: Desk, ids: Sequence[str], by: str) -> None:
    """Record those of these letters of class R or SR that `by` reads, unless that was recorded within `SITTING`."""
    since = desk.now() - SITTING
    with desk.catalogue.read() as tx:
        secret = sorted(secret_documents(tx, ids))
        already_noted = log.subjects_with_action(tx, Action.DOCUMENT_READ, secret, by, since)
    unnoted = [id for id in secret if id not in already_noted]
    if unnoted:
        with desk.catalogue.write() as tx:
            for id in unnoted:
                audit.record(desk, tx, by, Action.DOCUMENT_READ, id)
