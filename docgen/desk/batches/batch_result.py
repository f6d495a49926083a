"""The stored result of a batch job."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from docgen.desk.batches.outcomes import RowOutcome
from docgen.errors import Conflict, NotFound
from storage.records import Job, KeptFile, Sentence, VersionedRecord
from wording import say


class BatchResult(VersionedRecord):
    """The outcome of each row, the files with the letters (zip, print, sheet), and notes on how rows were read.

    Results of earlier versions lack notes, sizes of files and dossiers.
    """

    lines: list[RowOutcome]
    files: dict[str, KeptFile]
    notes: list[Sentence] = Field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain data with its messages, as the job keeps it."""
        return self.model_dump(exclude_unset=True)


def batch_result(job: Job) -> BatchResult:
    """Return the result of a finished batch. Raises NotFound (no batch), Conflict (not done)."""
    if job.kind != "batch":
        raise NotFound(say("Pekerjaan {id} bukan naskah massal.", id=repr(job.id)))
    if job.status in ("failed", "cancelled"):
        raise Conflict(say("Naskah massal tidak selesai: {error}", error=job.error))
    if job.result is None:
        raise Conflict("Naskah massal masih dibuat. Coba lagi sebentar lagi.")
    return BatchResult.model_validate(job.result)


def batch_file(job: Job, name: str) -> KeptFile:
    """Return a file of a finished batch (zip, print or sheet). Raises NotFound, Conflict."""
    file = batch_result(job).files.get(name)
    if file is None:
        raise NotFound("Tidak ada naskah yang terbit dalam pekerjaan ini; lihat keterangan tiap baris.")
    return file
