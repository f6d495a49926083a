"""One turn of a job: what the process that holds its lease writes of it, and how a worker learns that it must stop."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.errors import ConverterUnavailable, DocgenError
from docgen.processes.names import process_name
from docgen.telemetry.observing import count_job
from storage.catalogue import idempotency, jobs, journal
from storage.catalogue.idempotency import BATCH
from storage.errors import StorageError, StoreUnavailable
from storage.progress import Progress
from storage.records import Job

log = logging.getLogger("docgen.jobs")


@dataclass(frozen=True)
class JobTiming:
    """The lease of a job, how often it is tried, and how long it waits while LibreOffice or the store is away.

    `lease` is renewed three times while it lasts; a process that does not renew it has died or lost the database.
    `pauses` are seconds between tries, the last one repeated; every `poll` seconds an idle process looks for free jobs.
    """

    lease: dt.timedelta = dt.timedelta(seconds=30)
    tries: int = 2
    pauses: tuple[float, ...] = (2, 5, 10, 20, 40, 60)
    poll: float = 1.0

    def pause(self, count: int) -> float:
        """Return the seconds to wait after the try of this number, from 0."""
        return self.pauses[min(count, len(self.pauses) - 1)]


class JobDelayed(DocgenError):
    """LibreOffice or the store is away: the job, which may have done some of its work, goes on when it is back."""


AWAY = (StoreUnavailable, ConverterUnavailable, JobDelayed)
FIRST_TRY = 1  # what a job that did more than in every turn before is set back to


class JobInterrupted(Exception):
    """The service stops: the job goes on from where it is at the next start, or on another machine."""


class JobLost(BaseException):
    """This process holds the job no more: somebody cancelled it, or its lease ran out and another process took it.

    It is a BaseException so that no `except Exception` of a worker keeps the worker from ending.
    """


def require_in_hand(tx: Connection, job: Job) -> None:
    """Raise JobLost unless the job has the owner it had when it was read; the owner then stays until the commit.

    Call it first in a transaction whose writes must happen once.
    """
    if not jobs.is_still_owner(tx, job):
        raise JobLost


def reset_tries(tx: Connection, job: Job) -> None:
    """Count no earlier turn that ended badly, because the job did more than in every turn before."""
    jobs.update_owned_job(tx, job, attempts=FIRST_TRY)


class JobTurn:
    """Write the progress and the end of a job that this process holds; `progress` is called with each step, too.

    The end is written as soon as the database answers. If the service stops before, the next process that takes the
    job does what is left. Nothing is written once another process holds the job.
    """

    def __init__(self, desk: Desk, job: Job, timing: JobTiming, progress: Progress, stopping: threading.Event) -> None:
        self._desk = desk
        self._job = job
        self._timing = timing
        self._report = progress
        self._stopping = stopping
        self._reached = job.done
        self._start: tuple[float, int] | None = None
        self.got_further = False  # than every turn before

    def progress(self, done: int, total: int) -> None:
        """Write that `done` of `total` are done; the written number never falls below that of an earlier turn.

        Raises JobLost, StoreUnavailable; JobInterrupted when the service stops and something is left to do.
        """
        reached = self._reached if self._job.total in (0, total) else 0
        self._reached = max(done, reached)
        values = {"done": self._reached, "total": total, "per_second": self._pace(done)}
        if done > reached:
            values["attempts"] = FIRST_TRY
            self.got_further = True
        with self._desk.catalogue.write() as tx:
            if not jobs.update_owned_job(tx, self._job, **values):
                raise JobLost
        self._report(done, total)
        if self._stopping.is_set() and done < total:
            raise JobInterrupted

    def done(self, result: dict[str, Any]) -> None:
        """End the job with its result."""

        def end(tx: Connection) -> None:
            if jobs.update_owned_job(tx, self._job, status="done", result=result, error=None, owner=""):
                # Not before the end: a batch that is resumed would take its numbers again.
                idempotency.forget(tx, BATCH + self._job.id)

        self._write(end)
        count_job(self._job.kind, "done")

    def fail(self, reason: str) -> None:
        """End the job as failed, for a reason that waiting does not change."""
        self._write(lambda tx: self._fail(tx, reason))

    def delay(self, reason: str, seconds: float) -> None:
        """Put the job off by some seconds, which does not count as a try."""
        self._write(lambda tx: self._put_off(tx, reason, seconds, self._tries(tx) - 1))

    def stumble(self, reason: str) -> None:
        """Put the job off for another try, because the error may be chance; end it after the last try."""

        def again(tx: Connection) -> None:
            tries = self._tries(tx)
            if tries >= self._timing.tries:
                self._fail(tx, reason)
            else:
                self._put_off(tx, reason, self._timing.pause(0), tries)

        self._write(again)

    def _write(self, step: Callable[[Connection], object]) -> None:
        for count in itertools.count():
            try:
                with self._desk.catalogue.write() as tx:
                    step(tx)
                return
            except StoreUnavailable as error:
                log.warning("How job %s ended is not written yet: %s", self._job.id, error)
            if self._stopping.wait(self._timing.pause(count)):
                return

    def _tries(self, tx: Connection) -> int:
        return jobs.job_state(tx, self._job.id).attempts

    def _fail(self, tx: Connection, reason: str) -> None:
        count_job(self._job.kind, "failed")
        jobs.update_owned_job(tx, self._job, status="failed", error=reason, owner="")

    def _put_off(self, tx: Connection, reason: str, seconds: float, tries: int) -> None:
        due = self._desk.now() + dt.timedelta(seconds=seconds)
        values = {"status": "queued", "owner": "", "next_at": due, "error": reason or None, "attempts": max(tries, 0)}
        jobs.update_owned_job(tx, self._job, **values)

    def _pace(self, done: int) -> float | None:
        """Return the items a second since this turn began on items that no earlier turn had done."""
        now = time.monotonic()
        if self._start is None or done <= self._job.done:
            self._start = (now, done)
        since, first = self._start
        return (done - first) / (now - since) if done > first and now > since else None


@contextmanager
def lease_renewed(desk: Desk, job: Job, lease: dt.timedelta) -> Iterator[None]:
    """Renew the lease of a job, and of the letters of a batch, in a thread, until the block ends."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease.total_seconds() / 3):
            try:
                with desk.catalogue.write() as tx:
                    until = desk.now() + lease
                    if not jobs.update_owned_job(tx, job, next_at=until):
                        return  # the worker learns of it at its next step
                    journal.extend_leases(tx, BATCH + job.id, process_name(), until)
            except StorageError as error:
                log.warning("The lease of job %s is not renewed: %s", job.id, error)

    thread = threading.Thread(target=renew, name=f"lease of {job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
