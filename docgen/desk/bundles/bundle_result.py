"""What a bundle job keeps as its result."""

from __future__ import annotations

from pydantic import Field

from docgen.errors import Conflict, NotFound
from storage.records import Job, KeptFile, VersionedRecord
from wording import say


class KeptVolume(VersionedRecord):
    """A volume of a bundle: its number `of` all, the pages it counts, and its file."""

    number: int
    of: int
    pages: int
    pdf: KeptFile


class BundleResult(VersionedRecord):
    """The files of a bundle and of its volumes, and the documents it holds.

    Jobs of earlier versions lack `volumes`, and `documents`, which their manifest names.
    """

    pdf: KeptFile
    manifest: KeptFile
    volumes: list[KeptVolume] = Field(default_factory=list)
    documents: list[str] | None = None
    labels: KeptFile | None = None


def bundle_result(job: Job) -> BundleResult:
    """Return the result of a finished bundle. Raises NotFound (no bundle), Conflict (not done)."""
    if job.kind != "bundle":
        raise NotFound(say("Pekerjaan {id} bukan bundel.", id=repr(job.id)))
    if job.status in ("failed", "cancelled"):
        raise Conflict(say("Bundel tidak jadi dibuat: {error}", error=job.error))
    if job.result is None:
        raise Conflict("Bundel masih dibuat. Coba lagi sebentar lagi.")
    return BundleResult.model_validate(job.result)
