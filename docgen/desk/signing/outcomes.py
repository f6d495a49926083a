"""What became of a letter whose signature was asked for and is not there: it waits, and what to do next."""

from __future__ import annotations

from docgen.errors import BsreUnanswered, NotAccepted
from storage.records import Document
from wording import say


class SignatureAwaited(BsreUnanswered):
    """BSrE did not answer: whether it signed is open, and the letter waits for the signature."""

    def __init__(self, document: Document, reason: str) -> None:
        super().__init__(
            say(
                "{reason} Naskah {number} tidak hilang dan menunggu tanda tangan elektronik. Coba lagi sebentar lagi.",
                reason=reason,
                number=document.number,
            )
        )
        self.document = document


class SignedFileRefused(NotAccepted):
    """What came back is not to be believed: it was kept for the administrator, and the letter waits as before."""

    def __init__(self, document: Document, reason: str) -> None:
        super().__init__(
            say(
                "Berkas bertanda tangan untuk naskah {number} ditolak dan disimpan untuk administrator: {reason}",
                number=document.number,
                reason=reason,
            )
        )
        self.document = document
