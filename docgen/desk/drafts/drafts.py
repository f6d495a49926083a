"""Save, read and remove the drafts of a user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.desk import Desk
from storage.catalogue import drafts
from storage.errors import RecordConflict, RecordMissing
from storage.records import Draft

Body = dict[str, Any]

LONGEST_SAVE_ID = 40
TRIES = 5


@dataclass(frozen=True)
class Save:
    """A save of a form, as its page names it.

    `draft` is the draft that the page shows, "" for a new form, and `base_version` the version that was changed; None
    writes over any. `id` is what the page calls this save, and `unanswered` names those before it of which the page
    did not hear that they arrived: it was reloaded, or the network was cut. A `forced` save writes over what another
    tab saved.
    """

    draft: str = ""
    base_version: int | None = None
    id: str = ""
    unanswered: Sequence[str] = ()
    forced: bool = False


def save_draft(desk: Desk, user: str, body: Body, save: Save = Save()) -> Draft:
    """Save a form as this user's draft and return it; a draft of nobody or of another person begins a new one.

    What an unanswered save of the same page left is written over, and a save that arrives after the one that knew of it
    changes nothing. Raises RecordConflict when another tab saved something else.
    """
    base_version, tries = None if save.forced else save.base_version, TRIES
    if save.forced and _is_overtaken(desk, user, save):
        return get_draft(desk, user, save.draft)
    while True:
        try:
            return _write(desk, user, body, save, base_version)
        except RecordConflict:
            saved = get_draft(desk, user, save.draft)
            last = saved.save_id.partition(" ")[0]
            if saved.body == body or _is_overtaken(desk, user, save):
                return saved
            if last not in save.unanswered or not tries:
                raise
            base_version, tries = saved.version, tries - 1  # other saves of this page may arrive at the same moment


def get_draft(desk: Desk, user: str, id: str) -> Draft:
    """Return a draft of this user. Raises RecordMissing."""
    with desk.catalogue.read() as tx:
        return drafts.get_draft(tx, id, user)


def list_drafts(tx: Connection, user: str, limit: int) -> list[Draft]:
    """Return the newest drafts of a user, last changed first."""
    return drafts.list_drafts(tx, user, limit)


def remove_draft(desk: Desk, user: str, id: str) -> None:
    """Remove a draft of this user; nothing happens when there is none."""
    if id:
        with desk.catalogue.write() as tx:
            drafts.remove_draft(tx, id, user)


def _write(desk: Desk, user: str, body: Body, save: Save, base_version: int | None) -> Draft:
    id = save.draft
    if id:
        try:
            get_draft(desk, user, id)
        except RecordMissing:
            id = ""
    draft = Draft(
        id=id or str(ULID()).lower(), user=user, body=body, updated_at=desk.now(), save_id=_with_unanswered(save)
    )
    with desk.catalogue.write() as tx:
        return draft.model_copy(update={"version": drafts.put_draft(tx, draft, base_version=base_version)})


def _is_overtaken(desk: Desk, user: str, save: Save) -> bool:
    """Return whether a later save of the same page, which knew of this one, was quicker."""
    try:
        return save.id in get_draft(desk, user, save.draft).save_id.split()[1:]
    except RecordMissing:
        return False


def _with_unanswered(save: Save) -> str:
    """Return the id of a save and, as far as the column holds them, of those before it that may arrive after it."""
    ids = save.id
    for other in reversed(save.unanswered):
        if ids and other != save.id and len(f"{ids} {other}") <= LONGEST_SAVE_ID:
            ids = f"{ids} {other}"
    return ids
