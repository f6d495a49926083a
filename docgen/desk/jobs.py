"""Long work in the background. The jobs table says what is asked for and how far it is; Huey runs it.

Huey keeps its queue in a file beside the data, or in Redis when several machines share the work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer
from ulid import ULID

from docgen.desk.desk import Desk
from docgen.errors import Conflict, DataFileError, DocgenError
from storage.catalogue import work
from storage.errors import StorageError, StoreUnavailable
from storage.records import Job

log = logging.getLogger("docgen.jobs")

Progress = Callable[[int, int], None]
Worker = Callable[[Desk, Job, Progress], dict[str, Any]]


class Jobs:
    """The queue and its runner. `workers` maps a kind of job to the function that does it."""

    def __init__(self, desk: Desk, workers: dict[str, Worker], redis_url: str = "") -> None:
        self._desk = desk
        self._workers = workers
        self._shared = bool(redis_url)
        self._huey = _open_queue(desk, redis_url)
        self._task = self._huey.task(name="run_job")(self._run)
        self._consumer: Consumer | None = None

    def submit(self, kind: str, request: dict[str, Any], by: str) -> Job:
        """Queue a job and return it. Raises StoreUnavailable."""
        now = self._desk.now()
        job = Job(id=str(ULID()).lower(), kind=kind, status="queued", request=request, created_at=now, created_by=by)
        with self._desk.catalogue.write() as tx:
            work.add_job(tx, job)
        self._enqueue(job.id)
        return job

    def cancel(self, id: str, by: str) -> Job:
        """End a job that is queued or running; the one in hand stops before its next item.

        Raises RecordMissing, Conflict when it has ended.
        """
        with self._desk.catalogue.write() as tx:
            work.get_job(tx, id)
            if not work.end_job(tx, id, status="cancelled", error=f"Dibatalkan oleh {by}."):
                raise Conflict("Pekerjaan ini sudah berakhir, jadi tidak dapat dibatalkan.")
            return work.get_job(tx, id)

    def resume(self, id: str) -> Job:
        """Queue a failed or cancelled job again. Raises RecordMissing, Conflict when it is neither."""
        with self._desk.catalogue.write() as tx:
            work.get_job(tx, id)
            if not work.requeue_job(tx, id):
                raise Conflict("Hanya pekerjaan yang gagal atau dibatalkan yang dapat dijalankan lagi.")
            job = work.get_job(tx, id)
        self._enqueue(id)
        return job

    def start(self) -> None:
        """Run jobs in a background thread, beginning with those a stopped service left unfinished."""
        if not self._shared:  # with Redis, another machine may be at work on them
            self._huey.flush()
            with self._desk.catalogue.read() as tx:
                unfinished = work.unfinished_jobs(tx)
            for job in unfinished:
                self._task(job.id)
        self._consumer = _ThreadConsumer(self._huey, workers=1, periodic=False, initial_delay=0.05, max_delay=0.5)
        self._consumer.start()

    def stop(self) -> None:
        """Stop after the job in hand."""
        if self._consumer is not None:
            self._consumer.stop(graceful=True)

    def _run(self, id: str) -> None:
        """Do one job and write down how it ended."""
        catalogue = self._desk.catalogue
        with catalogue.write() as tx:
            job = work.get_job(tx, id)
            if not work.begin_job(tx, id):
                return

        def progress(done: int, total: int) -> None:
            with catalogue.write() as tx:
                if not work.advance_job(tx, id, done, total):
                    raise _Cancelled

        try:
            result = self._workers[job.kind](self._desk, job, progress)
            ended: dict[str, Any] = {"status": "done", "result": result}
        except _Cancelled:
            return
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
