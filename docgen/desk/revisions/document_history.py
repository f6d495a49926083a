"""What a document's revisions say of its standing: how it was signed, who decided on it, what was done since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import refused_by_letters
from docgen.indonesian import long_moment
from docgen.sop.course import NO, WORDS
from storage.catalogue import documents, journal
from storage.records import Attachment, Change, Decision, Document, Endorsement, Revision

Level = Literal["certified", "sealed", "internal", "registered"]
"""From a certified electronic signature (UU 1/2024 and PP 71/2019) down to a mere entry in the register."""

STATE_OF_NO: Mapping[Decision, Literal["rejected", "returned"]] = {"tolak": "rejected", "perbaiki": "returned"}

_ENDED = ("voided", "superseded")
_CHANGES: Mapping[Change, str] = {
    "issued": "diterbitkan",
    "voided": "dibatalkan",
    "superseded": "diganti dengan naskah lain",
    "sealed": "disegel secara elektronik oleh kantor",
}
_ATTACHED = {
    "signed": "dilengkapi salinan bertanda tangan elektronik",
    "scan": "dilengkapi pindaian cetakannya",
    "copy": "dilampiri salinan yang isinya tidak dibandingkan",
}


@dataclass(frozen=True)
class PublicDecision:
    """An official's decision, as the public may know it; `at` as read: `24 November 2026 pukul 09.12 WITA`.

    `revision` is the one that lay before the official.
    """

    word: str
    post: str
    name: str
    at: str
    revision: int


@dataclass(frozen=True)
class PublicSignature:
    """One certified signature: who, and when as far as the signature tells."""

    signer: str
    at: str


def level_of(revisions: Sequence[Revision]) -> Level:
    """How the document stands, or stood until it was voided or superseded. Never says more than is proven.

    One that was sent back by any decision is not approved.
    """
    kept = _in_force(revisions)
    if _certified(kept) is not None:
        return "certified"
    if _is_sealed(kept):
        return "sealed"
    decisions = [one.endorsement.decision for one in kept if one.endorsement is not None]
    return "internal" if decisions and not set(decisions) & set(NO) else "registered"


def signatures_of(revisions: Sequence[Revision], zone: str) -> tuple[PublicSignature, ...]:
    """The certified signatures; none below the level `certified`."""
    attachment = _certified(_in_force(revisions))
    found = [] if attachment is None else reported(attachment.report)
    return tuple(PublicSignature(str(one.get("signer", "")), _moment(one.get("signed_at"), zone)) for one in found)


def unproven(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """Who signed the newest signed copy, where its signatures do not all hold; nobody where there is none such."""
    signed = [one for revision in _in_force(revisions) for one in revision.attachments if one.sort == "signed"]
    reports = reported(signed[-1].report) if signed else []
    return () if all(map(_holds, reports)) else tuple(str(one.get("signer", "")) for one in reports)


def signed_by_bsre(revisions: Sequence[Revision]) -> bool:
    """Whether the document bears certified signatures that are all by certificates of the BSrE (BSSN)."""
    attachment = _certified(_in_force(revisions))
    return attachment is not None and all(report.get("bsre") is True for report in reported(attachment.report))


def public_decisions(revisions: Sequence[Revision], zone: str) -> tuple[PublicDecision, ...]:
    """All decisions, oldest first; their notes are the office's own."""
    return tuple(
        PublicDecision(WORDS[it.decision], it.post, it.name, long_moment(it.at, zone), one.number - 1)
        for one in revisions
        if (it := one.endorsement) is not None
    )


def sent_back(decisions: Sequence[Endorsement]) -> Decision | None:
    """By which decision the document is not to be used as it is; None where none sent it back or refused it."""
    return decisions[-1].decision if decisions and decisions[-1].decision in NO else None


def reported(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the report of an attachment tells of each signature."""
    found = report.get("signatures", [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def is_trusted(signatures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every signature of a file holds, and one of them is somebody's: a timestamp alone signs nothing."""
    return all(map(_holds, signatures)) and any(one.get("timestamp") is not True for one in signatures)


def states_of(desk: Desk, tx: Connection, found: Sequence[Document]) -> dict[str, str]:
    """How each document stands, by id: its status, or `rejected` and `returned` where the last decision says so.

    The decision may be an endorsement, or stand in a letter of its own.
    """
    states: dict[str, str] = {one.id: one.status for one in found}
    in_force = [one.id for one in found if one.status == "issued"]
    decisions = documents.endorsements_of(tx, in_force)
    for line in journal.list_pending(tx) if in_force else ():  # counts at once, though the PDF may be made later
        if line.task.endorsement is not None:
            decisions.setdefault(line.document, []).append(line.task.endorsement)
        elif line.task.change in _ENDED and states.get(line.document) == "issued":
            states[line.document] = "void" if line.task.change == "voided" else "superseded"
    by_letter = refused_by_letters(desk, tx, found)
    for id in in_force:
        no = sent_back(decisions.get(id, [])) or by_letter.get(id)
        if no is not None:
            states[id] = STATE_OF_NO[no]
    return states


def changes_after(revisions: Sequence[Revision], since: Revision, zone: str) -> tuple[str, ...]:
    """What each later revision brought, e.g. `disetujui Kepala Bidang pada 24 November 2026 pukul 09.12 WITA`."""
    later = [one for one in revisions if one.number > since.number]
    return tuple(f"{_change(one)} pada {long_moment(one.created_at, zone)}" for one in later)


def _change(revision: Revision) -> str:
    if revision.endorsement is not None:
        word = WORDS[revision.endorsement.decision].lower()
        by = " menurut" if revision.endorsement.decision == "perbaiki" else ""
        return f"{word}{by} {revision.endorsement.post}"
    if revision.change == "attached":
        return " dan ".join(_ATTACHED[one.sort] for one in revision.attachments) or "dilengkapi berkas"
    return _CHANGES.get(revision.change, "diperbarui")


def _in_force(revisions: Sequence[Revision]) -> list[Revision]:
    return [one for one in revisions if one.change not in _ENDED]


def _certified(revisions: Sequence[Revision]) -> Attachment | None:
    """The signed copy of the document as it now is, when every signature in it holds.

    It came with the last of `revisions`; files that came after it change nothing of what was signed.
    """
    for revision in reversed(revisions):
        for one in revision.attachments:
            if one.sort == "signed" and is_trusted(reported(one.report)):
                return one
        if revision.change != "attached":
            break
    return None


def _holds(report: Mapping[str, Any]) -> bool:
    return report.get("intact") is True and report.get("trusted") is True and report.get("covers_whole", True) is True


def _is_sealed(revisions: Sequence[Revision]) -> bool:
    """Whether the PDF bears the seal: what comes after it is signed behind it, or lies beside it."""
    return any(one.change == "sealed" for one in revisions)


def _moment(text: Any, zone: str) -> str:
    """A moment of a report, as read; empty where it is missing or tells no zone."""
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return ""
    return long_moment(moment, zone) if moment.tzinfo else ""
