"""Background jobs: done in order, told apart when they fail, taken up after a stop, waited with, never done by two."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from docgen.desk import Desk
from docgen.desk.desk import utc_now
from docgen.desk.job_turn import JobDelayed, JobLost, Limits, Progress, require_in_hand
from docgen.desk.jobs import Jobs
from docgen.desk.process import process_name
from docgen.desk.rights import Caller
from docgen.errors import Conflict, ConverterHung, Forbidden
from docgen.libreoffice import Converter
from storage.catalogue import Catalogue, idempotency, work
from storage.catalogue.idempotency import BATCH
from storage.catalogue.tables import jobs as jobs_table
from storage.errors import RecordConflict, StoreUnavailable
from storage.records import Job
from tests.servers.postgres import fresh_database
from tests.support.offices import demo_office

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice

SARI, BUDI, CHIEF = Caller("sari", "operator"), Caller("budi", "operator"), Caller("admin", "admin")
FAST = Limits(pauses=(0.01,), poll=0.02)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """An office on SQLite."""
    with demo_office(tmp_path_factory.mktemp("office"), converter) as desk:
        yield desk


@pytest.fixture(scope="module")
def on_postgres(embedded: Desk, postgres_port: int) -> Iterator[Desk]:
    """The same office with another catalogue, on PostgreSQL."""
    with fresh_database(postgres_port) as url:
        catalogue = Catalogue(url)
        catalogue.upgrade()
        yield replace(embedded, catalogue=catalogue)
        catalogue.close()


@pytest.fixture(params=["embedded", pytest.param("on_postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest) -> Desk:
    """An office without any job."""
    desk: Desk = request.getfixturevalue(request.param)
    with desk.catalogue.write() as tx:
        tx.execute(delete(jobs_table))
    return desk


def count_to_three(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job that reports its progress."""
    for done in range(1, 4):
        progress(done, 3)
    return {"counted": 3}


