"""Which letters the files of a job or of an archived bundle hold, and who may have them."""

from __future__ import annotations

import json

from docgen.desk.access.secret_readings import note_reading
from docgen.desk.bundles.bundle_result import BundleResult
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from storage.catalogue import documents, filing, idempotency
from storage.catalogue.idempotency import BATCH
from storage.catalogue.limits import visible_documents
from storage.errors import RecordMissing
from storage.records import FiledBundle, Job
from wording import say


def require_job(desk: Desk, job: Job, caller: Caller) -> None:
    """Raise RecordMissing when a job's files hold a letter that the caller may not know of. Raises StorageError."""
    if caller.within:
        _require_in_job(desk, job, _letters_of(desk, job), caller)


def require_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """Raise RecordMissing when an archived bundle holds a letter that the caller may not know of."""
    if caller.within:
        _require_in_bundle(desk, bundle, _letters_in(desk, bundle), caller)


def read_job(desk: Desk, job: Job, caller: Caller) -> None:
    """As `require_job`, for who is given its files: reading secret letters is recorded."""
    ids = _letters_of(desk, job)
    _require_in_job(desk, job, ids, caller)
    note_reading(desk, ids, caller.name)


def read_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """As `require_bundle`, for who is given its files: reading secret letters is recorded."""
    ids = _letters_in(desk, bundle)
    _require_in_bundle(desk, bundle, ids, caller)
    note_reading(desk, ids, caller.name)


def _letters_of(desk: Desk, job: Job) -> list[str]:
    result = job.result
    if result is None:
        with desk.catalogue.read() as tx:  # of a batch that is not done; other jobs tell nothing before
            return list(idempotency.ids_by_key(tx, BATCH + job.id).values())
    if job.kind == "batch":
        return [line["id"] for line in result["lines"] if line["id"]]
    if job.kind == "bundle":
        bundle = BundleResult.model_validate(result)
        if bundle.documents is not None:
            return bundle.documents
        manifest = json.loads(desk.store.get(bundle.manifest.key))  # of a job that an earlier version did
        return [one["id"] for one in manifest["documents"]]
    return []


def _letters_in(desk: Desk, bundle: FiledBundle) -> list[str]:
    with desk.catalogue.read() as tx:
        return filing.documents_of(tx, bundle.code)


def _require_in_job(desk: Desk, job: Job, ids: list[str], caller: Caller) -> None:
    if not _may_know(desk, ids, caller):
        raise RecordMissing(say("Pekerjaan {id} tidak ada.", id=repr(job.id)))


def _require_in_bundle(desk: Desk, bundle: FiledBundle, ids: list[str], caller: Caller) -> None:
    if not _may_know(desk, ids, caller):
        raise RecordMissing(say("Bundel {code} tidak ada dalam arsip.", code=repr(bundle.code)))


def _may_know(desk: Desk, ids: list[str], caller: Caller) -> bool:
    """Return whether a caller may know of all these letters."""
    if not caller.within:
        return True
    with desk.catalogue.read() as tx:
        there = documents.get_documents(tx, ids)
        return set(there) <= visible_documents(tx, list(there), caller.within)
