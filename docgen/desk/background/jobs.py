"""Long work in the background. The jobs table is the queue: a process that takes a job holds a lease on it there.

A process that dies stops renewing its lease, and another process, or the next start, goes on. A process writes to a job
only while it holds the lease, so that two never go on with the same job. Jobs wait while LibreOffice or the store is
away.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.background.heap import give_back_memory
from docgen.desk.background.job_run import AWAY, JobInterrupted, JobLost, JobTiming, JobTurn, lease_renewed
from docgen.desk.background.quota import require_quota
from docgen.desk.background.service_thread import STOP_SECONDS
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may_steer, require_for_job
from docgen.errors import Conflict, ConverterHung, DocgenError, Forbidden
from docgen.processes.names import has_ended, process_name
from docgen.telemetry.observing import count_job
from docgen.telemetry.tracing import span
from docgen.work_context import current_office, current_request, in_background, noted, set_office
from storage.catalogue import jobs
from storage.errors import RecordConflict, StorageError, StoreUnavailable
from storage.progress import Progress, no_progress
from storage.records import Job
from wording import say

log = logging.getLogger("docgen.jobs")

Worker = Callable[[Desk, Job, Progress], dict[str, Any]]

DEFECT = "Pekerjaan gagal karena kesalahan pada layanan; lihat catatannya."
CRASHED = (
    "Layanan {count} kali berhenti saat mengerjakan ini tanpa maju, jadi tidak dicoba lagi dengan sendirinya. "
    "Yang sudah jadi tidak hilang. Periksa berkasnya dan catatan layanan, lalu lanjutkan."
)


class Jobs:
    """The queue and its runner, for the office for which it was made. `workers` maps a kind of job to the function that
    does it.
    """

    def __init__(self, desk: Desk, workers: dict[str, Worker], timing: JobTiming | None = None) -> None:
        self._desk = desk
        self._workers = workers
        self._timing = timing or JobTiming()
        self._office = current_office()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._own_threads: list[threading.Thread] = []  # of jobs that this process began at once
        self._delays: dict[str, int] = {}  # how often in a row each job was put off

    def submit(
        self,
        kind: str,
        request: dict[str, Any],
        by: str,
        also: Callable[[Connection, Job], None] | None = None,
        *,
        token: str = "",
    ) -> Job:
        """Queue a job and return it; `also` runs in the same transaction. `token` is the id of the token that `by` came
        with, "" for an account.

        Raises StoreUnavailable, and what `also` raises.
        """
        self._desk.require_archive()
        job = Job(
            **{"id": _new_id(), "kind": kind, "status": "queued", "request": request, "created_at": self._desk.now()},
            **{"created_by": by, "token": token, "request_id": current_request()},
        )
        with self._desk.catalogue.write() as tx:
            jobs.add_job(tx, job)
            if also is not None:
                also(tx, job)
        self._wake.set()
        return job

    def cancel(self, id: str, caller: Caller) -> Job:
        """End a queued or running job; a running one stops before its next item, and what it made stays.

        Raises RecordMissing, Conflict (it has ended), Forbidden (the caller may not steer it).
        """
        with self._desk.catalogue.write() as tx:
            job = jobs.job_state(tx, id)
            _require_steering(caller, job)
            reason = say("Dibatalkan oleh {name}.", name=caller.name)
            if job.done:
                reason = say(
                    "{reason} Saat itu {done} dari {total} sudah selesai.",
                    reason=reason,
                    done=job.done,
                    total=job.total,
                )
            if not jobs.cancel_job(tx, id, reason):
                raise Conflict("Pekerjaan ini sudah berakhir, jadi tidak dapat dibatalkan.")
            count_job(job.kind, "cancelled")
            return jobs.get_job(tx, id)

    def resume(self, id: str, caller: Caller) -> Job:
        """Queue a failed or cancelled job again; what it made already is not made again.

        Raises RecordMissing, Conflict (it is neither, or one bundle too many), Forbidden as `cancel`.
        """
        self._desk.require_archive()
        with self._desk.catalogue.write() as tx:
            job = jobs.job_state(tx, id)
            _require_steering(caller, job)
            # A bundle is dated by its request, so it gets today's date; letters that a batch has issued keep theirs.
            changes: dict[str, Any] = {} if job.kind == "batch" else {"done": 0}
            if job.kind == "bundle":
                changes["created_at"] = self._desk.now()
            if not jobs.requeue_job(tx, id, self._desk.now(), **changes):
                raise Conflict("Hanya pekerjaan yang gagal atau dibatalkan yang dapat dijalankan lagi.")
            if job.kind == "bundle":
                require_quota(self._desk, tx, caller)
            job = jobs.get_job(tx, id)
        self._wake.set()
        return job

    def run(self, kind: str, request: dict[str, Any], by: str, progress: Progress = no_progress) -> Job:
        """Do a job in this thread and return it when it has ended; after a kill the next start of the service goes on.

        Waits while LibreOffice or the store is away. Raises StoreUnavailable when the job cannot be added.
        """
        job = self._add_running(kind, request, by)
        self._do(job, progress)
        while True:
            try:
                with self._desk.catalogue.read() as tx:
                    state = jobs.job_state(tx, job.id)
                if state.status not in jobs.UNFINISHED:
                    return state
                self.run_queued(job.id, progress)
            except StoreUnavailable as error:
                log.warning("Job %s waits: %s", job.id, error)
            self._stopping.wait(self._timing.poll)

    def begin(
        self,
        kind: str,
        request: dict[str, Any],
        by: str,
        before: Callable[[Job], None],
        *,
        token: str = "",
    ) -> Job:
        """Add a job and return it; this process does it at once, in a thread of its own, behind no other job.

        `before` is called first, to hand the worker what is not written down. Another process takes the job only when
        this one has died or lost it. Raises StoreUnavailable.
        """
        job = self._add_running(kind, request, by, token)
        before(job)
        thread = threading.Thread(target=self._do_at_once, args=(job,), name=f"job {job.id}", daemon=True)
        self._own_threads = [*(earlier for earlier in self._own_threads if earlier.is_alive()), thread]
        thread.start()
        return job

    def _do_at_once(self, job: Job) -> None:
        set_office(self._office)
        self._do(job)

    def _add_running(self, kind: str, request: dict[str, Any], by: str, token: str = "") -> Job:
        """Add a job that this process has taken already."""
        self._desk.require_archive()
        now = self._desk.now()
        job = Job(
            **{"id": _new_id(), "kind": kind, "status": "running", "request": request, "created_at": now},
            **{"created_by": by, "token": token, "request_id": current_request()},
            **{"owner": _new_owner(), "attempts": 1, "next_at": now + self._timing.lease},
        )
        with self._desk.catalogue.write() as tx:
            jobs.add_job(tx, job)
        return job

    def run_queued(self, id: str, progress: Progress = no_progress) -> bool:
        """Take this job and do it in this thread; return False when it has ended, is not due, or is another process's.

        Raises RecordMissing, StoreUnavailable.
        """
        with self._desk.catalogue.read() as tx:
            state = jobs.job_state(tx, id)
        job = self._take(state)
        if job is not None:
            self._do(job, progress)
        return job is not None

    def start(self) -> None:
        """Do jobs in a background thread, first those that a process that is gone left unfinished."""
        _remove_old_queue(self._desk)
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def announce_stop(self) -> None:
        """Let the running job end where it next reports progress, and return at once."""
        self._stopping.set()
        self._wake.set()

    def stop(self) -> None:
        """Stop when the running job next reports progress; it goes on at the next start, or in another process."""
        self.announce_stop()
        threads = [*self._own_threads, *([self._thread] if self._thread is not None else [])]
        for thread in threads:
            thread.join(timeout=STOP_SECONDS)

    def _work(self) -> None:
        set_office(self._office)
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                if self._do_next():
                    continue
            except StorageError as error:
                log.warning("Jobs wait: %s", error)
            except Exception:
                log.exception("Jobs wait")
            self._wake.wait(self._timing.poll)

    def _do_next(self) -> bool:
        """Do the oldest job that is free, and return whether there was one. Raises StoreUnavailable."""
        with self._desk.catalogue.read() as tx:
            unfinished = jobs.unfinished_jobs(tx)
        for state in unfinished:
            # A newer version on another machine may queue kinds of jobs that this one does not know.
            job = self._take(state) if state.kind in self._workers else None
            if job is not None:
                self._do(job)
                return True
        return False

    def _take(self, state: Job) -> Job | None:
        """Take the lease of a job and return it; None when it is not free, or has failed after too many tries."""
        now = self._desk.now()
        ended = state.owner if has_ended(state.owner) else ""
        if state.next_at > now and not ended:
            return None
        with self._desk.catalogue.write() as tx:
            job = jobs.claim_job(tx, state.id, _new_owner(), now, now + self._timing.lease, ended=ended)
            if job is None or job.attempts <= self._timing.tries:
                return job
            reason = say(CRASHED, count=job.attempts - 1)
            log.error("Job %s is given up after %s tries", job.id, job.attempts - 1)
            jobs.update_owned_job(tx, job, status="failed", error=reason, owner="")
            count_job(job.kind, "failed")
        return None

    def _do(self, job: Job, progress: Progress = no_progress) -> None:
        """Do a job that this process has taken, and write how it ended."""
        turn = JobTurn(self._desk, job, self._timing, progress, self._stopping)
        with noted(job=job.id, request=job.request_id), lease_renewed(self._desk, job, self._timing.lease):
            try:
                with in_background(), span(f"job {job.kind}"):
                    result = self._workers[job.kind](self._desk, job, turn.progress)
                turn.done(result)
            except JobLost:
                log.info("Job %s was cancelled, or is in other hands", job.id)
            except JobInterrupted:
                turn.delay("", 0)
            # Another process wrote at the same moment, two rows contradict each other, or LibreOffice hangs each time.
            except (RecordConflict, ConverterHung) as error:
                log.warning("Job %s: %s", job.id, error)
                turn.stumble(str(error))
            except AWAY as error:
                log.warning("Job %s waits: %s", job.id, error)
                delays = 0 if turn.got_further else self._delays.get(job.id, 0)
                turn.delay(str(error), self._timing.pause(delays))
                self._delays[job.id] = delays + 1
                return
            except (DocgenError, StorageError) as error:
                turn.fail(str(error))
            except Exception:
                log.exception("Job %s failed", job.id)
                turn.stumble(DEFECT)
        self._delays.pop(job.id, None)
        give_back_memory()


def seconds_left(job: Job) -> float | None:
    """Return the seconds that a running job will still take at its rate so far; None while that is unknown."""
    if job.status != "running" or not job.per_second:
        return None
    return (job.total - job.done) / job.per_second


def _require_steering(caller: Caller, job: Job) -> None:
    require_for_job(caller, job)
    if not may_steer(caller, job):
        raise Forbidden(
            say(
                "Pekerjaan ini diminta {created_by}. Hanya dia dan administrator yang dapat mengubahnya.",
                created_by=job.created_by,
            )
        )


def _new_id() -> str:
    return str(ULID()).lower()


def _new_owner() -> str:
    """Return a name for this process and this turn: a process that lost a job and takes it again has another name."""
    return f"{process_name()}:{secrets.token_hex(4)}"


def _remove_old_queue(desk: Desk) -> None:
    """Remove the queue file of earlier versions; all its jobs are in the table."""
    for end in ("", "-wal", "-shm", "-journal"):
        (desk.data / f"jobs.sqlite{end}").unlink(missing_ok=True)
