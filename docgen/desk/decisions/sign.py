"""Sign an issued letter: by an official's electronic signature, with the office's seal, or, so noted, by hand.

An electronic signature is asked for while no transaction is open: BSrE takes up to a minute. Before that the letter is
noted as waiting for it, so that a process that is killed leaves a letter that waits; afterwards either the signed file
is the letter's next revision, or the letter is as it was, or it waits and says why.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.bsre import Secret, SigningIdentity
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.endorse import EndorsementRequest, promise_decision
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.signer_turn import SignatureTurn, require_official, require_signature_turn
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.authenticity import signer_lines
from docgen.desk.revisions.journal import ClaimedLine, carry_out, promise, signed_task
from docgen.desk.rights import Caller
from docgen.desk.secrecy import any_encrypted_in
from docgen.desk.signing.acceptance import accept
from docgen.desk.signing.ask import ask, require_may_sign, require_ready
from docgen.desk.signing.identities import require_identity
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.desk.signing.prepare import Prepared, prepare_pdf
from docgen.desk.signing.request import DocumentSignatureRequest, require_secret
from docgen.desk.signing.waiting import await_signature, end_waiting, restore_waiting
from docgen.errors import (
    BsreRefused,
    BsreUnanswered,
    BsreUnavailable,
    Conflict,
    Forbidden,
    InvalidSubmission,
    NotAccepted,
    NotFound,
)
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
class _LetterToSign:
    """A document as it was when its signature was asked for, and whose signature."""

    document: Document
    revision: Revision
    turn: SignatureTurn
    identity: SigningIdentity
    lines: list[str]
    secret: bool  # whether its files lie encrypted
    earlier: AwaitedSignature | None


def sign(
    desk: Desk,
    caller: Caller,
    id: str,
    request: DocumentSignatureRequest,
    within: Limits = NO_LIMITS,
    secret: Secret | None = None,
) -> Document:
    """Sign a document and return it with its new revision; noted as signed by hand, it has no new revision.

    The `secret`, which the method bsre needs, is wiped whatever happens.

    `within` limits which other documents an error may name. Raises Forbidden (not the caller's official, or another's
    turn), Conflict (not in force, in work, signed already, nothing set up, or changed meanwhile), InvalidSubmission,
    BsreRefused and BsreUnavailable (all is as before), SignatureAwaited (no answer: the letter waits), NotAccepted (the
    answer is kept aside, and the letter waits), DocumentPending, RecordMissing, StoreUnavailable.
    """
    if request.method == "paper":
        return _sign_by_hand(desk, caller, id, request.official)
    if request.method == "seal":
        with desk.catalogue.read() as tx:
            require_official(tx, caller, request.official)
        return seal(desk, id, caller.name, within)
    secret = require_secret(secret)
    try:
        return _sign_electronically(desk, caller, id, request, secret, within)
    finally:
        secret.wipe()


def _sign_by_hand(desk: Desk, caller: Caller, id: str, official: str) -> Document:
    """Note that a letter is signed on paper, so that it waits no longer."""
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        signer = require_official(tx, caller, official)
        row = awaited.find(tx, [id]).get(id)
        if row is None:
            raise Conflict(say("Naskah {number} tidak menunggu tanda tangan elektronik.", number=document.number))
        if row.official != signer.id:
            raise Forbidden(say("Naskah {number} menunggu tanda tangan pejabat lain.", number=document.number))
        end_waiting(tx, id)
        details = {"number": document.number, "official": signer.id}
        audit.record(desk, tx, caller.name, Action.SIGNATURE_ENDED, id, after=details)
        return document


def _sign_electronically(
    desk: Desk, caller: Caller, id: str, request: DocumentSignatureRequest, secret: Secret, within: Limits
) -> Document:
    desk.require_archive()
    require_ready(desk)
    with desk.catalogue.read() as tx:
        letter = _letter_to_sign(desk, tx, caller, id, request, within)
        office = registers.get_office(tx)
    require_may_sign(desk, letter.identity)
    pdf = desk.store.get(letter.revision.pdf.key)
    reason = say("Naskah nomor {number}", number=letter.document.number)
    prepared = prepare_pdf(desk, office, pdf, letter.turn.official, reason)
    with desk.catalogue.write() as tx:
        require(tx, documents.hold_document(tx, id), within=within, hold=True)
        _require_not_asked(desk, tx, id)
        await_signature(desk, tx, id, letter.turn.official.id, caller.name, ASKED)
    try:
        [signed] = ask(desk, letter.identity, secret, [prepared])
    except (BsreRefused, BsreUnavailable, Conflict):  # nothing was signed
        with desk.catalogue.write() as tx:
            restore_waiting(tx, id, letter.earlier)
        raise
    except BsreUnanswered as error:
        raise _unanswered(desk, letter, caller, str(error)) from error
    return _file(desk, caller, letter, prepared, signed, request, within)


def _letter_to_sign(
    desk: Desk, tx: Connection, caller: Caller, id: str, request: DocumentSignatureRequest, within: Limits
) -> _LetterToSign:
    document = documents.get_document(tx, id)
    require(tx, document, numbered=True, within=within)
    turn = require_signature_turn(desk, tx, caller, document, request.official, request.decision, within)
    return _LetterToSign(
        document=document,
        revision=documents.get_revision(tx, id, document.revision),
        turn=turn,
        identity=require_identity(desk, tx, turn.official),
        lines=signer_lines(documents.get_contents(tx, id)[1]),
        secret=any_encrypted_in(tx, [id]),
        earlier=awaited.find(tx, [id]).get(id),
    )


def _require_not_asked(desk: Desk, tx: Connection, id: str) -> None:
    """Raise Conflict while another call may be at BSrE with this document."""
    row = awaited.find(tx, [id]).get(id)
    if row is not None and row.reason == ASKED and row.tried_at is not None and desk.now() - row.tried_at < ASKING:
        raise Conflict("Tanda tangan naskah ini sedang diminta dari BSrE. Tunggu sebentar, lalu muat ulang halamannya.")


def _unanswered(desk: Desk, letter: _LetterToSign, caller: Caller, reason: str) -> SignatureAwaited:
    """Note why a letter still waits, and return the error that says so."""
    with desk.catalogue.write() as tx:
        official = letter.turn.official
        await_signature(desk, tx, letter.document.id, official.id, caller.name, reason)
        details = {"number": letter.document.number, "official": official.id, "reason": reason}
        audit.record(desk, tx, caller.name, Action.SIGNATURE_AWAITED, letter.document.id, after=details)
    return SignatureAwaited(letter.document, reason)


def _file(
    desk: Desk,
    caller: Caller,
    letter: _LetterToSign,
    prepared: Prepared,
    signed: bytes,
    request: DocumentSignatureRequest,
    within: Limits,
) -> Document:
    """Make the signed file the letter's next revision, or keep it aside."""
    official = letter.turn.official
    try:
        attachment = accept(desk, prepared, signed, official, letter.identity, letter.lines, secret=letter.secret)
    except NotAccepted as error:
        raise _refused(desk, letter, caller, signed, str(error)) from error
    except StorageError as error:
        raise _unanswered(desk, letter, caller, str(error)) from error
    try:
        with desk.catalogue.write() as tx:
            line = _promise(desk, tx, caller, letter, attachment, request, within)
    except (Conflict, Forbidden, InvalidSubmission, NotFound, RecordConflict) as error:
        raise _refused(desk, letter, caller, signed, joined([CHANGED, str(error)])) from error
    return carry_out(desk, line)


