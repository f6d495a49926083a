"""Jobs in tests: workers of their own, and waiting until a job is as it should be."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from docgen.desk import Desk
from docgen.desk.background.job_run import JobTiming
from docgen.desk.background.jobs import Jobs
from docgen.desk.desk import utc_now
from docgen.errors import Conflict
from storage.catalogue.jobs import get_job
from storage.progress import Progress
from storage.records import Job

FAST = JobTiming(pauses=(0.01,), poll=0.02)


def count_to_three(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job that reports its progress."""
    for done in range(1, 4):
        progress(done, 3)
    return {"counted": 3}


def refuse(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job that cannot be done."""
    raise Conflict("Berkas sudah ditutup.")


@contextmanager
def running(desk: Desk, workers: dict[str, Any], limits: JobTiming = FAST) -> Iterator[Jobs]:
    """A queue at work, for as long as the block lasts."""
    jobs = Jobs(desk, workers, limits)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop()


def state(desk: Desk, id: str) -> Job:
    """The job as it is now."""
    with desk.catalogue.read() as tx:
        return get_job(tx, id)


def wait(desk: Desk, id: str, until: Callable[[Job], bool]) -> Job:
    """The job, as soon as it is as wanted."""
    for _ in range(1500):
        job = state(desk, id)
        if until(job):
            return job
        time.sleep(0.01)
    raise AssertionError(f"job stayed {job}")


def ended(job: Job) -> bool:
    """Whether the job is over."""
    return job.status in ("done", "failed")


def later(desk: Desk, seconds: float) -> Desk:
    """The same office on a machine whose clock is further."""
    return replace(desk, now=lambda: utc_now() + dt.timedelta(seconds=seconds))
