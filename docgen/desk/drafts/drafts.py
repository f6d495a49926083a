"""Save, read and remove the drafts of a user.

A draft is known by the key of the form it was first saved from, so that a form has one draft, however often its first
save is sent, and none once its letter is issued, however late a save arrives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.desk import Desk
from docgen.desk.drafts.submit import IN_HANDS
from docgen.desk.drafts.uploads import encrypt_uploads
from docgen.errors import Conflict
from storage.catalogue import idempotency
from storage.catalogue.drafting import drafts
from storage.errors import RecordConflict, RecordMissing
from storage.records import Draft

Body = dict[str, Any]

LONGEST_SAVE_ID = 40
TRIES = 5
_KEY = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")  # a ULID


@dataclass(frozen=True)
class Save:
    """A save of a form, as its page names it.

    `key` is the idempotency key that the form is issued with. `draft` is the draft that the page shows, "" for a new
    form, and `base_version` the version that was changed, 0 when the page knows of none. `id` is what the page calls
    this save, and `unanswered` names those before it of which the page did not hear that they arrived: it was reloaded,
    or the network was cut. A `forced` save writes over what another tab saved; one `anew` begins another draft when the
    letter of the form is issued.
    """

    key: str = ""
    draft: str = ""
    base_version: int = 0
    id: str = ""
    unanswered: Sequence[str] = ()
    forced: bool = False
    anew: bool = False


def begin_draft(desk: Desk, user: str, body: Body) -> Draft:
    """Begin a draft of this user that no form has shown yet, and return it."""
    draft = Draft(id=str(ULID()).lower(), user=user, body=body, updated_at=desk.now())
    with desk.catalogue.write() as tx:
        drafts.put_draft(tx, draft)
    encrypt_uploads(desk, draft)
    return draft


def save_draft(desk: Desk, user: str, body: Body, save: Save = Save()) -> Draft | None:
    """Save a form as this user's draft and return it; a draft of nobody or of another person begins a new one.

    What an unanswered save of the same page left is written over, and a save that arrives after the one that knew of it
    changes nothing. Returns None when the letter of the form is issued and its draft gone: nothing is saved. Raises
    RecordConflict when another tab saved something else, Conflict while officials have the draft in hand.
    """
    base_version, tries = None if save.forced else save.base_version, TRIES
    if save.forced and (draft := find_draft(desk, user, save)) and _overtakes(draft, save):
        return draft
    while True:
        try:
            written = _write(desk, user, body, save, base_version)
            if written is not None:
                encrypt_uploads(desk, written)
            return written
        except RecordConflict:
            saved = find_draft(desk, user, save)
            if saved is None:
                raise
            if saved.body == body or _overtakes(saved, save):
                return saved
            if saved.save_id.partition(" ")[0] not in save.unanswered or not tries:
                raise
            base_version, tries = saved.version, tries - 1  # other saves of this page may arrive at the same moment


def get_draft(desk: Desk, user: str, id: str) -> Draft:
    """Return a draft of this user. Raises RecordMissing."""
    with desk.catalogue.read() as tx:
        return drafts.get_draft(tx, id, user)


def find_draft(desk: Desk, user: str, save: Save) -> Draft | None:
    """Return the draft that a save changes, or None: it begins a new one."""
    with desk.catalogue.read() as tx:
        return _find(tx, user, save)


def find_issued(desk: Desk, user: str, id: str) -> str:
    """Return the id of the letter that was issued from this user's draft, "" when there is none."""
    with desk.catalogue.read() as tx:
        return (idempotency.find_document(tx, user, id.upper()) or "") if id else ""


def list_drafts(tx: Connection, user: str, limit: int) -> list[Draft]:
    """Return the newest drafts of a user, last changed first."""
    return drafts.list_drafts(tx, user, limit)


def remove_draft(desk: Desk, user: str, id: str, key: str = "") -> None:
    """Remove a draft of this user, and that of the form with this key; nothing happens when there is none."""
    with desk.catalogue.write() as tx:
        drafts.lock_drafts(tx, user)
        for each in {id, _id_of(key)} - {""}:
            drafts.remove_draft(tx, each, user)


def _id_of(key: str) -> str:
    """Return the id of the draft of a form; "" for a key that is no ULID."""
    return key.lower() if _KEY.fullmatch(key.lower()) else ""


def _find(tx: Connection, user: str, save: Save) -> Draft | None:
    for id in (save.draft, _id_of(save.key)):
        if id:
            try:
                return drafts.get_draft(tx, id, user)
            except RecordMissing:
                continue
    return None


def _write(desk: Desk, user: str, body: Body, save: Save, base_version: int | None) -> Draft | None:
    with desk.catalogue.write() as tx:
        drafts.lock_drafts(tx, user)  # whoever issues the letter removes the draft before this save or after it
        saved = _find(tx, user, save)
        if saved is not None and saved.state == "issued":
            if not save.anew:
                return None
            saved = None
            save = replace(save, key="", draft="")
        if saved is not None and saved.state in ("review", "signing"):
            raise Conflict(IN_HANDS)
        is_issued = saved is None and idempotency.find_document(tx, user, save.key) is not None
        if is_issued and not save.anew:
            return None
        id = saved.id if saved else "" if is_issued else _id_of(save.key)
        draft = Draft(
            id=id or str(ULID()).lower(), user=user, body=body, updated_at=desk.now(), save_id=_with_unanswered(save)
        )
        base_version = base_version if saved else None
        return draft.model_copy(update={"version": drafts.put_draft(tx, draft, base_version=base_version)})


def _overtakes(draft: Draft, save: Save) -> bool:
    """Return whether a later save of the same page, which knew of this one, was quicker."""
    return save.id in draft.save_id.split()[1:]


def _with_unanswered(save: Save) -> str:
    """Return the id of a save and, as far as the column holds them, of those before it that may arrive after it."""
    ids = save.id
    for other in reversed(save.unanswered):
        if ids and other != save.id and len(f"{ids} {other}") <= LONGEST_SAVE_ID:
            ids = f"{ids} {other}"
    return ids
