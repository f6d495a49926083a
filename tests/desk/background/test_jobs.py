"""Background jobs: done in order, told apart when they fail, waiting for what is away, cancelled and resumed."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.background.job_run import JobDelayed
from docgen.desk.background.jobs import Jobs
from docgen.errors import Conflict, ConverterHung, Forbidden
from storage.catalogue import idempotency
from storage.catalogue.idempotency import BATCH
from storage.catalogue.jobs import claim_job
from storage.errors import RecordConflict, StoreUnavailable
from storage.progress import Progress
from storage.records import Job
from tests.support.callers.roles import caller
from tests.support.office.jobs import FAST, count_to_three, ended, later, refuse, running, state, wait

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice
SARI, BUDI, CHIEF = caller("sari"), caller("budi"), caller("admin", role="admin")


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
            assert claim_job(tx, poison.id, "ruang-lain:1:x:y", office.now(), office.now())
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
