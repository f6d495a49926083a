"""Check the state of a document for every use-case: made, in force, not in work.

A decision counts as soon as it is journaled, though its revision is archived later: a document whose voiding is
journaled is not in force any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection

from docgen.errors import Conflict, NotFound
from storage.catalogue import documents, dossiers, journal
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, is_document_visible
from storage.records import IN_FORCE, Document, Revision
from wording import say

FindPending = Callable[[Connection, Sequence[str]], Mapping[str, journal.Pending]]


def require(
    tx: Connection,
    document: Document,
    *,
    in_force: bool = True,
    idle: bool = True,
    numbered: bool = False,
    within: Limits = NO_LIMITS,
    hold: bool = False,
) -> None:
    """Raise Conflict unless the document is made and, as far as required, in force, not in work and numbered.

    See `why_not`.
    """
    reason = why_not(tx, document, in_force=in_force, idle=idle, numbered=numbered, within=within, hold=hold)
    if reason:
        raise Conflict(reason)


def why_not(
    tx: Connection,
    document: Document,
    *,
    in_force: bool = True,
    idle: bool = True,
    numbered: bool = False,
    within: Limits = NO_LIMITS,
    hold: bool = False,
) -> str:
    """Return why the state of a document is not the required one, and what to do next; "" when it is.

    With `hold`, in a write transaction that holds the document, nobody can change its state until the end. Without it
    no journal line is locked, so that readers wait for nobody. A letter outside of `within` that replaces the document
    is not named.
    """
    find_pending = partial(journal.find_pending, hold=hold)
    number = document.number
    if document.status == "reserved":
        line = find_pending(tx, [document.id]).get(document.id)
        if line is not None and line.given_up:
            return say(
                "Naskah {number} gagal dibuat. Perbaiki isiannya atau batalkan nomornya di halaman naskah itu.",
                number=number,
            )
        return say("Naskah {number} masih dibuat. Tunggu sampai selesai, lalu coba lagi.", number=number)
    reason = _why_ended(tx, document, within, find_pending) if in_force else ""
    if not reason and numbered and document.status == "awaiting_number":
        return say(
            "Naskah ini belum bernomor. Catat dahulu nomor dan tanggal dari {system} di halaman naskahnya.",
            system=document.numbering,
        )
    if not reason and idle and find_pending(tx, [document.id]):
        return say("Naskah {number} sedang dikerjakan. Tunggu sebentar, lalu coba lagi.", number=number)
    return reason


def _why_ended(tx: Connection, document: Document, within: Limits, find_pending: FindPending) -> str:
    """Return why a finished document is not in force; "" when it is."""
    number, replaced = document.number, document.status == "superseded"
    if document.status == "destroyed":
        return say("Naskah {number} sudah dimusnahkan. Bila masih diperlukan, buat naskah baru.", number=number)
    successor = _find_successor(tx, document, find_pending)
    line = find_pending(tx, [document.id]).get(document.id)  # last: a successor's commit may have added it
    task = line.task if line is not None else None
    if task is not None and task.change == "superseded":
        successor = documents.get_document(tx, task.other)
    if successor is not None and (not within or is_document_visible(tx, successor.id, within)):
        if replaced:
            return say(
                "Naskah {number} sudah diganti naskah {successor}. Pakai naskah itu.",
                number=number,
                successor=successor.number,
            )
        return say(
            "Naskah {number} sedang diganti naskah {successor}. Pakai naskah itu.",
            number=number,
            successor=successor.number,
        )
    if replaced or successor is not None:
        return say("Naskah {number} diganti naskah lain. Pakai naskah penggantinya.", number=number)
    voided = task is not None and task.change == "voided"
    if document.status == "void" or voided:
        reason = task.reason if task is not None and voided else document.status_reason
        return say(
            "Naskah {number} sudah dibatalkan ({reason}). Bila masih diperlukan, buat naskah baru.",
            number=number,
            reason=reason.rstrip("."),
        )
    return ""


def _find_successor(tx: Connection, document: Document, find_pending: FindPending) -> Document | None:
    """Return the letter that replaced a document, or that has its number and is about to replace it; else None."""
    if document.replaced_by:
        return documents.get_document(tx, document.replaced_by)
    if document.status not in IN_FORCE:
        return None
    in_work = [other for other in dossiers.dossier_documents(tx, document.dossier) if other.status == "reserved"]
    lines = find_pending(tx, [other.id for other in in_work])
    replacing = [id for id, line in lines.items() if line.submission.replaces == document.id]
    return next((other for other in in_work if other.id in replacing), None)


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
