"""Sign an issued letter: by an official's electronic signature, with the office's seal, or, so noted, by hand.

An electronic signature is asked for while no transaction is open: BSrE takes up to a minute. Before that the letter is
noted as waiting for it, so that a process that is killed leaves a letter that waits; afterwards either the signed file
is the letter's next revision, or the letter is as it was, or it waits and says why.
"""

from __future__ import annotations

from docgen.bsre import Secret
from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.signature_steps import as_before, file_signed, letter_to_sign, prepare_letter, unanswered
from docgen.desk.decisions.signer_turn import require_official
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from docgen.desk.signing.ask import ask, require_may_sign, require_ready
from docgen.desk.signing.request import DocumentSignatureRequest, require_secret
from docgen.desk.signing.waiting import end_waiting
from docgen.errors import BsreRefused, BsreUnanswered, BsreUnavailable, Conflict, Forbidden
from storage.catalogue import documents
from storage.catalogue.signatures import awaited
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Document
from wording import say


def sign(
    desk: Desk,
    caller: Caller,
    id: str,
    request: DocumentSignatureRequest,
    within: Limits = NO_LIMITS,
    secret: Secret | None = None,
) -> Document:
    """Sign a document and return it with its new revision; noted as signed by hand, it has no new revision.

    The `secret`, which the method bsre needs, and seal may have, is wiped whatever happens.

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
        return seal(desk, id, caller.name, within, secret if secret is not None and secret.sort == "totp" else None)
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
    require_ready(desk)
    letter = letter_to_sign(desk, caller, id, request, within)
    require_may_sign(desk, letter.identity)
    prepared = prepare_letter(desk, letter)
    try:
        [signed] = ask(desk, letter.identity, secret, [prepared])
    except (BsreRefused, BsreUnavailable, Conflict):  # nothing was signed
        as_before(desk, letter)
        raise
    except BsreUnanswered as error:
        raise unanswered(desk, letter, str(error)) from error
    return file_signed(desk, letter, prepared, signed)
