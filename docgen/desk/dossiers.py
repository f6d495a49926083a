"""Which dossier a document belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from storage.catalogue import documents
from storage.records import Dossier

MOST_MADE = 1000  # documents of one kind in one dossier that are looked at


def joinable(tx: Connection, *, procedure: str, step: int, kind: str, assets: Sequence[str]) -> Dossier | None:
    """The newest open dossier on exactly these assets that lacks such a document, or None: a new one is opened."""
    for dossier in documents.open_dossiers(tx, procedure, assets):
        made = documents.search_documents(tx, documents.Filter(dossier=dossier.id, kind=kind), limit=MOST_MADE)
        if not any(one.step == step and one.status != "void" for one in made):
            return dossier
    return None
