"""Which dossiers are due: to be proposed for destruction, handed to the regional archive, or judged again.

Lists for a person; nothing here takes anything away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.errors import NotFound
from docgen.indonesian import local_date
from docgen.retention import RetentionStatus, State
from storage.catalogue import dossiers
from storage.catalogue.registers import get_office
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Document, Dossier

STATES: dict[State, str] = {
    "usul_musnah": "Usul musnah",
    "serah": "Serah ke lembaga kearsipan",
    "dinilai": "Dinilai kembali",
    "inaktif": "Inaktif",
    "aktif": "Aktif",
    "terbuka": "Belum ditutup",
}
DUE: Sequence[State] = ("usul_musnah", "serah", "dinilai")


@dataclass(frozen=True)
class DossierRetention:
    """A dossier, how it stands in the retention table, and how many documents it holds."""

    dossier: Dossier
    standing: RetentionStatus
    documents: int

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        standing = self.standing
        return {
            "dossier": self.dossier.id,
            "title": self.dossier.title,
            "procedure": self.dossier.procedure,
            "closed_at": self.dossier.closed_at.isoformat() if self.dossier.closed_at else None,
            "code": standing.rule.code,
            "fate": standing.rule.fate,
            "state": standing.state,
            "active_until": standing.active_until.isoformat() if standing.active_until else None,
            "inactive_until": standing.inactive_until.isoformat() if standing.inactive_until else None,
            "documents": self.documents,
        }


def retention(desk: Desk, states: Sequence[State] = DUE, within: Limits = NO_LIMITS) -> list[DossierRetention]:
    """Return the closed dossiers in these states that hold documents, the longest due first.

    Dossiers of which nothing is seen `within` are left out.
    """
    with desk.catalogue.read() as tx:
        zone, today = get_office(tx).time_zone, desk.today_in(tx)
        entries = [_retention(desk, tx, dossier, zone, today) for dossier in _closed(tx, within)]
    due = [entry for entry in entries if entry.documents and entry.standing.state in states]
    return sorted(due, key=lambda entry: (entry.standing.inactive_until or dt.date.max, entry.dossier.id))


def standing_of(desk: Desk, tx: Connection, dossier: Dossier) -> DossierRetention:
    """Return how a dossier stands in the retention table today."""
    return _retention(desk, tx, dossier, get_office(tx).time_zone, desk.today_in(tx))


def _retention(desk: Desk, tx: Connection, dossier: Dossier, zone: str, today: dt.date) -> DossierRetention:
    documents = [document for document in dossiers.dossier_documents(tx, dossier.id) if document.status != "destroyed"]
    closed_on = local_date(dossier.closed_at, zone) if dossier.closed_at else None
    standing = desk.retention.standing(_codes(desk, dossier, documents), closed_on, today)
    return DossierRetention(dossier, standing, len(documents))


def _codes(desk: Desk, dossier: Dossier, documents: Sequence[Document]) -> list[str]:
    """Return the classifications of the procedure ("", judged by hand, where it is unknown) and of its documents.

    Letters outside the SOP have that of their dossier.
    """
    if dossier.classification:
        return [dossier.classification]
    try:
        general = desk.sop.procedure(dossier.procedure).classification
    except NotFound:
        general = ""
    kinds = (desk.kinds.get(document.kind) for document in documents)
    special = (kind.classification_for(dossier.procedure) if kind else "" for kind in kinds)
    return list(dict.fromkeys([general, *(code for code in special if code)]))


def _closed(tx: Connection, within: Limits) -> Iterator[Dossier]:
    cursor = ""
    while page := dossiers.list_dossiers(tx, closed=True, cursor=cursor, limit=500, within=within):
        yield from page
        cursor = page[-1].id
