"""Run a pool of LibreOffice workers: which converts what, and what happens when one hangs, dies or is missing.

Every slot is one thread that starts a worker, takes documents from the one queue, and replaces the worker when it is
dead, hung or old. A caller only puts a document in the queue and waits; `conversion_queue` says who is next, and
`group` how several are converted in one file. Because slots start by themselves, the service is ready at once, and a
LibreOffice installed later is taken up without a restart. There may be more slots than documents worked on at once: a
spare one is warm already when another is lost, or has a document for long.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from docgen.errors import (
    Busy,
    ConversionFailed,
    ConversionTimedOut,
    ConverterError,
    ConverterHung,
    ConverterUnavailable,
)
from docgen.libreoffice.conversion_queue import Conversion, ConversionQueue
from docgen.libreoffice.group import MOST, GroupFailed, Groups
from docgen.libreoffice.messages import ABSENT, BROKEN, BUSY, CLOSED, CRASHED, DEFECT, FULL
from docgen.libreoffice.sandbox import Installation, find_installation
from docgen.libreoffice.worker import DiskFull, Worker, WorkerDied, WorkerHung, remove_worker
from docgen.processes.own_folder import claim_folder
from docgen.render.many.own_properties import with_plain_xmp
from docgen.render.word.sanitize import strip_external
from docgen.telemetry.metrics import CONVERSION_SECONDS, CONVERSION_TROUBLES, CONVERSIONS, LIBREOFFICE_STARTS
from docgen.telemetry.tracing import span
from docgen.work_context import Urgency
from storage.space import free_space
from wording import say

log = logging.getLogger(__name__)

QUEUE = 64  # documents; more than a service has threads, so that nobody is refused who has got a number
BACKGROUND_PATIENCE = 10  # times as long as people a job waits
LOSSES = 3  # of workers, all but the first of them fresh, on one document; then the document is to blame
TIMEOUTS = 2  # of one document, the second on a fresh worker
ROOM = 32 * 1024 * 1024  # bytes on the disk, without which a failure is the disk's
RECYCLE_AFTER = 1000  # documents; memory has long been level by then
RECYCLE_MIB = 600  # of LibreOffice's memory, level at 200 for letters; a document with large pictures may need more
RECYCLE_SINGLE_AFTER = 20  # so that a `uno` installed meanwhile is soon used
RETRY_SECONDS = 10.0
SPARE_SECONDS = 120.0
LOOK_SECONDS = 1.0


class Pool:
    """The converter of a service: thread-safe, but not shared between processes."""

    def __init__(
        self,
        workers: int,
        folder: Path,
        *,
        find: Callable[[], Installation | None] = find_installation,
        patience: float = 60.0,
        recycle_after: int = RECYCLE_AFTER,
        recycle_mib: int = RECYCLE_MIB,
        spares: int = 0,
        warm: bool = True,
        most_waiting: int = QUEUE,
    ) -> None:
        """Start the slots and return at once; without `warm` they start with the first document.

        `workers` documents are converted at once; `spares` more workers are kept warm, and start last. `patience` is
        how many seconds a document may wait for a worker; `folder` is made if need be and may be shared with other
        services. `patience` may be set while the pool works, for documents that come then. `most_waiting` documents of
        one office may wait at once.
        """
        self._find = find
        self.patience = patience
        self._recycle_after = recycle_after
        self._recycle_mib = recycle_mib
        self._workers = workers
        self._most_waiting = most_waiting
        self._queue = ConversionQueue(workers)
        self._groups = Groups()
        self._folder, self._lock = claim_folder(folder, "pool-", _remove_workers)
        self._names = itertools.count(1)
        self._changed = threading.Condition()
        self._closed = False
        self._workers_alive: set[Worker] = set()
        self._troubles: dict[int, str] = {}  # slot -> why it has no worker
        self._slots = [
            threading.Thread(target=self._serve, args=(number,), name=f"libreoffice-{number}", daemon=True)
            for number in range(workers + spares)
        ]
        self._is_started = False
        if warm:
            self._start_slots()

    def ready(self) -> int:
        """Return how many workers can take a document now, or are at one."""
        return sum(worker.ready for worker in list(self._workers_alive))

    def waiting(self) -> int:
        """Return how many documents no worker has begun."""
        return len(self._queue)

    def convert(
        self, docx: bytes, *, deadline: float = 30.0, group: str = "", is_wanted: Callable[[], bool] = lambda: True
    ) -> bytes:
        """Return the PDF/A-2b of a Word file; links to anything outside the file are removed first.

        `deadline` is in seconds, from when a worker begins. Raises ConversionFailed for this document alone, which
        then failed on more than one LibreOffice; ConverterUnavailable when no worker can take it now,
        Busy when that is because all have others, or when `is_wanted`, which is called every second, says no while
        the document waits.
        """
        docx = strip_external(docx)
        conversion = Conversion(docx, deadline, self._groups.open_to(docx, group))
        patience = self.patience * (BACKGROUND_PATIENCE if conversion.urgency is Urgency.BACKGROUND else 1)
        self.check()
        with self._changed:
            if self._closed:
                raise ConverterUnavailable(CLOSED)
            if self._queue.waiting_of(conversion.office) >= self._most_waiting:
                raise Busy(BUSY)
            self._start_slots()
            self._queue.add(conversion)
            self._changed.notify_all()
        with span("convert"):
            while not conversion.done.wait(min(patience, LOOK_SECONDS)):
                self._give_up(conversion, patience if is_wanted() else 0)
        if conversion.error is not None:
            raise conversion.error
        return with_plain_xmp(conversion.pdf, docx)

    def check(self) -> None:
        """Raise ConverterUnavailable if a document sent now would be refused; workers still starting are fine."""
        with self._changed:
            if self._closed:
                raise ConverterUnavailable(CLOSED)
            trouble = self._trouble_of_every_slot()
        if trouble != ABSENT:
            if trouble:
                raise ConverterUnavailable(trouble)
            return
        if self._find() is None:
            raise ConverterUnavailable(ABSENT)
        with self._changed:  # it came back: wake the slots
            self._troubles.clear()
            self._changed.notify_all()

    def close(self) -> None:
        """Stop every worker and remove what they left; may be called twice."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            for conversion in self._queue.clear():
                conversion.set_result(error=ConverterUnavailable(CLOSED))
            for worker in self._workers_alive:
                worker.kill()
            self._changed.notify_all()
        if self._is_started:
            for slot in self._slots:
                slot.join()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def _start_slots(self) -> None:
        if not self._is_started:
            self._is_started = True
            for slot in self._slots:
                slot.start()

    def _serve(self, slot: int) -> None:
        """Run a slot: start a worker, use it up, start the next."""
        failures = 0
        if slot >= self._workers:
            self._wait_for_main_workers()
        while not self._closed:
            try:
                worker = self._start()
            except (WorkerDied, ConverterUnavailable) as error:
                failures += 1
                self._pause_slot(slot, failures, error)
                continue
            failures = 0
            try:
                self._feed(worker)
            finally:
                self._stop(worker)

    def _wait_for_main_workers(self) -> None:
        """Wait until the other workers are ready: a spare must take no time from the first documents."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._troubles or self.ready() >= self._workers,
                timeout=SPARE_SECONDS,
            )

    def _start(self) -> Worker:
        """Return a worker that has already converted a first document."""
        installation = self._find()
        if installation is None:
            raise ConverterUnavailable(ABSENT)
        LIBREOFFICE_STARTS.inc()
        with self._changed:
            if self._closed:
                raise WorkerDied(CLOSED)
            worker = Worker(installation, self._folder / str(next(self._names)))
            self._workers_alive.add(worker)
        try:
            worker.wait_ready()
        except WorkerDied:
            self._stop(worker)
            raise
        with self._changed:
            self._changed.notify_all()
        return worker

    def _pause_slot(self, slot: int, failures: int, error: Exception) -> None:
        """Record why this slot has no worker, fail documents that wait in vain, and pause before the next try."""
        absent = isinstance(error, ConverterUnavailable)
        with self._changed:
            if self._closed:
                return
            if absent or failures > 1:
                log.warning("LibreOffice worker %d does not start: %s", slot, error)
                self._troubles[slot] = ABSENT if absent else FULL if self._is_full() else BROKEN
                trouble = self._trouble_of_every_slot()
                if trouble:
                    for conversion in self._queue.clear():
                        conversion.set_result(error=ConverterUnavailable(trouble))
            self._changed.wait_for(
                lambda: self._closed or (absent and slot not in self._troubles),
                timeout=RETRY_SECONDS if failures > 1 else 0.5,
            )

    def _trouble_of_every_slot(self) -> str:
        """Return why no slot has a worker or soon will have one; "" if one may."""
        return next(iter(self._troubles.values())) if len(self._troubles) == len(self._slots) else ""

    def _feed(self, worker: Worker) -> None:
        """Feed a worker documents until it is dead, hung or old."""
        with self._changed:
            self._troubles.clear()  # where one starts, the others will
        left = self._recycle_after if worker.warm else RECYCLE_SINGLE_AFTER
        while left > 0:
            conversions = self._take(worker)
            if not conversions:
                return
            left -= len(conversions)
            try:
                with CONVERSION_SECONDS.time():
                    useful = self._run(worker, conversions)
            finally:
                CONVERSIONS.inc(len(conversions))
                with self._changed:
                    self._queue.end(conversions)
                    self._changed.notify_all()
            if not useful or worker.mib > self._recycle_mib:
                return

    def _take(self, worker: Worker) -> list[Conversion]:
        """Return the next document, or several to convert in one file; none when the pool closes or the idle worker
        died.
        """
        most = MOST if worker.warm else 1  # only a warm one tells letters in one file apart
        with self._changed:
            while not self._closed and worker.alive():
                conversions = self._queue.take(worker, others=self._has_others(worker), most=most)
                if conversions:
                    return conversions
                self._changed.wait(LOOK_SECONDS)
        return []

    def _has_others(self, worker: Worker) -> bool:
        """Return whether another worker is ready; a slot may be without one for long."""
        return any(other is not worker and other.ready for other in self._workers_alive)

    def _run(self, worker: Worker, conversions: Sequence[Conversion]) -> bool:
        """Convert one document, or several in one file; return False if the worker is of no further use."""
        if len(conversions) == 1:
            return self._run_alone(worker, conversions[0])
        try:
            pdfs = self._groups.convert(worker, conversions)
        except GroupFailed as failure:
            if failure.is_lasting:
                with self._changed:
                    self._queue.disband(conversions[0].group)
            for conversion in conversions:
                self._try_again(conversion)
            return not failure.worker_lost
        for conversion, pdf in zip(conversions, pdfs, strict=True):
            conversion.set_result(pdf)
        return True

    def _run_alone(self, worker: Worker, conversion: Conversion) -> bool:
        """Convert one document; return False if the worker is of no further use."""
        try:
            conversion.set_result(worker.convert(conversion.docx, conversion.deadline))
        except DiskFull:
            conversion.set_result(error=ConverterUnavailable(FULL))
        except ConversionFailed as error:
            return self._handle_refusal(worker, conversion, error)
        except TimeoutError:
            CONVERSION_TROUBLES.labels("timeout").inc()
            conversion.timeouts += 1
            timed_out = ConversionTimedOut(
                say(
                    "Naskah ini dua kali tidak selesai diubah menjadi PDF dalam {deadline} detik, lalu "
                    "dihentikan. Periksa berkas Word-nya atau bagi menjadi beberapa naskah.",
                    deadline=f"{conversion.deadline:g}",
                )
            )
            self._retry_or_fail(conversion, timed_out if conversion.timeouts >= TIMEOUTS else None)
            return False
        except WorkerHung as hang:
            log.warning("A LibreOffice stood still on a document: %s", hang)
            CONVERSION_TROUBLES.labels("hung").inc()
            self._retry_or_fail(conversion, ConverterHung(BROKEN) if conversion.losses + 1 >= LOSSES else None)
            return False
        except WorkerDied as death:
            log.warning("A LibreOffice was lost on a document: %s", death)
            CONVERSION_TROUBLES.labels("lost").inc()
            self._retry_or_fail(conversion)
            return False
        except Exception:  # a defect costs this document, not the slot and all who would wait for it
            log.exception("unexpected failure of a LibreOffice worker")
            conversion.set_result(error=ConversionFailed(DEFECT))
            return False
        return True

    def _handle_refusal(self, worker: Worker, conversion: Conversion, error: ConversionFailed) -> bool:
        """Try another worker before the document is to blame; return False if this worker must be replaced for that."""
        if conversion.refused_by not in (None, worker) or conversion.losses:
            conversion.set_result(error=ConverterUnavailable(FULL) if self._is_full() else error)
            return True
        with self._changed:
            is_only_worker = conversion.refused_by is worker or not self._has_others(worker)
        if is_only_worker:
            self._retry_or_fail(conversion)
            return False
        conversion.refused_by = worker
        self._try_again(conversion)
        return True

    def _retry_or_fail(self, conversion: Conversion, error: ConverterError | None = None) -> None:
        """Retry a document whose worker was lost, on a fresh one; fail it with `error`, or after too many losses."""
        conversion.losses += 1
        if conversion.losses >= LOSSES and error is None and not self._closed:
            error = ConversionFailed(CRASHED)
        if error is None:
            self._try_again(conversion)
        else:
            conversion.set_result(error=ConverterUnavailable(FULL) if self._is_full() else error)

    def _try_again(self, conversion: Conversion) -> None:
        """Put a document back in the queue; from now on it goes alone."""
        conversion.group = ""
        with self._changed:
            if self._closed:
                conversion.set_result(error=ConverterUnavailable(CLOSED))
            else:
                self._queue.add(conversion)
                self._changed.notify_all()

    def _is_full(self) -> bool:
        """Return whether the workers' disk has so little space that it is to blame."""
        with contextlib.suppress(OSError):
            return free_space(self._folder) < ROOM
        return False

    def _give_up(self, conversion: Conversion, patience: float) -> None:
        """Remove a document that waited too long; one being converted, or whose worker was lost just now, stays."""
        with self._changed:
            if self._queue.leave(conversion, patience):
                raise Busy(BUSY)

    def _stop(self, worker: Worker) -> None:
        worker.stop()
        with self._changed:
            self._workers_alive.discard(worker)


def _remove_workers(folder: Path) -> None:
    """Remove what a killed pool left."""
    for worker in folder.iterdir():
        remove_worker(worker)
