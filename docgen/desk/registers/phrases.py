"""Standard sentences of the office (kalimat baku): saved and removed, each with its line in the audit log."""

from __future__ import annotations

from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from storage.catalogue import phrases
from storage.records import Phrase
from storage.text import DOOR


def save_phrase(desk: Desk, id: str, title: str, kind: str, text: str, *, by: str) -> Phrase:
    """Change the phrase of this id, or add one when `id` is empty; return it as saved.

    Raises ValidationError, RecordMissing: it was removed meanwhile.
    """
    values = {"id": id or str(ULID()).lower(), "title": title, "kind": kind, "text": text}
    phrase = Phrase.model_validate(values, context=DOOR)
    with desk.catalogue.write() as tx:
        if id:
            phrases.get_phrase(tx, id)
        phrases.put_phrase(tx, phrase)
        audit.record(desk, tx, by, Action.PHRASE_SAVED, phrase.id, after=phrase.model_dump())
    return phrase


def remove_phrase(desk: Desk, id: str, *, by: str) -> Phrase:
    """Remove a phrase and return it; letters that used it stay as they are. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        phrase = phrases.get_phrase(tx, id)
        phrases.remove_phrase(tx, id)
        audit.record(desk, tx, by, Action.PHRASE_REMOVED, id, before=phrase.model_dump())
    return phrase
