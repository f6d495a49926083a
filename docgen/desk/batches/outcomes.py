"""What became of each row of a batch, and whether it is worth waiting for the rest."""

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
from storage.records import Document, Dossier
from wording import say

MOST_TRIES = 10  # of a letter, while all that it needs is there: then the others do not wait for it any longer
LEFT = "Sebagian naskah belum dapat dibuat atau diarsipkan."


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row: a document, or why there is none; a reserved one with a message cannot be made."""

    row: int
    state: Literal["issued", "reserved", "refused"]
    id: str = ""
    number: str = ""
    message: str = ""
    dossier: str = ""
    joined: Literal["continued", "opened", ""] = ""


def outcome_of(row: int, document: Document, hindrances: Mapping[str, str]) -> RowOutcome:
    """Return the line of a row that has its document; `hindrances` as from `hindrances_of`."""
    if document.revision:
        return RowOutcome(row, "issued", document.id, document.number)
    return RowOutcome(row, "reserved", document.id, document.number, hindrances.get(document.id, ""))


def hindrances_of(desk: Desk, numbered: Sequence[Document]) -> dict[str, str]:
    """Return why those of these documents are not made that nobody is to wait for, by id.

    They were given up, or tried again and again while LibreOffice and store were there: a photo may be missing.
    """
    with desk.catalogue.read() as tx:
        pending = journal.find_pending(tx, [one.id for one in numbered if not one.revision]).values()
    reasons: dict[str, str] = {
        line.document: say("Tidak dapat dibuat: {error}", error=line.error) for line in pending if line.given_up
    }
    stubborn = [line for line in pending if not line.given_up and line.attempts >= MOST_TRIES]
    if stubborn and _all_there(desk):
        reasons |= {line.document: say("Belum dapat dibuat: {error}", error=line.error) for line in stubborn}
    return reasons


def is_kept_back(lines: Sequence[RowOutcome]) -> bool:
    """Return whether nothing at all could be made: LibreOffice or the store is away."""
    return any(_waits(line) for line in lines) and all(line.state != "issued" for line in lines)


def require_all_made(desk: Desk, lines: Sequence[RowOutcome]) -> None:
    """Raise JobDelayed, which says what hinders them as the journal has it, while letters can still be made."""
    waiting = [line.id for line in lines if _waits(line)]
    if waiting:
        with desk.catalogue.read() as tx:
            pending = journal.find_pending(tx, waiting)
        raise JobDelayed(next((pending[id].error for id in waiting if id in pending and pending[id].error), LEFT))


def as_they_are_now(desk: Desk, lines: Sequence[RowOutcome]) -> list[RowOutcome]:
    """As the documents are now, with their dossiers: what was kept back may have been finished meanwhile."""
    with desk.catalogue.read() as tx:
        made = documents.get_documents(tx, [line.id for line in lines if line.id])
        dossiers = get_dossiers(tx, list({one.dossier for one in made.values()}))
    return [_joined(line, made[line.id], dossiers) if line.id in made else line for line in lines]


def _waits(line: RowOutcome) -> bool:
    """Whether a letter is numbered, and can be made as soon as what hinders it is gone."""
    return line.state == "reserved" and not line.message


def _joined(line: RowOutcome, document: Document, dossiers: Mapping[str, Dossier]) -> RowOutcome:
    opened = dossiers[document.dossier].opened_at == document.created_at
    current = outcome_of(line.row, document, {document.id: line.message})
    return replace(current, dossier=document.dossier, joined="opened" if opened else "continued")


def _all_there(desk: Desk) -> bool:
    try:
        desk.converter.check()
        desk.store.check()
    except (ConverterError, StorageError):
        return False
    return True
