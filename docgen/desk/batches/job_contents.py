"""Which letters the files of a batch or bundle job hold, and who may have them."""

from __future__ import annotations

from docgen.desk.access.secret_readings import read_all, require_all
from docgen.desk.batches.batch_classes import classes_of_batch
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.batch_result import BatchResult
from docgen.desk.bundles.bundle_result import BundleResult
from docgen.desk.bundles.manifest import read_manifest
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, is_own, may_steer
from storage.catalogue import idempotency
from storage.catalogue.idempotency import BATCH
from storage.catalogue.jobs import get_job
from storage.catalogue.visibility.limits import Limits
from storage.errors import RecordMissing
from storage.records import Job
from wording import say


def require_job(desk: Desk, job: Job, caller: Caller) -> None:
    """Raise RecordMissing when a job's files hold a letter that the caller may not know of. Raises StorageError."""
    if job.kind == "signature" and not may_steer(caller, job):
        raise RecordMissing(_absent(job))
    if not caller.within:
        return
    require_all(desk, _documents_of_job(desk, job), caller, _absent(job))
    if not is_own(caller, job) and not _may_see_request(desk, job, caller):
        raise RecordMissing(_absent(job))


def may_see_job(desk: Desk, job: Job, caller: Caller) -> bool:
    """Return whether a caller may know of a job: of every letter that its files hold. Raises StorageError."""
    try:
        require_job(desk, job, caller)
    except RecordMissing:
        return False
    return True


def read_job(desk: Desk, job: Job, caller: Caller) -> None:
    """Require as `require_job`, and record the secret letters that the caller reads with the job's files."""
    require_job(desk, job, caller)
    read_all(desk, _documents_of_job(desk, job), caller, _absent(job))


def _documents_of_job(desk: Desk, job: Job) -> list[str]:
    if job.result is None:
        with desk.catalogue.read() as tx:  # of a batch that is not done; other jobs name their documents when they are
            return list(idempotency.ids_by_key(tx, BATCH + job.id).values())
    if job.kind == "batch":
        return [line.id for line in BatchResult.model_validate(job.result).lines if line.id]
    if job.kind == "bundle":
        bundle = BundleResult.model_validate(job.result)
        if bundle.documents is not None:
            return bundle.documents
        manifest = read_manifest(desk.store.get(bundle.manifest.key))  # of a job that an earlier version did
        return [document.id for document in manifest.documents]
    if job.kind == "signature":
        return [line["document"] for line in job.result["letters"] if line["document"]]
    return []


def _may_see_request(desk: Desk, job: Job, caller: Caller) -> bool:
    """Return whether a caller may see what another asked for: rows of a batch may be letters that are not made yet, and
    a bundle's title tells of letters that are not in it yet."""
    if caller.within.classes is None or (job.kind != "batch" and job.result is not None):
        return True
    with desk.catalogue.read() as tx:
        request = get_job(tx, job.id).request
    if job.kind != "batch":
        job_limits = Limits.from_json(request.get("within") or {})
        return job_limits.classes is not None and set(job_limits.classes) <= set(caller.within.classes)
    batch = BatchRequest.model_validate(request.get("batch"))
    return classes_of_batch(desk, batch) <= set(caller.within.classes)


def _absent(job: Job) -> str:
    return say("Pekerjaan {id} tidak ada.", id=repr(job.id))
