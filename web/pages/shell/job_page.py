"""Shared by the pages of jobs: status and progress, for the page and its script."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.background.jobs import seconds_left
from storage.records import Job
from web.desk import get_jobs
from web.pages.shell.access import me
from web.pages.shell.message_translation import translate
from wording import joined, say

WAITS = "Menunggu sejenak, lalu dilanjutkan dengan sendirinya; tidak perlu diulang."


def state_of(job: Job, unit: str) -> dict[str, Any]:
    """Return status, `done` of `total`, and what to say of it: why it waits, or how fast it goes and how long still."""
    return {"status": job.status, "done": job.done, "total": job.total, "said": translate(said_of(job, unit))}


def cancel_and_show(job: Job) -> ResponseReturnValue:
    """Cancel a job and show its page. Raises Conflict, Forbidden."""
    get_jobs().cancel(job.id, me().caller)
    return redirect(url_for(".show", id=job.id), 303)


def resume_and_show(job: Job) -> ResponseReturnValue:
    """Run a job again and show its page. Raises Conflict, Forbidden."""
    get_jobs().resume(job.id, me().caller)
    return redirect(url_for(".show", id=job.id), 303)


def said_of(job: Job, unit: str) -> str:
    """Return what there is to say of a job that is not over, "" for nothing."""
    if job.status == "queued" and job.error:
        return joined([job.error, WAITS])
    seconds = seconds_left(job)
    if seconds is None or job.per_second is None:
        return ""
    rate = f"{job.per_second:.1f}".replace(".", ",")
    time = (
        say("{seconds} detik", seconds=round(seconds))
        if seconds < 90
        else say("{minutes} menit", minutes=round(seconds / 60))
    )
    if unit == "halaman":
        return say("{rate} halaman per detik, kira-kira {time} lagi", rate=rate, time=time)
    return say("{rate} naskah per detik, kira-kira {time} lagi", rate=rate, time=time)
