"""What became of each letter of a job that signs many."""

from __future__ import annotations

from typing import Any, Literal

from docgen.errors import Conflict, NotFound
from storage.records import Job, Sentence, VersionedRecord
from wording import say

LetterStatus = Literal["signed", "awaiting", "refused"]


class SignatureLine(VersionedRecord):
    """What became of a letter: `id` is the document or draft that was asked for, `document` what it is now, or "".

    `awaiting`: it has its number and waits for its signature; `refused`: it is as it was. `message` says why.
    """

    id: str
    status: LetterStatus
    document: str = ""
    number: str = ""
    message: Sentence = ""


class SignatureResult(VersionedRecord):
    """The lines in the order in which the letters were asked for."""

    letters: list[SignatureLine]

    def to_json(self) -> dict[str, Any]:
        """Return plain data with its messages, as the job keeps it."""
        return self.model_dump()


def signature_result(job: Job) -> SignatureResult:
    """Return the result of a finished job. Raises NotFound (another kind of job), Conflict (not done)."""
    if job.kind != "signature":
        raise NotFound(say("Pekerjaan {id} bukan penandatanganan.", id=repr(job.id)))
    if job.status in ("failed", "cancelled"):
        raise Conflict(say("Penandatanganan tidak selesai: {error}", error=job.error))
    if job.result is None:
        raise Conflict("Penandatanganan masih berjalan. Coba lagi sebentar lagi.")
    return SignatureResult.model_validate(job.result)
