"""Background jobs: done in order, told apart when they fail, and taken up again after a stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.jobs import Jobs, Progress
from docgen.errors import Conflict
from storage.catalogue import work
from storage.errors import StoreUnavailable
from storage.records import Job

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice


@pytest.fixture(params=["embedded", pytest.param("redis", marks=pytest.mark.redis)])
def queue(request: pytest.FixtureRequest) -> str:
    """The address of the queue: none for the embedded one."""
    return str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""


def count_to_three(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job that reports its progress."""
    for done in range(1, 4):
        progress(done, 3)
    return {"counted": 3}


def refuse(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job that cannot be done."""
    raise Conflict("Berkas sudah ditutup.")


def stumble(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job with a defect."""
    raise ZeroDivisionError("rahasia")


@contextmanager
def running(desk: Desk, workers: dict[str, Any], queue: str) -> Iterator[Jobs]:
    """A queue at work, for as long as the block lasts."""
    jobs = Jobs(desk, workers, queue)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop()


def wait(desk: Desk, id: str, until: Callable[[Job], bool]) -> Job:
    """The job, as soon as it is as wanted."""
    for _ in range(600):
        with desk.catalogue.read() as tx:
            job = work.get_job(tx, id)
        if until(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"job stayed {job}")


def ended(job: Job) -> bool:
    """Whether the job is over."""
    return job.status in ("done", "failed")


def test_a_job_ends_with_its_result_or_its_reason(desk: Desk, queue: str) -> None:
    """A job reports progress and result; a refusal is told; a defect is not, and the next job still runs."""
    with running(desk, {"count": count_to_three, "refuse": refuse, "stumble": stumble}, queue) as jobs:
        ids = [jobs.submit(kind, {}, "sari").id for kind in ("stumble", "refuse", "count")]
        stumbled, refused, counted = (wait(desk, id, ended) for id in ids)
    assert (stumbled.status, refused.status, counted.status) == ("failed", "failed", "done")
    assert "rahasia" not in str(stumbled.error)
    assert refused.error == "Berkas sudah ditutup."
    assert (counted.done, counted.total, counted.result) == (3, 3, {"counted": 3})


def test_what_a_stopped_service_left_is_done_at_the_next_start(desk: Desk, queue: str) -> None:
    """A job that was queued, and one that was running when the service died, are both done after the start."""
    stopped = Jobs(desk, {"count": count_to_three}, queue)
    queued = stopped.submit("count", {}, "sari")
    broken_off = stopped.submit("count", {}, "sari")
    with desk.catalogue.write() as tx:
        work.update_job(tx, broken_off.id, status="running", done=1, total=3)
    stopped._huey.flush()  # who was at work on them had taken them out of the queue
    with running(desk, {"count": count_to_three}, queue):
        assert wait(desk, queued.id, ended).status == "done"
        assert wait(desk, broken_off.id, ended).status == "done"


def test_stopping_waits_for_the_job_in_hand(desk: Desk) -> None:
    """A stop lets the running job finish, so that its result is not lost."""
    begun = threading.Event()

    def slow(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        begun.set()
        time.sleep(0.3)
        return {}

    with running(desk, {"slow": slow}, "") as jobs:
        job = jobs.submit("slow", {}, "sari")
        assert begun.wait(10)
    with desk.catalogue.read() as tx:
        assert work.get_job(tx, job.id).status == "done"


@pytest.mark.redis
def test_a_job_in_hand_is_not_done_twice(desk: Desk, redis_url: str) -> None:
    """A second machine that starts meanwhile leaves what the first has in hand, though it is put in the queue again."""
    begun, free = threading.Event(), threading.Event()
    done: list[str] = []

    def held(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        begun.set()
        assert free.wait(60)
        done.append(job.id)
        return {}

    with running(desk, {"held": held, "count": count_to_three}, redis_url) as first:
        job = first.submit("held", {}, "sari")
        assert begun.wait(60)
        with running(desk, {"held": held, "count": count_to_three}, redis_url) as second:
            second._task(job.id)
            other = second.submit("count", {}, "sari")
            assert wait(desk, other.id, ended).status == "done"
            free.set()
            assert wait(desk, job.id, ended).status == "done"
    assert done == [job.id]


def test_a_queue_that_is_away_is_said_and_leaves_no_job_waiting(desk: Desk) -> None:
    """With Redis away, asking for a job is refused with what to do, and the job is not left queued for ever."""
    jobs = Jobs(desk, {"count": count_to_three}, "redis://127.0.0.1:9/0")
    with pytest.raises(StoreUnavailable, match="DOCGEN_REDIS_URL"):
        jobs.submit("count", {}, "sari")
    with desk.catalogue.read() as tx:
        assert work.unfinished_jobs(tx) == []
