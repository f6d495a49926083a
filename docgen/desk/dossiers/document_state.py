"""Whether a document is in a state for what somebody asks: made, in force, not in work. Every use-case asks here.

What was decided counts at once, though its revision is archived later: a document whose voiding is journaled is not in
force any more.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from docgen.errors import Conflict, NotFound
from storage.catalogue import documents, dossiers, journal
from storage.catalogue.limits import NO_LIMITS, Limits, is_document_visible
from storage.records import Document, Revision
from wording import say

PendingOf = Callable[[Connection, str], journal.Pending | None]


def require(
    tx: Connection,
    document: Document,
    *,
    in_force: bool = True,
    idle: bool = True,
    within: Limits = NO_LIMITS,
    hold: bool = False,
) -> None:
    """Raise Conflict unless the document is made and, where asked, in force and not in work. See `why_not`."""
    reason = why_not(tx, document, in_force=in_force, idle=idle, within=within, hold=hold)
    if reason:
        raise Conflict(reason)


def why_not(
    tx: Connection,
    document: Document,
    *,
    in_force: bool = True,
    idle: bool = True,
    within: Limits = NO_LIMITS,
    hold: bool = False,
) -> str:
    """Return why the state of a document forbids what is asked, and what to do next; "" when nothing does.

    With `hold`, in a write transaction that holds the document, nobody can change it until the end. Without it no
    journal line is locked, so that readers wait for nobody. A letter outside of `within` that takes its place is not
    named.
    """
    pending = journal.hold_pending if hold else journal.get_pending
    number = document.number
    if document.status == "reserved":
        line = pending(tx, document.id)
        if line is not None and line.given_up:
            return say(
                "Naskah {number} gagal dibuat. Perbaiki isiannya atau batalkan nomornya di halaman naskah itu.",
                number=number,
            )
        return say("Naskah {number} masih dibuat. Tunggu sampai selesai, lalu coba lagi.", number=number)
    reason = _why_ended(tx, document, within, pending) if in_force else ""
    if not reason and idle and pending(tx, document.id) is not None:
        return say("Naskah {number} sedang dikerjakan. Tunggu sebentar, lalu coba lagi.", number=number)
    return reason


def _why_ended(tx: Connection, document: Document, within: Limits, pending: PendingOf) -> str:
    """Return why a finished document is not in force; "" when it is."""
    number, replaced = document.number, document.status == "superseded"
    if document.status == "destroyed":
        return say("Naskah {number} sudah dimusnahkan. Bila masih diperlukan, buat naskah baru.", number=number)
    successor = _find_successor(tx, document, pending)
    line = pending(tx, document.id)  # last: what a successor's commit promised meanwhile is seen, too
    promised = line.task if line is not None else None
    if promised is not None and promised.change == "superseded":
        successor = documents.get_document(tx, promised.other)
    if successor is not None and (not within or is_document_visible(tx, successor.id, within)):
        if replaced:
            return say(
                "Naskah {number} sudah digantikan naskah {successor}. Pakai naskah itu.",
                number=number,
                successor=successor.number,
            )
        return say(
            "Naskah {number} sedang digantikan naskah {successor}. Pakai naskah itu.",
            number=number,
            successor=successor.number,
        )
    if replaced or successor is not None:
        return say("Naskah {number} digantikan naskah lain. Pakai naskah penggantinya.", number=number)
    voided = promised is not None and promised.change == "voided"
    if document.status == "void" or voided:
        reason = promised.reason if promised is not None and voided else document.status_reason
        return say(
            "Naskah {number} sudah dibatalkan ({reason}). Bila masih diperlukan, buat naskah baru.",
            number=number,
            reason=reason.rstrip("."),
        )
    return ""


def _find_successor(tx: Connection, document: Document, pending: PendingOf) -> Document | None:
    """Return the letter that has taken the place of a document, or has its number and is about to; else None."""
    if document.replaced_by:
        return documents.get_document(tx, document.replaced_by)
    if document.status != "issued":
        return None
    for other in dossiers.dossier_documents(tx, document.dossier):
        if other.status == "reserved":
            line = pending(tx, other.id)
            if line is not None and line.submission.replaces == document.id:
                return other
    return None


def archived_revision(tx: Connection, id: str, number: int = 0) -> tuple[Document, Revision]:
    """Return a document and one of its archived revisions, the current one for 0.

    Raises RecordMissing, Conflict (it is still being made), NotFound (destroyed, or voided before it was made).
    """
    document = documents.get_document(tx, id)
    if document.status == "destroyed":
        raise NotFound(
            say(
                "Naskah {number} tidak ada lagi: {status_reason}",
                number=document.number,
                status_reason=document.status_reason,
            )
        )
    require(tx, document, in_force=False, idle=False)
    if document.revision == 0:
        raise NotFound(
            say(
                "Nomor {number} dibatalkan sebelum naskahnya dibuat: {status_reason}",
                number=document.number,
                status_reason=document.status_reason,
            )
        )
    return document, documents.get_revision(tx, id, number or document.revision)
