"""Long work in the background: how far it is, and what came of it."""

from __future__ import annotations

from typing import Any

from docgen.desk.background.jobs import seconds_left
from docgen.desk.bundles.job_contents import read_job, require_job
from storage import records
from storage.catalogue.jobs import job_state
from web.api.http.auth import asker
from web.api.http.calls import PREFIX, Answer, call
from web.api.schemas import jobs
from web.desk import get_desk, get_jobs


@call("GET", "/jobs/<id>", "One job", tag="Jobs", action="read", returns={200: jobs.Job})
def get_job(id: str) -> jobs.Job:
    """How far it is; `result` when it is done; `error` when it failed or was cancelled, or is queued again because what
    it needs is away: then it goes on by itself.
    """
    return shown_job(find_job(id))


@call("POST", "/jobs/<id>/cancel", "Cancel a job", tag="Jobs", action="issue", returns={200: jobs.Job},
      problems=(404, 409))  # fmt: skip
def cancel_job(id: str) -> jobs.Job:
    """A job in hand stops before its next item, what it made stays; 403 when another caller asked for it (an
    administrator may all the same), 409 when it has ended.
    """
    return shown_job(get_jobs().cancel(find_job(id).id, asker()))


@call("POST", "/jobs/<id>/resume", "Run a job again", tag="Jobs", action="issue", returns={202: jobs.Job},
      problems=(404, 409))  # fmt: skip
def resume_job(id: str) -> Answer:
    """Queue a failed or cancelled job again under its own id, to do what is left of it; 403 as when cancelling, 409 for
    a job that is neither.
    """
    return Answer(shown_job(get_jobs().resume(find_job(id).id, asker())), 202)


def find_job(id: str) -> records.Job:
    """One job, without its request. Raises RecordMissing, also when its files hold what the caller may not know of."""
    job = _job(id)
    require_job(get_desk(), job, asker())
    return job


def file_job(id: str) -> records.Job:
    """As `find_job`, for who is given its files."""
    job = _job(id)
    read_job(get_desk(), job, asker())
    return job


def shown_job(job: records.Job) -> jobs.Job:
    """A job as callers see it."""
    progress = {"done": job.done, "total": job.total, "per_second": job.per_second, "seconds_left": seconds_left(job)}
    result = None
    if job.result is not None and job.kind in _RESULTS:
        result = _RESULTS[job.kind](job.result, job_address(job.id))
    plain = job.model_dump(include={"id", "status", "error"})
    return jobs.Job.model_validate({**plain, "progress": progress, "result": result})


def job_address(id: str) -> str:
    """Where a job is asked for."""
    return f"{get_desk().public_url}{PREFIX}/jobs/{id}"


def _job(id: str) -> records.Job:
    with get_desk().catalogue.read() as tx:
        return job_state(tx, id.lower())


def _bundle(result: dict[str, Any], address: str) -> dict[str, Any]:
    volumes = [
        {key: one[key] for key in ("number", "of", "pages")}
        | {"pdf": _pdf(one["pdf"], f"{address}/volumes/{one['number']}/pdf")}
        for one in result.get("volumes", [])
    ]
    return {
        "pdf": _pdf(result["pdf"], f"{address}/pdf"),
        "manifest": {"href": f"{address}/manifest"},
        "volumes": volumes,
        "labels": {"href": f"{address}/labels"} if "labels" in result else None,
    }


def _pdf(pdf: dict[str, Any], href: str) -> dict[str, Any]:
    return {"href": href, **{key: pdf[key] for key in ("sha256", "size", "pages")}}


def _batch(result: dict[str, Any], address: str) -> dict[str, Any]:
    lines, documents = result["lines"], f"{get_desk().public_url}{PREFIX}/documents"
    return {
        "documents": [
            {key: line[key] for key in ("row", "id", "number")}
            | {"status": line["state"], "message": line.get("message", ""), "href": f"{documents}/{line['id']}"}
            | {"dossier": line.get("dossier") or None, "dossier_joined": line.get("joined") or None}
            for line in lines
            if line["id"]
        ],
        "errors": [{key: line[key] for key in ("row", "message")} for line in lines if not line["id"]],
        **{name: {"href": f"{address}/{name}"} if name in result["files"] else None for name in ("zip", "print")},
        "sheet": {"href": f"{address}/sheet"},
        "notes": result.get("notes", []),
    }


_RESULTS = {"bundle": _bundle, "batch": _batch}
