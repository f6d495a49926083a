"""Long work in the background. The jobs table says what is asked for and how far it is; Huey runs it.

Huey keeps its queue in a file beside the data, or in Redis when several machines share the work.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer
from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.desk import Desk
from docgen.desk.leases import Leases
from docgen.errors import Conflict, DataFileError, DocgenError
from docgen.work_context import in_background
from storage.catalogue import idempotency, work
from storage.catalogue.idempotency import BATCH
from storage.errors import StorageError, StoreUnavailable
from storage.records import Job

log = logging.getLogger("docgen.jobs")

Progress = Callable[[int, int], None]
Worker = Callable[[Desk, Job, Progress], dict[str, Any]]


class JobInterrupted(Exception):
    """The service stops: the job goes on from where it is at the next start."""


class Jobs:
    """The queue and its runner. `workers` maps a kind of job to the function that does it."""

    def __init__(self, desk: Desk, workers: dict[str, Worker], redis_url: str = "") -> None:
        self._desk = desk
        self._workers = workers
        self._shared = bool(redis_url)
        self._huey = _open_queue(desk, redis_url)
        self._task = self._huey.task(name="run_job")(self._run_alone)
        self._leases = Leases(self._huey.storage.conn, self._take_up) if self._shared else None
        self._consumer: Consumer | None = None
        self._stopping = threading.Event()

    def submit(
        self, kind: str, request: dict[str, Any], by: str, also: Callable[[Connection, Job], None] | None = None
    ) -> Job:
        """Queue a job and return it; `also` is done in the same transaction. Raises StoreUnavailable."""
        self._desk.require_archive()
        now = self._desk.now()
        job = Job(id=str(ULID()).lower(), kind=kind, status="queued", request=request, created_at=now, created_by=by)
        with self._desk.catalogue.write() as tx:
            work.add_job(tx, job)
            if also is not None:
                also(tx, job)
        self._enqueue(job.id)
        return job

    def cancel(self, id: str, by: str) -> Job:
        """End a bundle that is queued or running; the one in hand stops before its next document.

        Raises RecordMissing, Conflict when it has ended or is other work, which took numbers or files in already.
        """
        with self._desk.catalogue.write() as tx:
            if work.get_job(tx, id).kind != "bundle":
                raise Conflict("Hanya pembuatan bundel yang dapat dibatalkan.")
            if not work.end_job(tx, id, status="cancelled", error=f"Dibatalkan oleh {by}."):
                raise Conflict("Pekerjaan ini sudah berakhir, jadi tidak dapat dibatalkan.")
            return work.get_job(tx, id)

    def resume(self, id: str) -> Job:
        """Queue a failed or cancelled job again. Raises RecordMissing, Conflict when it is neither."""
        self._desk.require_archive()
        with self._desk.catalogue.write() as tx:
            asked = work.get_job(tx, id)
            # A bundle says the day it was asked for; what a batch has done already counts from the day it was first.
            if not work.requeue_job(tx, id, self._desk.now() if asked.kind == "bundle" else asked.created_at):
                raise Conflict("Hanya pekerjaan yang gagal atau dibatalkan yang dapat dijalankan lagi.")
            job = work.get_job(tx, id)
        self._enqueue(id)
        return job

    def run(self, kind: str, request: dict[str, Any], by: str, told: Progress = lambda done, total: None) -> Job:
        """Do a job here and now and return it as it ended; killed on the way, the next start of the service goes on.

        `told` hears of its progress.
        """
        self._desk.require_archive()
        now = self._desk.now()
        job = Job(id=str(ULID()).lower(), kind=kind, status="running", request=request, created_at=now, created_by=by)
        with self._desk.catalogue.write() as tx:
            work.add_job(tx, job)
        self._run(job.id, told)
        with self._desk.catalogue.read() as tx:
            return work.get_job(tx, job.id)

    def start(self) -> None:
        """Run jobs in a background thread, beginning with those a stopped service left unfinished.

        With Redis another machine may be at work on these: only what nobody holds is taken up, now and later.
        """
        if self._leases is not None:
            self._leases.start()
        else:
            self._huey.flush()
            self._take_up()
        self._consumer = _ThreadConsumer(self._huey, workers=1, periodic=False, initial_delay=0.05, max_delay=0.5)
        self._consumer.start()

    def stop(self) -> None:
        """Stop when the job in hand has told its progress next; it goes on at the next start."""
        self._stopping.set()
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
            if self._leases is not None:
                self._leases.stop()

    def _take_up(self) -> None:
        """Queue every unfinished job that is neither in the queue nor in anybody's hands."""
        with self._desk.catalogue.read() as tx:
            unfinished = work.unfinished_jobs(tx)
        waiting = {task.args[0] for task in self._huey.pending()} if unfinished else set()
        for job in unfinished:
            if job.id not in waiting and not (self._leases and self._leases.is_held(job.id)):
                self._task(job.id)

    def _run_alone(self, id: str) -> None:
        """Do a job of the queue, unless somebody else is at work on it."""
        if self._leases is None:
            return self._run(id)
        with self._leases.hold(id) as ours:
            if ours:
                self._run(id)
        return None

    def _run(self, id: str, told: Progress = lambda done, total: None) -> None:
        """Do one job and write down how it ended."""
        catalogue = self._desk.catalogue
        with catalogue.write() as tx:
            job = work.get_job(tx, id)
            if not work.begin_job(tx, id):
                return

        pace = _Pace()

        def progress(done: int, total: int) -> None:
            reached = job.done if job.total == total else 0  # by a run that was killed: a bar never goes back
            with catalogue.write() as tx:
                if not work.advance_job(tx, id, max(done, reached), total, pace.at(done)):
                    raise _Cancelled
            told(done, total)
            if self._stopping.is_set() and done < total:
                raise JobInterrupted

        try:
            with in_background():
                result = self._workers[job.kind](self._desk, job, progress)
            ended: dict[str, Any] = {"status": "done", "result": result}
        except _Cancelled:
            return
        except JobInterrupted:
            return  # still "running" in the table: the next start begins with it
        except (DocgenError, StorageError) as error:
            ended = {"status": "failed", "error": str(error)}
        except Exception:
            log.exception("Job %s failed", id)
            ended = {
                "status": "failed",
                "error": "Pekerjaan gagal karena kesalahan di docgen; lihat catatan layanan.",
            }
        with catalogue.write() as tx:
            work.end_job(tx, id, **ended)
            if ended["status"] == "done":  # not a moment before: a job that is done again would take its numbers again
                idempotency.forget(tx, BATCH + id)

    def _enqueue(self, id: str) -> None:
        try:
            self._task(id)
        except Exception as error:
            reason = f"Antrean pekerjaan tidak dapat dihubungi ({error}). Periksa DOCGEN_REDIS_URL, lalu minta lagi."
            with self._desk.catalogue.write() as tx:
                work.update_job(tx, id, status="failed", error=reason)
            raise StoreUnavailable(reason) from error


class _Cancelled(BaseException):
    """Somebody cancelled the job in hand; no worker's own handling of errors may stop it from ending."""


def seconds_left(job: Job) -> float | None:
    """How long a running job will take at its rate so far; None while that is not known."""
    if job.status != "running" or not job.per_second:
        return None
    return (job.total - job.done) / job.per_second


class _Pace:
    """Items a second since a job was begun, or begun again."""

    def __init__(self) -> None:
        self._start: tuple[float, int] | None = None

    def at(self, done: int) -> float | None:
        now = time.monotonic()
        if self._start is None:
            self._start = (now, done)
        since, first = self._start
        return (done - first) / (now - since) if done > first and now > since else None


def _open_queue(desk: Desk, redis_url: str) -> Huey:
    if not redis_url:
        return SqliteHuey("docgen", filename=str(desk.data / "jobs.sqlite"))
    if find_spec("redis") is None:
        raise DataFileError("DOCGEN_REDIS_URL perlu paket redis: .venv/bin/pip install -c constraints.txt redis")
    return RedisHuey("docgen", url=redis_url)


class _ThreadConsumer(Consumer):  # type: ignore[misc]
    """A consumer beside the web server in one process, which keeps its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        return
