"""Which letters the files of a job or of an archived bundle hold, and who may have them."""

from __future__ import annotations

import json

from docgen.desk.desk import Desk
from docgen.desk.readings import note_reading
from docgen.desk.rights import Caller
from storage.catalogue import documents, filing, idempotency
from storage.catalogue.idempotency import BATCH
from storage.errors import RecordMissing
from storage.records import FiledBundle, Job


def require_job(desk: Desk, job: Job, caller: Caller) -> None:
    """Raise RecordMissing when a job's files hold a letter that the caller may not know of. Raises StorageError."""
    if caller.within:
        _require(desk, _letters_of(desk, job), caller, f"Pekerjaan {job.id!r} tidak ada.")


def require_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """Raise RecordMissing when an archived bundle holds a letter that the caller may not know of."""
    if caller.within:
        with desk.catalogue.read() as tx:
            ids = filing.documents_of(tx, bundle.code)
        _require(desk, ids, caller, f"Bundel {bundle.code!r} tidak ada dalam arsip.")


def read_job(desk: Desk, job: Job, caller: Caller) -> None:
    """As `require_job`, for who is given its files: reading secret letters is recorded."""
    require_job(desk, job, caller)
    note_reading(desk, _letters_of(desk, job), caller.name)


def read_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """As `require_bundle`, for who is given its files: reading secret letters is recorded."""
    require_bundle(desk, bundle, caller)
    with desk.catalogue.read() as tx:
        ids = filing.documents_of(tx, bundle.code)
    note_reading(desk, ids, caller.name)


def _letters_of(desk: Desk, job: Job) -> list[str]:
    result = job.result
    if result is None:
        with desk.catalogue.read() as tx:  # of a batch that is not done; other jobs tell nothing before
            return list(idempotency.documents_of(tx, BATCH + job.id).values())
    if job.kind == "batch":
        return [line["id"] for line in result["lines"] if line["id"]]
    if job.kind == "bundle":
        return [one["id"] for one in json.loads(desk.store.get(result["manifest"]["key"]))["documents"]]
    return []


def _require(desk: Desk, ids: list[str], caller: Caller, message: str) -> None:
    with desk.catalogue.read() as tx:
        there = documents.get_documents(tx, ids)
        if set(there) - documents.seen_within(tx, list(there), caller.within):
            raise RecordMissing(message)
