"""The outcome of each row of a batch, and whether to wait for letters that are not made yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from docgen.desk.background.job_run import JobDelayed
from docgen.desk.desk import Desk
from docgen.errors import ConverterError
from storage.catalogue import documents, journal
from storage.catalogue.dossiers import get_dossiers
from storage.errors import StorageError
from storage.records import Document, Dossier, Sentence
from wording import say

MOST_TRIES = 10  # of a letter while LibreOffice and store are there; after them the batch does not wait for it
LEFT = "Sebagian naskah belum dapat dibuat atau diarsipkan."


@dataclass(frozen=True)
class RowOutcome:
    """The outcome of a row: a document, or why there is none; a reserved document with a message cannot be made."""

    row: int
    state: Literal["issued", "reserved", "refused"]
    id: str = ""
    number: str = ""
    message: Sentence = ""
    dossier: str = ""
    joined: Literal["continued", "opened", ""] = ""


def outcome_of(row: int, document: Document, hindrances: Mapping[str, str]) -> RowOutcome:
    """Return the outcome of a row that has its document; `hindrances` as from `hindrances_of`."""
    if document.revision:
        return RowOutcome(row, "issued", document.id, document.number)
    return RowOutcome(row, "reserved", document.id, document.number, hindrances.get(document.id, ""))


def hindrances_of(desk: Desk, numbered: Sequence[Document]) -> dict[str, str]:
    """Return by id why documents cannot be made, of those that a batch does not wait for.

    They were given up, or failed MOST_TRIES times while LibreOffice and store were there: a photo may be missing.
    """
    with desk.catalogue.read() as tx:
        pending = journal.find_pending(tx, [document.id for document in numbered if not document.revision]).values()
    reasons: dict[str, str] = {
        line.document: say("Tidak dapat dibuat: {error}", error=line.error) for line in pending if line.given_up
    }
    stubborn = [line for line in pending if not line.given_up and line.attempts >= MOST_TRIES]
    if stubborn and _all_there(desk):
        reasons |= {line.document: say("Belum dapat dibuat: {error}", error=line.error) for line in stubborn}
    return reasons


def is_kept_back(outcomes: Sequence[RowOutcome]) -> bool:
    """Return whether no letter could be made although some can be later: LibreOffice or the store is away."""
    return any(map(_waits, outcomes)) and all(outcome.state != "issued" for outcome in outcomes)


def require_all_made(desk: Desk, outcomes: Sequence[RowOutcome]) -> None:
    """Raise JobDelayed, with the reason from the journal, while letters can still be made."""
    waiting = [outcome.id for outcome in outcomes if _waits(outcome)]
    if waiting:
        with desk.catalogue.read() as tx:
            pending = journal.find_pending(tx, waiting)
        raise JobDelayed(next((pending[id].error for id in waiting if id in pending and pending[id].error), LEFT))


def refresh_outcomes(desk: Desk, outcomes: Sequence[RowOutcome]) -> list[RowOutcome]:
    """Return the outcomes as the documents are now, with their dossiers: a late letter may have been made meanwhile."""
    with desk.catalogue.read() as tx:
        documents_by_id = documents.get_documents(tx, [outcome.id for outcome in outcomes if outcome.id])
        dossiers_by_id = get_dossiers(tx, list({document.dossier for document in documents_by_id.values()}))
    return [
        _refresh(outcome, documents_by_id[outcome.id], dossiers_by_id) if outcome.id in documents_by_id else outcome
        for outcome in outcomes
    ]


def _waits(outcome: RowOutcome) -> bool:
    """Return whether a letter is numbered and can still be made."""
    return outcome.state == "reserved" and not outcome.message


def _refresh(outcome: RowOutcome, document: Document, dossiers_by_id: Mapping[str, Dossier]) -> RowOutcome:
    opened = dossiers_by_id[document.dossier].opened_at == document.created_at
    current = outcome_of(outcome.row, document, {document.id: outcome.message})
    return replace(current, dossier=document.dossier, joined="opened" if opened else "continued")


def _all_there(desk: Desk) -> bool:
    """Return whether LibreOffice and the store answer."""
    try:
        desk.converter.check()
        desk.store.check()
    except (ConverterError, StorageError):
        return False
    return True
