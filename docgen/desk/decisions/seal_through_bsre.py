"""Seal a document through BSrE: its current PDF is sent with a one-time code, and what comes back is judged.

BSrE is asked while no transaction is open. Either the sealed file is the document's next revision afterwards, or the
document is as it was: nobody waits for a seal.
"""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.bsre import FileToSign, Secret
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.signature_steps import CHANGED
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.authenticity import signer_lines
from docgen.desk.revisions.journal import SEALED, carry_out, promise
from docgen.desk.revisions.uploads import store_pdf
from docgen.desk.secrecy import any_encrypted_in
from docgen.desk.signing.acceptance import inspect_addition, require_trusted
from docgen.desk.signing.ask import require_ready
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from docgen.desk.signing.office_seal_bsre import fresh_code
from docgen.desk.signing.outcomes import SignedFileRefused
from docgen.desk.signing.person import names_office
from docgen.errors import BsreUnanswered, Conflict, NotAccepted, NotFound
from storage.catalogue import documents, registers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordConflict
from storage.records import Document, ReadyFiles, StoredFile, Task
from wording import joined, say

OFFICE = ""  # in place of an official: whose seal a refused file was to have


def seal_through_bsre(desk: Desk, id: str, by: str, within: Limits = NO_LIMITS, code: Secret | None = None) -> Document:
    """Seal the current PDF and return the document with its new revision.

    The code for it is asked for with the one that is kept, or with `code`, the last that the office has.
    Raises Conflict (no id or code of the seal, not in force, in work, sealed already), BsreRefused, BsreUnavailable and
    BsreUnanswered (the document is as it was), NotAccepted (as before, and the answer is kept aside), DocumentPending,
    RecordMissing, StorageError.
    """
    client = require_ready(desk)
    desk.require_archive()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        require(tx, document, numbered=True, within=within)
        require_unsealed(tx, document)
        current = documents.get_revision(tx, id, document.revision)
        office = registers.get_office(tx)
        lines = signer_lines(documents.get_contents(tx, id)[1])
        secret = any_encrypted_in(tx, [id])
    pdf = desk.store.get(current.pdf.key)
    subscriber, fresh = fresh_code(desk, code)
    file = FileToSign(pdf, None, say("Segel naskah nomor {number}", number=document.number), office.place)
    try:
        [sealed] = client.seal(subscriber, fresh, [file])
    except BsreUnanswered as error:
        raise BsreUnanswered(
            say("{reason} Naskah {number} belum disegel dan tetap utuh.", reason=error, number=document.number)
        ) from error
    try:
        _require_sealed(desk, pdf, sealed, office.name, lines)
        return _file(desk, document, store_pdf(desk, sealed, secret=secret), by, within)
    except NotAccepted as error:
        refused = store_refused(desk, sealed, secret=secret)
        with desk.catalogue.write() as tx:
            keep_aside(desk, tx, document, OFFICE, by, str(error), refused)
        raise SignedFileRefused(document, str(error)) from error


def require_unsealed(tx: Connection, document: Document) -> None:
    """Raise Conflict where the document has the office's seal."""
    if any(revision.change == "sealed" for revision in documents.list_revisions(tx, document.id)):
        raise Conflict(say("Naskah {number} sudah disegel.", number=document.number))


def _require_sealed(desk: Desk, sent: bytes, sealed: bytes, office: str, lines: list[str]) -> None:
    """Raise NotAccepted unless the office's intact, trusted seal came to the file, and nothing else."""
    with desk.catalogue.read() as tx:
        people = [official.name for official in registers.list_officials(tx)]
    for report in inspect_addition(desk, sent, sealed, lines)[1]:
        if not names_office(report, office, people):
            raise NotAccepted(
                say("Segel itu milik {signer}, bukan {office}.", signer=report.signer or "?", office=office)
            )
        require_trusted(report)


def _file(desk: Desk, seen: Document, pdf: StoredFile, by: str, within: Limits) -> Document:
    """Make the sealed file the document's next revision. Raises NotAccepted where the document changed meanwhile."""
    id = seen.id
    try:
        with desk.catalogue.write() as tx:
            current = documents.hold_document(tx, id)
            require(tx, current, numbered=True, within=within, hold=True)
            require_unsealed(tx, current)
            if current.revision != seen.revision:
                raise Conflict(say("Naskah {number} baru saja berubah. Coba lagi.", number=current.number))
            ready = ReadyFiles(pdf=pdf, docx=documents.get_revision(tx, id, current.revision).docx)
            task = Task(change="sealed", at=desk.now(), by=by, reason=SEALED, ready=ready)
            line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
            details = {"number": current.number, "sha256": pdf.sha256}
            audit.record(desk, tx, by, Action.DOCUMENT_SEALED, id, after=details)
    except (Conflict, NotFound, RecordConflict) as error:
        raise NotAccepted(joined([CHANGED, str(error)])) from error
    return carry_out(desk, line)
