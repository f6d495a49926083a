"""Sign the letters of a job: made first, sent together in one call, then each filed alone.

A passphrase is never sent again because a call went wrong: after a refusal, or without an answer, nothing more is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docgen.bsre import Secret, SigningIdentity
from docgen.desk.desk import Desk
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.signature_jobs.in_hand import LetterInHand, take_in_hand
from docgen.desk.signature_jobs.left_over import lines_of_lost_job
from docgen.desk.signature_jobs.request import SignaturesRequest, SigningOrder
from docgen.desk.signature_jobs.result import SignatureLine, SignatureResult
from docgen.desk.signing.ask import ask, require_may_sign, require_ready
from docgen.desk.signing.identities import require_identity
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.errors import BsreUnanswered, DocgenError
from docgen.numbering.number_systems import shown_number
from storage.catalogue import documents, registers
from storage.errors import StorageError
from storage.progress import Progress
from storage.records import Document, Job
from wording import joined, say

CHUNK = 40_000_000  # bytes of PDFs in one call; the service's own proxies take little more in base64
EXPIRED = "Kata sandi hanya disimpan beberapa menit dan sudah dihapus. Tandatangani lagi naskah ini."
NOT_SENT = "Naskah ini belum dikirim ke BSrE. Tandatangani lagi."


def run_signature_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Sign the letters of a job and return what became of each.

    A process that does not have the passphrase, because another one was asked and has died, only says how they stand.
    """
    request = SignaturesRequest.model_validate(job.request)
    order = desk.job_memory.get(job.id)
    if not isinstance(order, SigningOrder):
        return SignatureResult(letters=lines_of_lost_job(desk, request)).to_json()
    try:
        return _Run(desk, order, request, progress).run().to_json()
    finally:
        desk.job_memory.forget(job.id)


class _Run:
    """One turn of a job, in the process that has the passphrase."""

    def __init__(self, desk: Desk, order: SigningOrder, request: SignaturesRequest, progress: Progress) -> None:
        self._desk = desk
        self._order = order
        self._official = request.official
        self._ids = list(dict.fromkeys(request.documents))
        self._progress = progress
        self._lines: dict[str, SignatureLine] = {}
        self._in_hand: list[LetterInHand] = []
        self._stop = ""  # why nothing more is sent

    def run(self) -> SignatureResult:
        try:
            with self._desk.catalogue.read() as tx:
                official = registers.get_official(tx, self._official)
                identity = require_identity(self._desk, tx, official)
            require_may_sign(self._desk, identity)
        except (DocgenError, StorageError) as error:
            self._stop = str(error)
        else:
            try:
                self._sign_all(identity)
            finally:  # cancelled, or the service stops: nothing was sent of these
                for letter in self._in_hand:
                    letter.give_up()
            self._progress(len(self._ids), len(self._ids))
        lines = [self._lines.get(id) or _refused(id, self._stop) for id in self._ids]
        with self._desk.catalogue.read() as tx:
            named = documents.get_documents(tx, self._ids)
        return SignatureResult(letters=[_named(line, named.get(line.id)) for line in lines])

    def _sign_all(self, identity: SigningIdentity) -> None:
        size = 0
        most_at_once = None if require_ready(self._desk).signs_together else 1
        for id in self._ids:
            self._report()
            if self._stop:
                return
            try:
                letter = take_in_hand(self._desk, self._order.caller, id, self._official, identity)
            except (DocgenError, StorageError) as error:
                self._lines[id] = _refused(id, str(error))
                continue
            length = len(letter.pdf.pdf)
            if self._in_hand and (size + length > CHUNK or len(self._in_hand) == most_at_once):
                self._in_hand, ready = [letter], self._in_hand
                self._send(ready, identity)
                size = 0
            else:
                self._in_hand.append(letter)
            size += length
        if self._in_hand and not self._stop:
            ready = self._in_hand
            self._report()
            self._in_hand = []
            self._send(ready, identity)

    def _report(self) -> None:
        """Report how many letters are through; raises when the job was cancelled."""
        self._progress(len(self._lines), len(self._ids))

    def _send(self, letters: Sequence[LetterInHand], identity: SigningIdentity) -> None:
        """Send letters in one call and file what comes back, each alone."""
        letters = [letter for letter in letters if self._is_confirmed(letter)]
        if not letters:
            return
        secret = _copy(self._order.secret)
        if secret is None:
            self._refuse(letters, say(EXPIRED))
            return
        try:
            files = ask(self._desk, identity, secret, [letter.pdf for letter in letters])
        except BsreUnanswered as error:
            self._stop = joined([say(NOT_SENT), str(error)])
            for letter in letters:
                self._lines[letter.id] = self._outcome(letter, None, str(error))
            return
        except (DocgenError, StorageError) as error:  # nothing was signed
            self._refuse(letters, str(error))
            return
        for letter, signed in zip(letters, files, strict=True):
            self._lines[letter.id] = self._outcome(letter, signed, "")

    def _is_confirmed(self, letter: LetterInHand) -> bool:
        """Return whether a letter can be sent; one whose number went to another letter meanwhile is given up."""
        try:
            letter.confirm()
        except (DocgenError, StorageError) as error:
            letter.give_up()
            self._lines[letter.id] = _refused(letter.id, str(error))
            return False
        return True

    def _refuse(self, letters: Sequence[LetterInHand], reason: str) -> None:
        """Let letters be as they were, and send nothing more."""
        self._stop = reason
        for letter in letters:
            letter.give_up()
            self._lines[letter.id] = _refused(letter.id, reason)

    def _outcome(self, letter: LetterInHand, signed: bytes | None, reason: str) -> SignatureLine:
        """End a letter that was sent, and return what became of it; whatever goes wrong with one stops no other."""
        try:
            if signed is None:
                letter.leave_waiting(reason)
            return _line(letter.id, letter.file(signed), "signed")
        except (SignatureAwaited, SignedFileRefused) as error:
            return _line(letter.id, error.document, "awaiting", str(error))
        except DocumentPending as error:
            return _line(letter.id, error.document, "signed" if signed is not None else "awaiting", str(error))
        except (DocgenError, StorageError) as error:
            letter.give_up()
            return _refused(letter.id, str(error))


def _copy(secret: Secret) -> Secret | None:
    """Return a secret to be sent in one call of several; None when its time is over."""
    return None if secret.is_empty else secret.copy()


def _line(id: str, document: Document, status: Any, message: str = "") -> SignatureLine:
    number = shown_number(document) or ""
    return SignatureLine(id=id, document=document.id, number=number, status=status, message=message)


def _named(line: SignatureLine, document: Document | None) -> SignatureLine:
    """Return a line with the document that it is about, where it does not say so itself."""
    if document is None or line.document:
        return line
    return line.model_copy(update={"document": document.id, "number": shown_number(document) or ""})


def _refused(id: str, message: str) -> SignatureLine:
    return SignatureLine(id=id, status="refused", message=message)
