"""Sign a draft: it gets its number, its date and its place in the register, and becomes a document, or nothing happens.

Number, journal line, the end of the draft and its route are written in one transaction; the letter is made after it as
every letter is, and by recovery when the process is killed in between.
"""

from __future__ import annotations

from contextlib import suppress

from docgen.bsre import Secret
from docgen.desk.capacity import admit, require_room
from docgen.desk.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.issue_draft import LetterToSign, SignedAlready, document_of, issue_draft, to_sign
from docgen.desk.drafts.requests import SignRequest
from docgen.desk.drafts.sign_electronically import sign_electronically
from docgen.desk.issuing.issue import DOSSIER_BUSY, TRIES, TargetChanged
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.trial import try_letter
from docgen.desk.revisions.journal import ClaimedLine, carry_out
from docgen.desk.rights import Caller
from docgen.desk.signing.office_seal_bsre import seals_through_bsre
from docgen.desk.signing.request import require_secret
from docgen.errors import Conflict
from docgen.indonesian import local_moment
from docgen.signer import check_seal
from storage.catalogue import registers
from storage.catalogue.signatures import awaited
from storage.records import Document
from wording import say

SEAL_LATER = (
    "Segel BSrE dibubuhkan pada naskah yang sudah terbit. Tandatangani draf ini dahulu, lalu bubuhkan segel kantor di "
    "halaman naskahnya."
)


def sign(
    desk: Desk,
    caller: Caller,
    id: str,
    request: SignRequest,
    base_version: int | None = None,
    secret: Secret | None = None,
) -> Document:
    """Sign a draft and return its document, archived; the same call again returns the same document.

    With the method `seal` the office's seal is promised together with the letter, and put on as soon as it is made;
    with `bsre` the official signs through BSrE by his `secret`, which is wiped whatever happens: see
    `sign_electronically` for what that raises besides.
    Raises Forbidden (not the caller's official, or not this official's turn), Conflict (in nobody's hands, initials
    lacking, no seal), ChangedMeanwhile, InvalidSubmission (the letter cannot be made: nothing numbered),
    SignatureError (numbered and archived, but not sealed), DocumentPending (numbered and kept: finished later),
    RecordMissing, StoreUnavailable, ConverterUnavailable, TooManyAtOnce (nothing numbered).
    """
    if request.method == "bsre":
        return _sign_by_bsre(desk, caller, id, request.official, require_secret(secret), base_version)
    with admit(desk):
        try:
            letter = to_sign(desk, caller, id, request.official, base_version)
            require_room(desk)
            if request.method == "seal":
                if seals_through_bsre(desk):
                    raise Conflict(SEAL_LATER)
                with desk.catalogue.read() as tx:
                    zone = registers.get_office(tx).time_zone
                check_seal(desk.signing.seal, local_moment(desk.now(), zone))
            desk, line = _issue(desk, caller, letter, request)
        except SignedAlready:
            return _signed_document(desk, caller, id, request.official)
        return carry_out(desk, line)


def _sign_by_bsre(
    desk: Desk, caller: Caller, id: str, official: str, secret: Secret, base_version: int | None
) -> Document:
    """Sign a draft through BSrE. Raises Conflict for one that is a letter without its electronic signature."""
    try:
        return sign_electronically(desk, caller, id, official, secret, base_version)
    except SignedAlready:
        document = _signed_document(desk, caller, id, official)
    with desk.catalogue.read() as tx:
        is_waiting = awaited.find(tx, [document.id])
    if is_waiting:
        raise Conflict(
            say(
                "Draf ini sudah menjadi naskah {number} dan menunggu tanda tangan elektronik. Tandatangani naskah itu.",
                number=document.number,
            )
        )
    return document


def _signed_document(desk: Desk, caller: Caller, id: str, official: str) -> Document:
    """Return the document that a draft became, to whoever signed it. Raises Forbidden, DocumentPending."""
    with desk.catalogue.read() as tx:
        seen = open_draft(desk, tx, caller, id)
    return document_of(desk, seen, official)


def _issue(desk: Desk, caller: Caller, letter: LetterToSign, request: SignRequest) -> tuple[Desk, ClaimedLine]:
    """Return the journal line of the signed letter, and the desk to carry it out with."""
    for _ in range(TRIES):
        prepared = prepare(desk, letter.request)
        desk_after_trial = try_letter(desk, prepared)
        with suppress(TargetChanged), desk.catalogue.write() as tx:
            return desk_after_trial, issue_draft(desk, tx, caller, letter, prepared, method=request.method)
    raise Conflict(DOSSIER_BUSY)
