"""Read a document's standing from its revisions: how it was signed, who decided on it, what was done since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.standing import standings_of
from docgen.desk.revisions.attachment_report import StoredSignature, signed_file_report
from docgen.indonesian import long_moment
from docgen.sop.course import NO, WORDS
from storage.catalogue import journal
from storage.catalogue.standings import State
from storage.records import IN_FORCE, Attachment, Change, Decision, Document, DocumentStatus, Endorsement, Revision

Level = Literal["certified", "sealed", "internal", "registered"]
"""From a certified electronic signature (UU 1/2024 and PP 71/2019) down to a mere entry in the register."""

DocumentState = DocumentStatus | State

STATE_OF_NO: Mapping[Decision, Literal["rejected", "returned"]] = {"tolak": "rejected", "perbaiki": "returned"}

_ENDED = ("voided", "superseded")
_CHANGES: Mapping[Change, str] = {
    "issued": "diterbitkan",
    "voided": "dibatalkan",
    "superseded": "diganti dengan naskah lain",
    "numbered": "diberi nomor oleh sistem lain",
    "sealed": "disegel secara elektronik oleh kantor",
    "signed": "ditandatangani secara elektronik",
    "renewed": "diperpanjang keabsahan tanda tangannya",
}
_ATTACHED = {
    "signed": "dilengkapi salinan bertanda tangan elektronik",
    "scan": "dilengkapi pindaian cetakannya",
    "copy": "dilampiri salinan yang isinya tidak dibandingkan",
}


@dataclass(frozen=True)
class PublicDecision:
    """An official's decision, as the public may know it; `at` is text: `24 November 2026 pukul 09.12 WITA`.

    `revision` is the number of the revision that the official decided on.
    """

    word: str
    post: str
    name: str
    at: str
    revision: int


@dataclass(frozen=True)
class PublicSignature:
    """A certified signature: who signed, when if the signature holds a time, and whether by a certificate of BSrE."""

    signer: str
    at: str
    bsre: bool = False


def level_of(revisions: Sequence[Revision]) -> Level:
    """Return the level that is proven for the document as it is, or was until it was voided or superseded.

    A document that any decision sent back or refused is not `internal`.
    """
    in_force = _in_force(revisions)
    if _certified(in_force) is not None:
        return "certified"
    if _is_sealed(in_force):
        return "sealed"
    decisions = [revision.endorsement.decision for revision in in_force if revision.endorsement is not None]
    return "internal" if decisions and not set(decisions) & set(NO) else "registered"


def signatures_of(revisions: Sequence[Revision], zone: str) -> tuple[PublicSignature, ...]:
    """Return the certified signatures; none below the level `certified`."""
    attachment = _certified(_in_force(revisions))
    signatures = [] if attachment is None else signed_file_report(attachment).signatures
    return tuple(
        PublicSignature(signature.signer, _moment(signature.signed_at, zone), signature.bsre)
        for signature in signatures
    )


def unproven_signers(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """Return who signed the newest signed copy if not all of its signatures are valid; else nobody."""
    signed_copies = [
        file for revision in _in_force(revisions) for file in revision.attachments if file.sort == "signed"
    ]
    signatures = signed_file_report(signed_copies[-1]).signatures if signed_copies else []
    if all(signature.is_valid for signature in signatures):
        return ()
    return tuple(signature.signer for signature in signatures)


def signed_by_bsre(revisions: Sequence[Revision]) -> bool:
    """Return whether the document has certified signatures and all are by certificates of the BSrE (BSSN)."""
    attachment = _certified(_in_force(revisions))
    return attachment is not None and all(signature.bsre for signature in signed_file_report(attachment).signatures)


def public_decisions(revisions: Sequence[Revision], zone: str) -> tuple[PublicDecision, ...]:
    """Return all decisions, oldest first, without their notes, which are for the office alone."""
    return tuple(
        PublicDecision(WORDS[made.decision], made.post, made.name, long_moment(made.at, zone), revision.number - 1)
        for revision in revisions
        if (made := revision.endorsement) is not None
    )


def refusing_decision(decisions: Sequence[Endorsement]) -> Decision | None:
    """Return the last decision if it sent the document back or refused it; else None."""
    return decisions[-1].decision if decisions and decisions[-1].decision in NO else None


def is_trusted(signatures: Sequence[StoredSignature]) -> bool:
    """Return whether all signatures of a file are valid and one is a person's: a timestamp alone signs nothing."""
    are_valid = all(signature.is_valid for signature in signatures)
    return are_valid and any(not signature.timestamp for signature in signatures)


def states_of(desk: Desk, tx: Connection, listed: Sequence[Document]) -> dict[str, DocumentState]:
    """Return the state of each document by id: its status, or of one in force what was or is to be decided on it.

    The decision may be an endorsement or a letter that decides; what is journaled counts at once.
    """
    states: dict[str, DocumentState] = {document.id: document.status for document in listed}
    in_force = [document.id for document in listed if document.status in IN_FORCE]
    for id, line in journal.find_pending(tx, in_force).items():
        if line.task.change in _ENDED:
            states[id] = "void" if line.task.change == "voided" else "superseded"
    standings = standings_of(desk, tx, [document for document in listed if states[document.id] == "issued"])
    return states | {id: standing.state for id, standing in standings.items()}


def changes_after(revisions: Sequence[Revision], since: Revision, zone: str) -> tuple[str, ...]:
    """Return the change of each later revision: `disetujui Kepala Bidang pada 24 November 2026 pukul 09.12 WITA`."""
    later = [revision for revision in revisions if revision.number > since.number]
    return tuple(f"{_change(revision)} pada {long_moment(revision.created_at, zone)}" for revision in later)


def _change(revision: Revision) -> str:
    if revision.endorsement is not None:
        word = WORDS[revision.endorsement.decision].lower()
        by = " menurut" if revision.endorsement.decision == "perbaiki" else ""
        return f"{word}{by} {revision.endorsement.post}"
    if revision.change == "attached":
        return " dan ".join(_ATTACHED[file.sort] for file in revision.attachments) or "dilengkapi berkas"
    return _CHANGES.get(revision.change, "diperbarui")


def _in_force(revisions: Sequence[Revision]) -> list[Revision]:
    return [revision for revision in revisions if revision.change not in _ENDED]


def _certified(revisions: Sequence[Revision]) -> Attachment | None:
    """Return the signed copy of the document as it now is if all its signatures are valid; else None.

    Files that were attached after it change nothing of it, nor do renewals; any other later revision does.
    """
    for revision in reversed(revisions):
        for file in revision.attachments:
            if file.sort == "signed" and is_trusted(signed_file_report(file).signatures):
                return file
        if revision.change not in ("attached", "numbered", "renewed"):
            break
    return None


def _is_sealed(revisions: Sequence[Revision]) -> bool:
    """Return whether the PDF has the seal: later changes are signed behind it, or lie beside it."""
    return any(revision.change == "sealed" for revision in revisions)


def _moment(text: str | None, zone: str) -> str:
    """Return a moment of a report in words; "" if it is missing or has no time zone."""
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return ""
    return long_moment(moment, zone) if moment.tzinfo else ""
