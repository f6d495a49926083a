"""Officials on the way of a document or named in it: who reads it, whatever its security class is.

The rows are derived from what a letter was made from and from the decisions on it, so a rebuild has them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select

from storage.catalogue.tables import document_people, journal, revisions

_SIGNERS = ("signer", "on_behalf_of", "by_way_of")


def people_of(
    submission: Mapping[str, Any], snapshot: Mapping[str, Any], endorsement: Mapping[str, Any] | None = None
) -> set[str]:
    """Return the ids of the officials of a letter: who signs, for whom, who initialled it, whom it names or is for.

    `submission`, `snapshot` and `endorsement` are plain data, as a journal line or record.json holds them.
    """
    people = {str(submission.get("signer") or ""), *(snapshot.get("officials") or {})}
    people |= {str(official) for official in snapshot.get("recipients") or ()}
    people |= {str(official.get("id") or "") for name in _SIGNERS if (official := snapshot.get(name))}
    people |= {str(mark.get("official") or "") for mark in submission.get("route") or ()}
    people |= {str((endorsement or {}).get("official") or "")}
    return people - {""}


def add_people(tx: Connection, document: str, people: Iterable[str]) -> None:
    """Note officials as people of a document, beside those noted before."""
    query = select(document_people.c.official).where(document_people.c.document == document)
    insert_people(tx, document, set(people).difference(tx.execute(query).scalars()))


def insert_people(tx: Connection, document: str, people: Iterable[str]) -> None:
    """Note officials as people of a document, none of whom is noted yet."""
    rows = [{"official": official, "document": document} for official in sorted(people)]
    if rows:
        tx.execute(insert(document_people), rows)


def remove_people_of_nothing(tx: Connection, document: str) -> None:
    """Remove the people of a document of which nothing is archived: no record tells them, its signer stays known."""
    archived = select(revisions.c.document).where(revisions.c.document == document)
    tx.execute(delete(document_people).where(document_people.c.document == document, ~exists(archived)))


def add_waiting_people(tx: Connection) -> None:
    """Note the people of every document that has a journal line, where rows came from elsewhere than `journal`."""
    query = select(journal.c.document, journal.c.submission, journal.c.snapshot, journal.c.task)
    for row in tx.execute(query).all():
        if not all(isinstance(part, dict) for part in (row.submission, row.snapshot, row.task)):
            continue  # no line that a docgen wrote: whatever stands there, a rebuild goes on
        add_people(tx, row.document, people_of(row.submission, row.snapshot, row.task.get("endorsement")))
