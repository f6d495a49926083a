"""Whose hands a job is in: taken up after a stop or a death, done by one at a time, let go of with its lease."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from docgen.desk import Desk
from docgen.desk.background.job_run import JobLost, require_in_hand
from docgen.desk.background.jobs import Jobs
from docgen.errors import Conflict
from docgen.processes.names import process_name
from storage.catalogue.jobs import claim_job, update_job
from storage.catalogue.tables import jobs as jobs_table
from storage.progress import Progress
from storage.records import Job
from tests.support.office.jobs import FAST, count_to_three, ended, later, running, state, wait

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice


def test_what_a_stopped_service_left_is_done_at_the_next_start(office: Desk) -> None:
    """Jobs as an earlier version left them, queued or running, are done after the start; its queue file goes."""
    stopped = Jobs(office, {"count": count_to_three})
    queued = stopped.submit("count", {}, "sari")
    broken_off = stopped.submit("count", {}, "sari")
    with office.catalogue.write() as tx:
        update_job(tx, broken_off.id, status="running", done=1, total=3)
    Path(office.data / "jobs.sqlite").write_bytes(b"SQLite format 3")
    with running(office, {"count": count_to_three}):
        assert wait(office, queued.id, ended).status == "done"
        assert wait(office, broken_off.id, ended).status == "done"
    assert not list(office.data.glob("jobs.sqlite*"))


def test_what_a_dead_process_of_this_machine_had_in_hand_is_free_at_once(office: Desk) -> None:
    """Its lease lasts still: nobody waits for it. That of another machine is waited for."""
    jobs = Jobs(office, {"count": count_to_three}, FAST)
    here, elsewhere = (jobs.submit("count", {}, "sari") for _ in range(2))
    soon = office.now() + dt.timedelta(seconds=30)
    dead = process_name().rpartition("-")[0] + "-1:abcd"
    with office.catalogue.write() as tx:
        update_job(tx, here.id, status="running", owner=dead, next_at=soon, attempts=1)
        update_job(tx, elsewhere.id, status="running", owner="ruang-lain:1:x:y", next_at=soon, attempts=1)
    with running(office, {"count": count_to_three}):
        assert wait(office, here.id, ended).status == "done"
    assert state(office, elsewhere.id).status == "running"
    assert Jobs(later(office, 31), {"count": count_to_three}).run_queued(elsewhere.id)
    assert state(office, elsewhere.id).status == "done"


def test_stopping_waits_for_the_job_in_hand(embedded: Desk) -> None:
    """A stop lets the running job finish, so that its result is not lost."""
    begun = threading.Event()

    def slow(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        begun.set()
        time.sleep(0.3)
        return {}

    with running(embedded, {"slow": slow}) as jobs:
        job = jobs.submit("slow", {}, "sari")
        assert begun.wait(10)
    assert state(embedded, job.id).status == "done"


def test_a_job_that_a_stop_interrupts_is_free_at_once_and_goes_on(office: Desk) -> None:
    """It stops at its next step, is nobody's, and no try is counted against it; another machine ends it."""
    begun = threading.Event()

    def endless(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        progress(1, 3)
        begun.set()
        while True:
            progress(1, 3)

    with running(office, {"count": endless}) as jobs:
        job = jobs.submit("count", {}, "sari")
        assert begun.wait(10)
    left = state(office, job.id)
    assert (left.status, left.owner, left.attempts, left.done) == ("queued", "", 0, 1)
    assert Jobs(office, {"count": count_to_three}).run_queued(job.id)
    assert state(office, job.id).status == "done"


def test_the_pace_counts_only_what_no_earlier_turn_had_done(office: Desk) -> None:
    """A batch that goes on runs through its finished part in no time: the time that is left is not reckoned from it."""
    paces: list[float | None] = []

    def go_on(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        for done in range(0, 91, 10):
            progress(done, 100)
        paces.append(state(desk, job.id).per_second)
        for done in (91, 92, 93):
            time.sleep(0.05)
            progress(done, 100)
            paces.append(state(desk, job.id).per_second)
        return {}

    jobs = Jobs(office, {"batch": go_on}, FAST)
    job = jobs.submit("batch", {}, "sari")
    with office.catalogue.write() as tx:
        tx.execute(update(jobs_table).values(done=90, total=100))
    assert jobs.run_queued(job.id)
    assert paces[0] is None
    assert all(pace is not None and pace <= 20 for pace in paces[1:])


def test_a_job_in_hand_is_not_done_twice(office: Desk) -> None:
    """A second machine leaves what the first has in hand, for as long as it renews its lease, and does other jobs."""
    begun, free = threading.Event(), threading.Event()
    done: list[str] = []

    def held(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        done.append(job.id)
        begun.set()
        assert free.wait(60)
        return {}

    short = replace(FAST, lease=dt.timedelta(seconds=0.3))
    workers = {"held": held, "count": count_to_three}
    with running(office, workers, short) as first:
        job = first.submit("held", {}, "sari")
        assert begun.wait(60)
        lease = state(office, job.id).next_at
        with running(office, workers, short) as second:
            other = second.submit("count", {}, "sari")
            assert wait(office, other.id, ended).status == "done"
            wait(office, job.id, lambda job: job.next_at > lease + short.lease)  # several leases later
            free.set()
            assert wait(office, job.id, ended).status == "done"
    assert done == [job.id]


def test_who_lost_the_lease_stops_and_writes_nothing_more(office: Desk) -> None:
    """A machine that stood still wakes up when another has its job: its progress, result and failure are all void."""
    taken, awake = threading.Event(), threading.Event()
    stopped: list[str] = []

    def asleep(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        progress(1, 3)
        taken.set()
        assert awake.wait(60)
        stopped.append("woke")
        if job.kind == "step":
            progress(2, 3)
            stopped.append("went on")
        if job.kind == "fail":
            raise Conflict("Berkas sudah ditutup.")
        return {"counted": "by the first"}

    for kind in ("step", "result", "fail"):
        taken.clear()
        awake.clear()
        stopped.clear()
        still = Jobs(office, {kind: asleep}, replace(FAST, lease=dt.timedelta(days=1)))  # renews nothing meanwhile
        job = still.submit(kind, {}, "sari")
        first = threading.Thread(target=still.run_queued, args=(job.id,))
        first.start()
        assert taken.wait(60)
        assert Jobs(later(office, 90_000), {kind: count_to_three}).run_queued(job.id)
        there = state(office, job.id)
        awake.set()
        first.join(60)
        assert stopped == ["woke"]
        assert state(office, job.id) == there
        assert (there.status, there.result) == ("done", {"counted": 3})


def test_a_job_does_not_change_hands_in_the_middle_of_a_transaction_about_it(office: Desk) -> None:
    """Who asks first whether it is his commits before another gets it; asked afterwards, he writes nothing."""
    job = Jobs(office, {}).submit("steps", {}, "sari")
    now = office.now()
    with office.catalogue.write() as tx:
        mine = claim_job(tx, job.id, "ruang-satu:1:x:y", now, now)
    assert mine is not None
    order: list[str] = []

    def take_over() -> None:
        begun.set()
        with office.catalogue.write() as tx:
            assert claim_job(tx, job.id, "ruang-dua:1:x:y", office.now(), office.now())
            order.append("taken")

    begun = threading.Event()
    other = threading.Thread(target=take_over)
    with office.catalogue.write() as tx:
        require_in_hand(tx, mine)
        other.start()
        assert begun.wait(10)
        other.join(0.3)
        order.append("written")
    other.join(60)
    assert order == ["written", "taken"]
    with pytest.raises(JobLost), office.catalogue.write() as tx:
        require_in_hand(tx, mine)


def test_a_job_that_is_begun_waits_behind_no_other_and_is_this_process_alone(office: Desk) -> None:
    """It is done at once while another job is at work, with what was handed over before; nobody else may take it."""
    handed_over: dict[str, str] = {}
    busy, over = threading.Event(), threading.Event()

    def slow(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        busy.set()
        assert over.wait(10)
        return {}

    def secret(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        assert not Jobs(desk, {}).run_queued(job.id)
        progress(1, 1)
        return {"length": len(handed_over.pop(job.id))}

    with running(office, {"slow": slow, "secret": secret}) as jobs:
        first = jobs.submit("slow", {}, "sari")
        assert busy.wait(10)
        job = jobs.begin("secret", {"letters": 2}, "sari", lambda job: handed_over.update({job.id: "abc"}), token="t")
        done = wait(office, job.id, ended)
        assert state(office, first.id).status == "running"
        over.set()
    assert (done.status, done.result, done.token, done.request) == ("done", {"length": 3}, "t", {"letters": 2})
    assert handed_over == {}
