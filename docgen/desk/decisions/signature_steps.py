"""The steps of an electronic signature on an issued letter: for one letter, or for many in one call of BSrE."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.bsre import SigningIdentity
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.endorse import EndorsementRequest, promise_decision
from docgen.desk.decisions.signer_turn import SignatureTurn, require_signature_turn
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.authenticity import signer_lines
from docgen.desk.revisions.journal import ClaimedLine, carry_out, promise, signed_task
from docgen.desk.rights import Caller
from docgen.desk.secrecy import any_encrypted_in
from docgen.desk.signing.acceptance import accept
from docgen.desk.signing.identities import require_identity
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.desk.signing.prepare import Prepared, prepare_pdf
from docgen.desk.signing.request import DocumentSignatureRequest
from docgen.desk.signing.waiting import await_signature, end_waiting, restore_waiting
from docgen.errors import Conflict, Forbidden, InvalidSubmission, NotAccepted, NotFound
from storage.catalogue import documents, registers
from storage.catalogue.signatures import awaited
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordConflict, StorageError
from storage.records import Attachment, AwaitedSignature, Document, Revision
from wording import joined, say

ASKED = "Permintaan tanda tangan sudah dikirim ke BSrE, dan jawabannya belum diterima."
ASKING = dt.timedelta(minutes=2)  # for which a call may still be on its way
CHANGED = "Naskah ini berubah selagi ditandatangani."


@dataclass(frozen=True)
class LetterToSign:
    """A document as it was when its signature was asked for, by whom, and whose signature."""

    caller: Caller
    request: DocumentSignatureRequest
    within: Limits
    document: Document
    revision: Revision
    turn: SignatureTurn
    identity: SigningIdentity
    lines: list[str]
    secret: bool  # whether its files lie encrypted
    earlier: AwaitedSignature | None


def letter_to_sign(
    desk: Desk, caller: Caller, id: str, request: DocumentSignatureRequest, within: Limits = NO_LIMITS
) -> LetterToSign:
    """Return a document that an official may sign now. Raises Forbidden, Conflict, InvalidSubmission, RecordMissing."""
    desk.require_archive()
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        require(tx, document, numbered=True, within=within)
        turn = require_signature_turn(desk, tx, caller, document, request.official, request.decision, within)
        return LetterToSign(
            caller=caller,
            request=request,
            within=within,
            document=document,
            revision=documents.get_revision(tx, id, document.revision),
            turn=turn,
            identity=require_identity(desk, tx, turn.official),
            lines=signer_lines(documents.get_contents(tx, id)[1]),
            secret=any_encrypted_in(tx, [id]),
            earlier=awaited.find(tx, [id]).get(id),
        )


def prepare_letter(desk: Desk, letter: LetterToSign) -> Prepared:
    """Return the letter's PDF as BSrE gets it, and note that the letter waits while BSrE is asked.

    Whoever calls ends that by `file_signed`, `unanswered` or `as_before`. Raises Conflict, PdfError, StorageError.
    """
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    pdf = desk.store.get(letter.revision.pdf.key)
    reason = say("Naskah nomor {number}", number=letter.document.number)
    prepared = prepare_pdf(desk, office, pdf, letter.turn.official, reason)
    id = letter.document.id
    with desk.catalogue.write() as tx:
        require(tx, documents.hold_document(tx, id), within=letter.within, hold=True)
        _require_not_asked(desk, tx, id)
        await_signature(desk, tx, id, letter.turn.official.id, letter.caller.name, ASKED)
    return prepared


def as_before(desk: Desk, letter: LetterToSign) -> None:
    """Let a letter be as it was before BSrE was asked, because nothing was signed."""
    with desk.catalogue.write() as tx:
        restore_waiting(tx, letter.document.id, letter.earlier)


def _require_not_asked(desk: Desk, tx: Connection, id: str) -> None:
    """Raise Conflict while another call may be at BSrE with this document."""
    row = awaited.find(tx, [id]).get(id)
    if row is not None and row.reason == ASKED and row.tried_at is not None and desk.now() - row.tried_at < ASKING:
        raise Conflict("Tanda tangan naskah ini sedang diminta dari BSrE. Tunggu sebentar, lalu muat ulang halamannya.")


def unanswered(desk: Desk, letter: LetterToSign, reason: str) -> SignatureAwaited:
    """Note why a letter still waits, and return the error that says so."""
    with desk.catalogue.write() as tx:
        official = letter.turn.official
        await_signature(desk, tx, letter.document.id, official.id, letter.caller.name, reason)
        details = {"number": letter.document.number, "official": official.id, "reason": reason}
        audit.record(desk, tx, letter.caller.name, Action.SIGNATURE_AWAITED, letter.document.id, after=details)
    return SignatureAwaited(letter.document, reason)


def file_signed(desk: Desk, letter: LetterToSign, prepared: Prepared, signed: bytes) -> Document:
    """Make the signed file the letter's next revision, or keep it aside.

    Raises SignedFileRefused, SignatureAwaited (the archive is away), DocumentPending.
    """
    official = letter.turn.official
    try:
        attachment = accept(desk, prepared, signed, official, letter.identity, letter.lines, secret=letter.secret)
    except NotAccepted as error:
        raise _refused(desk, letter, signed, str(error)) from error
    except StorageError as error:
        raise unanswered(desk, letter, str(error)) from error
    try:
        with desk.catalogue.write() as tx:
            line = _promise(desk, tx, letter, attachment)
    except (Conflict, Forbidden, InvalidSubmission, NotFound, RecordConflict) as error:
        raise _refused(desk, letter, signed, joined([CHANGED, str(error)])) from error
    return carry_out(desk, line)


def _promise(desk: Desk, tx: Connection, letter: LetterToSign, attachment: Attachment) -> ClaimedLine:
    """Journal the revision with the signed file, and end the wait. Raises Conflict, Forbidden, RecordConflict."""
    caller, within = letter.caller, letter.within
    id, official = letter.document.id, letter.turn.official
    current = documents.hold_document(tx, id)
    require(tx, current, numbered=True, within=within, hold=True)
    if current.revision != letter.document.revision:
        raise Conflict(say("Naskah {number} baru saja berubah. Coba lagi.", number=current.number))
    end_waiting(tx, id)
    details = {"number": current.number, "official": official.id, "sha256": attachment.file.sha256}
    audit.record(desk, tx, caller.name, Action.DOCUMENT_SIGNED, id, after=details)
    if letter.turn.decision is not None:
        decision = EndorsementRequest(official=official.id, decision=letter.turn.decision, note=letter.request.note)
        return promise_decision(desk, tx, id, decision, caller.name, caller.officials, within, attachments=[attachment])
    task = signed_task(attachment, desk.now(), caller.name)
    return promise(desk, tx, id, task, *documents.get_contents(tx, id))


def _refused(desk: Desk, letter: LetterToSign, signed: bytes, reason: str) -> SignedFileRefused:
    """Keep a file aside that cannot be the letter, note why it still waits, and return the error that says so."""
    file = store_refused(desk, signed, secret=letter.secret)
    official = letter.turn.official.id
    with desk.catalogue.write() as tx:
        keep_aside(desk, tx, letter.document, official, letter.caller.name, reason, file)
        if documents.get_document(tx, letter.document.id).status == "issued":
            await_signature(desk, tx, letter.document.id, official, letter.caller.name, reason)
    return SignedFileRefused(letter.document, reason)
