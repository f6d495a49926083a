"""What a bundle says of documents that were refused or sent back, and of letters that refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import courses_of
from docgen.indonesian import local_date, long_date
from docgen.sop.course import NO, Refusal
from storage.catalogue import registers
from storage.catalogue.dossiers import dossier_documents
from storage.records import Decision, Document, Endorsement

VERBS: Mapping[Decision, str] = {"tolak": "ditolak", "perbaiki": "dikembalikan untuk diperbaiki"}
LETTER_VERBS: Mapping[Decision, str] = {"tolak": "menolak", "perbaiki": "mengembalikan untuk diperbaiki"}
SHEET_HEADINGS: Mapping[Decision, str] = {"tolak": "PERLU DIGANTI", "perbaiki": "PERLU DIPERBAIKI"}
REPLACEMENT_LACKS = "naskah pengganti belum ada"


@dataclass(frozen=True)
class Refused:
    """A document of a dossier that was sent back or refused (`by` somebody or a letter), or itself says no.

    `replaced`: another document took its place; `letter`: it is itself the letter that says no.
    """

    document: Document
    decision: Decision
    by: str
    official: str
    date: str
    reason: str
    replaced: bool
    letter: bool

    @property
    def note(self) -> str:
        """Return a phrase: `ditolak Plh. Kepala Dinas 27-11-2026, naskah pengganti belum ada`."""
        if self.letter:
            return f"lembar ini {LETTER_VERBS[self.decision]} naskah yang diajukan"
        return self.why_missing if not self.replaced else f"{VERBS[self.decision]} {self.by} {self.date}"

    @property
    def why_missing(self) -> str:
        """Return the phrase for the sheet that stands in its place."""
        return f"{VERBS[self.decision]} {self.by} {self.date}, {REPLACEMENT_LACKS}"

    @property
    def details(self) -> Sequence[tuple[str, str]]:
        """Return rows of a sheet: which document, who decided and why."""
        rows = [("Sebelumnya", f"Nomor {self.document.number}, {long_date(self.document.date)}")]
        rows.append(("Keputusan", f"{VERBS[self.decision].capitalize()} {self.official}, {self.date}"))
        return [*rows, ("Alasan", self.reason)] if self.reason else rows


def refusals_of(desk: Desk, tx: Connection, dossiers: Sequence[str]) -> dict[str, Refused]:
    """Return the refused documents of these dossiers and the letters that refuse, by id, oldest first."""
    zone = ZoneInfo(registers.get_office(tx).time_zone)
    refused_documents: dict[str, Refused] = {}
    for dossier, course in courses_of(desk, tx, dossiers).items():
        verdicts = {id: verdict for id, verdict in course.verdicts.items() if verdict in NO}
        if not course.refused and not verdicts:
            continue
        documents = {document.id: document for document in dossier_documents(tx, dossier)}
        for id, document in documents.items():
            if id in course.refused:
                refusal = course.refused[id]
                replaced = id not in course.unanswered
                refused_documents[id] = _refused(desk, document, refusal, documents, zone, replaced=replaced)
            elif id in verdicts:
                refused_documents[id] = _letter(desk, document, verdicts[id])
    return refused_documents


def _refused(
    desk: Desk,
    document: Document,
    refusal: Refusal,
    documents: Mapping[str, Document],
    zone: ZoneInfo,
    *,
    replaced: bool,
) -> Refused:
    endorsement = refusal.endorsement
    if endorsement is None:
        by = f"oleh {_name(desk, documents[refusal.letter])}"
        date = documents[refusal.letter].date
        return Refused(document, refusal.decision, by, by, f"{date:%d-%m-%Y}", "", replaced, letter=False)
    date = local_date(endorsement.at, zone.key)
    official = f"{endorsement.post} ({endorsement.name})"
    return Refused(
        document,
        refusal.decision,
        _short_post(endorsement),
        official,
        f"{date:%d-%m-%Y}",
        endorsement.note,
        replaced,
        letter=False,
    )


def _letter(desk: Desk, document: Document, verdict: Decision) -> Refused:
    by = f"dengan {_name(desk, document)}"
    return Refused(document, verdict, by, by, f"{document.date:%d-%m-%Y}", "", replaced=False, letter=True)


def _name(desk: Desk, document: Document) -> str:
    return f"{desk.kind_title(document.kind)} nomor {document.number}"


def _short_post(endorsement: Endorsement) -> str:
    """Return the role with the capacity: `Plh. Kepala Dinas`."""
    capacity = next((prefix for prefix in ("Plt. ", "Plh. ") if endorsement.post.startswith(prefix)), "")
    return capacity + endorsement.role
