"""Background jobs: their progress and results."""

from __future__ import annotations

from typing import Any

from docgen.desk.background.jobs import seconds_left
from docgen.desk.batches.batch_result import BatchResult
from docgen.desk.batches.job_contents import read_job, require_job
from docgen.desk.bundles.bundle_result import BundleResult
from docgen.desk.signature_jobs.result import SignatureResult
from storage import records
from storage.catalogue.jobs import job_state
from storage.records import KeptFile
from web.api.http.auth import asker
from web.api.http.calls import Answer, call
from web.api.schemas import jobs
from web.desk import get_desk, get_jobs


@call("GET", "/jobs/<id>", "One job", tag="Jobs", action="read", returns={200: jobs.Job})
def get_job(id: str) -> jobs.Job:
    """How far it is; `result` when it is done; `error` when it failed or was cancelled, or is queued again because what
    it needs is away: then it goes on by itself.
    """
    return shown_job(find_job(id))


@call("POST", "/jobs/<id>/cancel", "Cancel a job", tag="Jobs", action="issue", instead="file",
      returns={200: jobs.Job}, problems=(404, 409))  # fmt: skip
def cancel_job(id: str) -> jobs.Job:
    """A job in hand stops before its next item, what it made stays; 403 when another caller asked for it (an
    administrator may all the same), 409 when it has ended.
    """
    return shown_job(get_jobs().cancel(find_job(id).id, asker()))


@call("POST", "/jobs/<id>/resume", "Run a job again", tag="Jobs", action="issue", instead="file",
      returns={202: jobs.Job}, problems=(404, 409))  # fmt: skip
def resume_job(id: str) -> Answer:
    """Queue a failed or cancelled job again under its own id, to do what is left of it; 403 as when cancelling, 409 for
    a job that is neither.
    """
    return Answer(shown_job(get_jobs().resume(find_job(id).id, asker())), 202)


def find_job(id: str) -> records.Job:
    """Return one job without its request. Raises RecordMissing, also when the caller may not see its files."""
    job = _job(id)
    require_job(get_desk(), job, asker())
    return job


def file_job(id: str) -> records.Job:
    """As `find_job`, for who is given its files."""
    job = _job(id)
    read_job(get_desk(), job, asker())
    return job


def shown_job(job: records.Job) -> jobs.Job:
    """Return a job as the API shows it."""
    progress = {"done": job.done, "total": job.total, "per_second": job.per_second, "seconds_left": seconds_left(job)}
    result = None
    if job.result is not None and job.kind in _RESULTS:
        result = _RESULTS[job.kind](job.result, job_address(job.id))
    values = job.model_dump(include={"id", "status", "error"})
    return jobs.Job.model_validate({**values, "progress": progress, "result": result})


def job_address(id: str) -> str:
    """Return the address of a job."""
    return get_desk().links.api(f"jobs/{id}")


def _job(id: str) -> records.Job:
    with get_desk().catalogue.read() as tx:
        return job_state(tx, id.lower())


def _bundle(stored: dict[str, Any], address: str) -> dict[str, Any]:
    result = BundleResult.model_validate(stored)
    volumes = [
        volume.model_dump(include={"number", "of", "pages"})
        | {"pdf": _pdf(volume.pdf, f"{address}/volumes/{volume.number}/pdf")}
        for volume in result.volumes
    ]
    return {
        "pdf": _pdf(result.pdf, f"{address}/pdf"),
        "manifest": {"href": f"{address}/manifest"},
        "volumes": volumes,
        "labels": {"href": f"{address}/labels"} if result.labels else None,
    }


def _pdf(pdf: KeptFile, href: str) -> dict[str, Any]:
    return {"href": href, **pdf.model_dump(include={"sha256", "size", "pages"})}


def _batch(stored: dict[str, Any], address: str) -> dict[str, Any]:
    result, documents = BatchResult.model_validate(stored), get_desk().links.api("documents")
    return {
        "documents": [
            {"row": line.row, "id": line.id, "number": line.number, "status": line.state, "message": line.message}
            | {"href": f"{documents}/{line.id}"}
            | {"dossier": line.dossier or None, "dossier_joined": line.joined or None}
            for line in result.lines
            if line.id
        ],
        "errors": [{"row": line.row, "message": line.message} for line in result.lines if not line.id],
        **{name: {"href": f"{address}/{name}"} if name in result.files else None for name in ("zip", "print")},
        "sheet": {"href": f"{address}/sheet"},
        "notes": result.notes,
    }


def _signatures(stored: dict[str, Any], _address: str) -> dict[str, Any]:
    links = get_desk().links
    letters = [
        {"id": line.id, "document": line.document or None, "number": line.number or None, "status": line.status}
        | {"message": line.message}
        | {"href": links.api(f"documents/{line.document}") if line.document else links.api(f"drafts/{line.id}")}
        for line in SignatureResult.model_validate(stored).letters
    ]
    return {"letters": letters}


_RESULTS = {"bundle": _bundle, "batch": _batch, "signature": _signatures}
