"""A letter of a job while BSrE is asked: a draft with the number that is held for it, or a document that waits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, Protocol

from docgen.bsre import SigningIdentity
from docgen.desk.decisions.signature_steps import (
    LetterToSign,
    as_before,
    file_signed,
    letter_to_sign,
    prepare_letter,
    unanswered,
)
from docgen.desk.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.issue_draft import SignedAlready, to_sign
from docgen.desk.drafts.sign_electronically import HeldLetter, issue_signed, leave_waiting, make_letter
from docgen.desk.issuing.held_number import extend_hold, release_number
from docgen.desk.rights import Caller
from docgen.desk.signing.prepare import Prepared
from docgen.desk.signing.request import DocumentSignatureRequest
from storage.errors import RecordMissing, StorageError
from storage.records import Document


class LetterInHand(Protocol):
    """A letter that is ready to be sent; exactly one of `file`, `leave_waiting` and `give_up` ends that."""

    @property
    def id(self) -> str:
        """Return the id by which it was asked for."""

    @property
    def pdf(self) -> Prepared:
        """Return what BSrE is sent."""

    def confirm(self) -> None:
        """Make sure, before it is sent, that its number stays its own until the answer is there. Raises Conflict."""

    def file(self, signed: bytes) -> Document:
        """Make what BSrE signed the letter. Raises SignedFileRefused, SignatureAwaited, DocumentPending, and others."""

    def leave_waiting(self, reason: str) -> NoReturn:
        """Let the letter wait, because BSrE may have signed it. Raises SignatureAwaited, DocumentPending."""

    def give_up(self) -> None:
        """Let all be as it was, because nothing was signed."""


@dataclass(frozen=True)
class _Draft:
    desk: Desk
    caller: Caller
    identity: SigningIdentity
    id: str
    letter: HeldLetter

    @property
    def pdf(self) -> Prepared:
        return self.letter.pdf

    def confirm(self) -> None:
        extend_hold(self.desk, self.letter.held_number)

    def file(self, signed: bytes) -> Document:
        return issue_signed(self.desk, self.caller, self.letter, signed, self.identity)

    def leave_waiting(self, reason: str) -> NoReturn:
        leave_waiting(self.desk, self.caller, self.letter, reason)

    def give_up(self) -> None:
        with suppress(StorageError):  # else the hold ends with its time
            release_number(self.desk, self.letter.held_number)


@dataclass(frozen=True)
class _Document:
    desk: Desk
    id: str
    letter: LetterToSign
    pdf: Prepared

    def confirm(self) -> None:
        """Do nothing: it has its number."""

    def file(self, signed: bytes) -> Document:
        return file_signed(self.desk, self.letter, self.pdf, signed)

    def leave_waiting(self, reason: str) -> NoReturn:
        raise unanswered(self.desk, self.letter, reason)

    def give_up(self) -> None:
        with suppress(StorageError):  # else it waits, which the person sees
            as_before(self.desk, self.letter)


def take_in_hand(desk: Desk, caller: Caller, id: str, official: str, identity: SigningIdentity) -> LetterInHand:
    """Prepare a draft or document for its signature. A draft that is a document by now is signed as that.

    Raises DocgenError with the reason, StorageError; then all is as it was.
    """
    try:
        held_letter = make_letter(desk, caller, to_sign(desk, caller, id, official))
    except SignedAlready:
        with desk.catalogue.read() as tx:
            document = open_draft(desk, tx, caller, id).draft.document
    except RecordMissing:  # no draft
        document = id
    else:
        return _Draft(desk, caller, identity, id, held_letter)
    request = DocumentSignatureRequest(official=official, method="bsre")
    letter = letter_to_sign(desk, caller, document, request, caller.within)
    return _Document(desk, id, letter, prepare_letter(desk, letter))