def refuse(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """A job that cannot be done."""
    raise Conflict("Berkas sudah ditutup.")


@contextmanager
def running(desk: Desk, workers: dict[str, Any], limits: Limits = FAST) -> Iterator[Jobs]:
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
        return work.get_job(tx, id)


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


def test_a_job_ends_with_its_result_or_its_reason(office: Desk) -> None:
    """A job reports progress and result; a refusal is told; a defect is not, is tried twice, and stops no other job."""
    tries: list[str] = []

    def stumble(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        tries.append(job.id)
        raise ZeroDivisionError("rahasia")

    with running(office, {"count": count_to_three, "refuse": refuse, "stumble": stumble}) as jobs:
        ids = [jobs.submit(kind, {}, "sari").id for kind in ("stumble", "refuse", "count")]
        stumbled, refused, counted = (wait(office, id, ended) for id in ids)
    assert (stumbled.status, refused.status, counted.status) == ("failed", "failed", "done")
    assert "rahasia" not in str(stumbled.error)
    assert len(tries) == 2
    assert refused.error == "Berkas sudah ditutup."
    assert (counted.done, counted.total, counted.result) == (3, 3, {"counted": 3})


def test_a_job_that_hangs_libreoffice_each_time_ends(office: Desk) -> None:
    """It is tried once more, as that may have been chance, and then it has failed: it does not wait for ever."""
    tries = []

    def hang(desk: Desk, job: Job, told: Progress) -> dict[str, Any]:
        tries.append(job.id)
        raise ConverterHung("LibreOffice macet.")

    with running(office, {"hang": hang}) as jobs:
        ended_job = wait(office, jobs.submit("hang", {}, "sari").id, ended)
    assert (ended_job.status, ended_job.error, len(tries)) == ("failed", "LibreOffice macet.", 2)


def test_what_a_stopped_service_left_is_done_at_the_next_start(office: Desk) -> None:
    """Jobs as an earlier version left them, queued or running, are done after the start; its queue file goes."""
    stopped = Jobs(office, {"count": count_to_three})
    queued = stopped.submit("count", {}, "sari")
    broken_off = stopped.submit("count", {}, "sari")
    with office.catalogue.write() as tx:
        work.update_job(tx, broken_off.id, status="running", done=1, total=3)
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
        work.update_job(tx, here.id, status="running", owner=dead, next_at=soon, attempts=1)
        work.update_job(tx, elsewhere.id, status="running", owner="ruang-lain:1:x:y", next_at=soon, attempts=1)
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
        mine = work.take_job(tx, job.id, "ruang-satu:1:x:y", now, now)
    assert mine is not None
    order: list[str] = []

    def take_over() -> None:
        begun.set()
        with office.catalogue.write() as tx:
            assert work.take_job(tx, job.id, "ruang-dua:1:x:y", office.now(), office.now())
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


def test_what_is_away_is_waited_for(office: Desk) -> None:
    """Database, store or LibreOffice away: the job waits, says why, others go on, and it ends by itself."""
    tries: list[int] = []

    def away(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        tries.append(job.attempts)
        if len(tries) < 5:
            raise (StoreUnavailable if len(tries) % 2 else JobDelayed)("Arsip tidak terjangkau.")
        return {}

    jobs = Jobs(office, {"away": away, "count": count_to_three}, replace(FAST, pauses=(600,)))
    job, other = jobs.submit("away", {}, "sari"), jobs.submit("count", {}, "sari")
    jobs.start()
    assert wait(office, other.id, ended).status == "done"
    jobs.stop()
    left = state(office, job.id)
    assert (left.status, left.error, left.owner, left.attempts) == ("queued", "Arsip tidak terjangkau.", "", 0)
    assert left.next_at > office.now() + dt.timedelta(seconds=500)
    with running(later(office, 601), {"away": away}):
        gone_on = wait(office, job.id, ended)
    assert (gone_on.status, gone_on.error, tries) == ("done", None, [1] * 5)


def test_how_a_job_ended_is_written_when_the_database_is_back(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away just before the result is written: it is not lost, and the job is not done again."""
    done: list[str] = []

    def last_moment(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        done.append(job.id)
        write, refused = office.catalogue.write, iter(range(3))

        def fail_thrice() -> Any:
            if next(refused, None) is None:
                return write()
            raise StoreUnavailable("Basis data tidak dapat dipakai sekarang.")

        monkeypatch.setattr(office.catalogue, "write", fail_thrice)
        return {"counted": 1}

    with running(office, {"last": last_moment}) as jobs:
        job = wait(office, jobs.submit("last", {}, "sari").id, ended)
    assert (job.status, job.result, len(done)) == ("done", {"counted": 1}, 1)


def test_a_job_that_stops_the_service_twice_ends_with_its_reason(office: Desk) -> None:
    """The count outlives the process: the third start fails it in a sentence, and does what came after it."""
    poison = Jobs(office, {}, FAST).submit("count", {}, "sari")
    for _ in range(2):
        with office.catalogue.write() as tx:  # taken, and the process was gone
            assert work.take_job(tx, poison.id, "ruang-lain:1:x:y", office.now(), office.now())
    with running(office, {"count": count_to_three}) as jobs:
        other = jobs.submit("count", {}, "sari")
        failed = wait(office, poison.id, ended)
        assert wait(office, other.id, ended).status == "done"
    assert failed.status == "failed"
    assert str(failed.error).startswith("Layanan 2 kali berhenti saat mengerjakan ini")
    assert jobs.resume(poison.id, SARI).attempts == 0


def test_a_job_that_comes_further_each_time_is_not_given_up(office: Desk) -> None:
    """Power cuts, one after the other, in the middle of long work: as long as it comes further, it goes on."""
    jobs = Jobs(office, {"count": count_to_three}, FAST)
    job = jobs.submit("count", {}, "sari")
    reached = 0

    def cut(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        progress(reached, 10)
        raise SystemExit

    for reached in range(1, 6):
        with pytest.raises(SystemExit):
            Jobs(later(office, 100 * reached), {"count": cut}, FAST).run_queued(job.id)
    assert state(office, job.id).done == 5
    assert Jobs(later(office, 1000), {"count": count_to_three}).run_queued(job.id)
    assert state(office, job.id).status == "done"


def test_a_conflict_is_tried_once_more(office: Desk) -> None:
    """Two wrote the same at one moment: the second try finds what the other wrote."""
    tries: list[str] = []

    def collide(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        tries.append(job.id)
        if len(tries) == 1:
            with desk.catalogue.write() as tx:
                for _ in range(2):
                    idempotency.add(tx, BATCH + job.id, "0", "a", "d", desk.now())
        return {}

    with running(office, {"collide": collide}) as jobs:
        assert wait(office, jobs.submit("collide", {}, "sari").id, ended).status == "done"


def test_no_raw_words_of_the_database_reach_people(office: Desk) -> None:
    """A conflict is a sentence; what the database said of tables and keys is in the log alone."""
    key = str(time.time())

    def add() -> None:
        with office.catalogue.write() as tx:
            idempotency.add(tx, "x", key, "a", "d", office.now())

    add()
    with pytest.raises(RecordConflict) as conflict:
        add()
    assert "idempotency" not in str(conflict.value)
    assert "UNIQUE" not in str(conflict.value).upper()


def test_a_job_of_any_kind_is_cancelled_queued_or_running(office: Desk) -> None:
    """It stops at its next step, its result counts no more, and it says who cancelled it and how far it was."""
    begun, cancelled = threading.Event(), threading.Event()
    went_on: list[str] = []

    def held(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
        progress(2, 3)
        begun.set()
        assert cancelled.wait(60)
        progress(3, 3)
        went_on.append(job.id)
        return {}

    with running(office, {"scan": held, "count": count_to_three}) as jobs:
        job, queued = jobs.submit("scan", {}, "sari"), jobs.submit("batch", {}, "sari")
        assert begun.wait(60)
        told = jobs.cancel(job.id, SARI).error
        assert jobs.cancel(queued.id, SARI).status == "cancelled"
        cancelled.set()
        other = jobs.submit("count", {}, "sari")
        assert wait(office, other.id, ended).status == "done"
        with pytest.raises(Conflict):
            jobs.cancel(job.id, SARI)
    assert told == "Dibatalkan oleh sari. Saat itu 2 dari 3 sudah selesai."
    assert (went_on, state(office, job.id).status) == ([], "cancelled")


def test_only_who_asked_for_a_job_or_an_administrator_changes_it(embedded: Desk) -> None:
    """Others may neither cancel nor resume it, and are told whose it is."""
    jobs = Jobs(embedded, {})
    job = jobs.submit("bundle", {}, "sari")
    with pytest.raises(Forbidden, match="sari"):
        jobs.cancel(job.id, BUDI)
    assert jobs.cancel(job.id, CHIEF).status == "cancelled"
    with pytest.raises(Forbidden, match="sari"):
        jobs.resume(job.id, BUDI)
    assert jobs.resume(job.id, SARI).status == "queued"
