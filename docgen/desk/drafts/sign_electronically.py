"""Sign a draft through BSrE: its letter is made with a number held for it, and issued when the signed file is there.

Until then the register knows nothing of it. Refused, the draft is as it was and the number goes to the next letter;
unanswered, the letter is issued and waits for its signature, because BSrE may have signed it with this number.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from docgen.bsre import Secret, SigningIdentity
from docgen.desk.audit_actions import Action
from docgen.desk.capacity import admit, require_room
from docgen.desk.desk import Desk
from docgen.desk.drafts import events
from docgen.desk.drafts.issue_draft import LetterToSign, SignedAlready, issue_draft, lock_to_sign, to_sign
from docgen.desk.issuing.held_number import FinishedLetter, HeldNumber, document_of, hold_number, release_number
from docgen.desk.issuing.prepare import Prepared, prepare
from docgen.desk.issuing.trial import as_invalid_submission
from docgen.desk.revisions.authenticity import signer_lines
from docgen.desk.revisions.journal import ClaimedLine, carry_out
from docgen.desk.revisions.pipeline import produce_document, refill
from docgen.desk.revisions.uploads import store_pdf, store_upload
from docgen.desk.rights import Caller
from docgen.desk.secrecy import is_encrypted, require_secrecy
from docgen.desk.signing.acceptance import accept
from docgen.desk.signing.ask import ask, require_may_sign, require_ready
from docgen.desk.signing.identities import require_identity
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.desk.signing.prepare import Prepared as PdfToSign
from docgen.desk.signing.prepare import prepare_pdf
from docgen.desk.signing.waiting import await_signature
from docgen.errors import BsreUnanswered, DocgenError, NotAccepted
from storage.errors import StorageError
from storage.records import Attachment, Document, ReadyFiles, StoredFile
from wording import say


@dataclass(frozen=True)
class HeldLetter:
    """The letter of a draft as it is sent to be signed: made with the number that is held for it."""

    letter: LetterToSign
    prepared: Prepared
    held_number: HeldNumber
    docx: bytes
    pdf: PdfToSign

    @property
    def number(self) -> str:
        """Return the number it gets when it is issued."""
        return self.held_number.number.number

    @property
    def is_secret(self) -> bool:
        """Return whether its files lie encrypted."""
        return is_encrypted(self.prepared.snapshot.office)


def sign_electronically(
    desk: Desk, caller: Caller, id: str, official: str, secret: Secret, base_version: int | None = None
) -> Document:
    """Have a draft signed by BSrE and return its document, archived and signed. The secret is sent once, and wiped.

    Raises SignedAlready, and as `to_sign`; Conflict (BSrE is not set up, or somebody signs the draft at this moment),
    BsreRefused and BsreUnavailable (draft and register are as before), SignatureAwaited and SignedFileRefused (issued,
    and waits for its signature), InvalidSubmission (the letter cannot be made), ConverterUnavailable, StorageError,
    TooManyAtOnce (nothing numbered), DocumentPending (signed, and finished later).
    """
    try:
        require_ready(desk)
        letter = to_sign(desk, caller, id, official, base_version)
        with desk.catalogue.read() as tx:
            identity = require_identity(desk, tx, letter.official)
        require_may_sign(desk, identity)
        held_letter = make_letter(desk, caller, letter)
        with given_up_on_error(desk, held_letter):
            try:
                [signed] = ask(desk, identity, secret, [held_letter.pdf])
            except BsreUnanswered as error:
                leave_waiting(desk, caller, held_letter, str(error))
            return issue_signed(desk, caller, held_letter, signed, identity)
    finally:
        secret.wipe()


def make_letter(desk: Desk, caller: Caller, letter: LetterToSign) -> HeldLetter:
    """Hold a number for a draft and make its letter, as BSrE gets it; whoever calls uses the number or gives it up.

    Raises SignedAlready, ChangedMeanwhile, Conflict, InvalidSubmission, ConverterError, StorageError, TooManyAtOnce;
    then no number is held.
    """
    with admit(desk):
        require_room(desk)
        desk.require_archive()
        prepared = prepare(desk, letter.request)
        submission = prepared.submission.model_copy(update={"signing": "bsre"})
        prepared = dataclasses.replace(prepared, submission=submission)
        require_secrecy(desk, prepared.snapshot.office)
        with desk.catalogue.write() as tx:
            draft = lock_to_sign(desk, tx, caller, letter).draft
            held_number = hold_number(desk, tx, prepared, draft.id)
        with _released_on_error(desk, held_number), as_invalid_submission():
            document = document_of(prepared, held_number.number, desk.now())
            docx, pdf = _make(desk, letter, prepared, document)
    return HeldLetter(letter, prepared, held_number, docx, pdf)


def _make(desk: Desk, letter: LetterToSign, prepared: Prepared, document: Document) -> tuple[bytes, PdfToSign]:
    office = prepared.snapshot.office
    docx = refill(desk, document, prepared.submission, prepared.snapshot, prepared.emblem)
    produced = produce_document(desk, document, docx, prepared.snapshot)
    reason = say("Naskah nomor {number}", number=document.number)
    return produced.docx, prepare_pdf(desk, office, produced.pdf, letter.official, reason)


@contextmanager
def given_up_on_error(desk: Desk, held_letter: HeldLetter) -> Iterator[None]:
    """Give the number of a letter up when the block raises, unless the letter was issued with it."""
    with _released_on_error(desk, held_letter.held_number):
        yield


@contextmanager
def _released_on_error(desk: Desk, held_number: HeldNumber) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(StorageError):  # else the hold ends with its time, or with the process
            release_number(desk, held_number)
        raise


def issue_signed(
    desk: Desk, caller: Caller, held_letter: HeldLetter, signed: bytes, identity: SigningIdentity
) -> Document:
    """Issue a draft with its signed file, and return the document. Raises SignedFileRefused, DocumentPending.

    A signed file whose draft cannot be issued any more is stored, and the log of the draft says so; raises why.
    """
    lines = signer_lines(held_letter.prepared.snapshot.to_json())
    official, secret = held_letter.letter.official, held_letter.is_secret
    try:
        attachment = accept(desk, held_letter.pdf, signed, official, identity, lines, secret=secret)
    except NotAccepted as error:
        leave_waiting(desk, caller, held_letter, str(error), refused=signed)
    except StorageError as error:
        leave_waiting(desk, caller, held_letter, str(error))
    try:
        line = _issue(desk, caller, held_letter, attachment)
    except (DocgenError, SignedAlready) as error:
        _note_lost(desk, caller, held_letter, signed, error)
        raise
    return carry_out(desk, line)


def leave_waiting(
    desk: Desk, caller: Caller, held_letter: HeldLetter, reason: str, refused: bytes | None = None
) -> NoReturn:
    """Issue a draft that BSrE may have signed, without its signature; it waits for that. A refused file is kept aside.

    Raises SignatureAwaited, with a refused file SignedFileRefused; DocumentPending, StorageError.
    """
    file = None if refused is None else store_refused(desk, refused, secret=held_letter.is_secret)
    line = _issue(desk, caller, held_letter, None, reason, file)
    document = carry_out(desk, line)
    if file is not None:
        raise SignedFileRefused(document, reason)
    raise SignatureAwaited(document, reason)


def _issue(
    desk: Desk,
    caller: Caller,
    held_letter: HeldLetter,
    signed: Attachment | None,
    reason: str = "",
    refused: StoredFile | None = None,
) -> ClaimedLine:
    """Store the letter's files, and write what its signature decides, or that it waits for one, in one transaction."""
    letter, secret = held_letter.letter, held_letter.is_secret
    pdf = signed.originals[0].file if signed is not None else store_pdf(desk, held_letter.pdf.pdf, secret=secret)
    docx = store_upload(desk, held_letter.docx, "docx", secret=secret)
    finished = FinishedLetter(held_letter.held_number, ReadyFiles(pdf=pdf, docx=docx), signed)
    with desk.catalogue.write() as tx:
        line = issue_draft(desk, tx, caller, letter, held_letter.prepared, method="bsre", finished=finished)
        if signed is None:
            await_signature(desk, tx, line.document.id, letter.official.id, caller.name, reason)
        if refused is not None:
            keep_aside(desk, tx, line.document, letter.official.id, caller.name, reason, refused)
    return line


def _note_lost(desk: Desk, caller: Caller, held_letter: HeldLetter, signed: bytes, error: Exception) -> None:
    """Store a signed file that no document gets, and record it, so that an administrator finds it."""
    draft = held_letter.letter.seen.draft
    reason = str(error) if isinstance(error, DocgenError) else ""
    with suppress(StorageError):
        file = store_refused(desk, signed, secret=held_letter.is_secret)
        with desk.catalogue.write() as tx:
            details = {"number": held_letter.number, "reason": reason, "sha256": file.sha256}
            events.record(desk, tx, caller.name, Action.SIGNATURE_REFUSED, draft, **details)