def _promise(
    desk: Desk,
    tx: Connection,
    caller: Caller,
    letter: _LetterToSign,
    attachment: Attachment,
    request: DocumentSignatureRequest,
    within: Limits,
) -> ClaimedLine:
    """Journal the revision with the signed file, and end the wait. Raises Conflict, Forbidden, RecordConflict."""
    id, official = letter.document.id, letter.turn.official
    current = documents.hold_document(tx, id)
    require(tx, current, numbered=True, within=within, hold=True)
    if current.revision != letter.document.revision:
        raise Conflict(say("Naskah {number} baru saja berubah. Coba lagi.", number=current.number))
    end_waiting(tx, id)
    details = {"number": current.number, "official": official.id, "sha256": attachment.file.sha256}
    audit.record(desk, tx, caller.name, Action.DOCUMENT_SIGNED, id, after=details)
    if letter.turn.decision is not None:
        decision = EndorsementRequest(official=official.id, decision=letter.turn.decision, note=request.note)
        return promise_decision(desk, tx, id, decision, caller.name, caller.officials, within, attachments=[attachment])
    task = signed_task(attachment, desk.now(), caller.name)
    return promise(desk, tx, id, task, *documents.get_contents(tx, id))


def _refused(desk: Desk, letter: _LetterToSign, caller: Caller, signed: bytes, reason: str) -> SignedFileRefused:
    """Keep a file aside that cannot be the letter, note why it still waits, and return the error that says so."""
    file = store_refused(desk, signed, secret=letter.secret)
    official = letter.turn.official.id
    with desk.catalogue.write() as tx:
        keep_aside(desk, tx, letter.document, official, caller.name, reason, file)
        if documents.get_document(tx, letter.document.id).status == "issued":
            await_signature(desk, tx, letter.document.id, official, caller.name, reason)
    return SignedFileRefused(letter.document, reason)
