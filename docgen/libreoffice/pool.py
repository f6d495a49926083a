"""A pool of workers: who converts what, and what happens when one of them hangs, dies or is not there.

Every slot is one thread that starts a worker, takes documents from the one queue, and replaces the worker
when it is dead, hung or old. A caller only puts a document in the queue and waits. Because slots start by
themselves, the service is ready at once, and a LibreOffice installed later is taken up without a restart.
There may be more slots than documents worked on at once: a spare one is warm already when another is lost.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import logging
import os
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from docgen.errors import ConversionFailed, ConversionTimedOut, ConverterError, ConverterUnavailable
from docgen.libreoffice.process import Worker, WorkerDied, remove_worker
from docgen.libreoffice.sandbox import Installation, find_installation
from docgen.render.sanitize import strip_external

log = logging.getLogger(__name__)

ABSENT = (
    "LibreOffice tidak ditemukan. Jalankan `make run` lagi atau pasang paket libreoffice-writer-nogui. Setelah "
    "terpasang, coba lagi; layanan tidak perlu dimulai ulang."
)
BROKEN = "LibreOffice tidak dapat dijalankan. Coba lagi sebentar lagi; bila tetap gagal, pasang ulang LibreOffice."
BUSY = "Mesin pembuat PDF sedang penuh. Tunggu sebentar, lalu coba lagi."
CLOSED = "Mesin pembuat PDF sedang dimatikan. Coba lagi setelah layanan hidup kembali."
CRASHED = "LibreOffice berhenti mendadak tiga kali pada naskah ini. Periksa berkas Word-nya, lalu coba lagi."
DEFECT = "Naskah ini gagal diubah menjadi PDF karena gangguan di dalam layanan. Coba lagi; catatannya ada di log."

QUEUE_PER_WORKER = 8
ATTEMPTS = 3  # of a document whose worker died each time; then the document is to blame
RECYCLE_AFTER = 1000  # documents; memory has long been level by then
RECYCLE_MIB = 600  # of LibreOffice's memory, level at 200 for letters; a document with large pictures may need more
RECYCLE_SINGLE_AFTER = 20  # so that a `uno` installed meanwhile is soon used
RETRY_SECONDS = 10.0
SPARE_SECONDS = 120.0
LOOK_SECONDS = 1.0


class _Job:
    """One document on its way: in the queue, on a worker, done."""

    def __init__(self, docx: bytes, deadline: float) -> None:
        self.docx = docx
        self.deadline = deadline
        self.attempts = 0
        self.taken = threading.Event()
        self.done = threading.Event()
        self.pdf = b""
        self.error: ConverterError | None = None

    def finish(self, pdf: bytes = b"", error: ConverterError | None = None) -> None:
        self.pdf, self.error = pdf, error
        self.done.set()
        self.taken.set()


class Pool:
    """The converter of a service; safe to share between threads, not between processes."""

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
    ) -> None:
        """Start the slots and return at once.

        `workers` documents are converted at once; `spares` more workers are kept warm, and start last. `patience` is
        how many seconds a document may wait for a worker; `folder` is made if need be and may be shared with other
        services.
        """
        self._find = find
        self._patience = patience
        self._recycle_after = recycle_after
        self._recycle_mib = recycle_mib
        self._workers = workers
        self._busy = 0
        self._folder, self._lock = _claim_folder(folder)
        self._names = itertools.count(1)
        self._changed = threading.Condition()
        self._closed = False
        self._waiting: deque[_Job] = deque()
        self._living: set[Worker] = set()
        self._troubles: dict[int, str] = {}  # slot -> why it has no worker
        self._slots = [
            threading.Thread(target=self._serve, args=(number,), name=f"libreoffice-{number}", daemon=True)
            for number in range(workers + spares)
        ]
        for slot in self._slots:
            slot.start()

    def convert(self, docx: bytes, *, deadline: float = 30.0) -> bytes:
        """Return the PDF/A-2b of a Word file; links to anything outside the file are removed first.

        `deadline` is in seconds, from when a worker begins. Raises ConversionFailed for this document alone,
        ConverterUnavailable when no worker can take it now.
        """
        job = _Job(strip_external(docx), deadline)
        self.check()
        with self._changed:
            if self._closed:
                raise ConverterUnavailable(CLOSED)
            if len(self._waiting) >= QUEUE_PER_WORKER * self._workers:
                raise ConverterUnavailable(BUSY)
            self._waiting.append(job)
            self._changed.notify_all()
        if not job.taken.wait(self._patience):
            self._give_up(job)
        job.done.wait()
        if job.error is not None:
            raise job.error
        return job.pdf

    def check(self) -> None:
        """Raise ConverterUnavailable if a document sent now would be refused; workers still starting are fine."""
        with self._changed:
            if self._closed:
                raise ConverterUnavailable(CLOSED)
            trouble = self._hopeless()
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
            for job in self._waiting:
                job.finish(error=ConverterUnavailable(CLOSED))
            self._waiting.clear()
            for worker in self._living:
                worker.kill()
            self._changed.notify_all()
        for slot in self._slots:
            slot.join()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def _serve(self, slot: int) -> None:
        """The life of a slot: start a worker, use it up, start the next."""
        failures = 0
        if slot >= self._workers:
            self._let_others_start()
        while not self._closed:
            try:
                worker = self._start()
            except (WorkerDied, ConverterUnavailable) as error:
                failures += 1
                self._rest(slot, failures, error)
                continue
            failures = 0
            try:
                self._use(worker)
            finally:
                self._stop(worker)

    def _let_others_start(self) -> None:
        """A spare worker takes no time from those that the first documents wait for."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._troubles or sum(one.ready for one in self._living) >= self._workers,
                timeout=SPARE_SECONDS,
            )

    def _start(self) -> Worker:
        """Return a worker that has already converted a first document."""
        installation = self._find()
        if installation is None:
            raise ConverterUnavailable(ABSENT)
        with self._changed:
            if self._closed:
                raise WorkerDied(CLOSED)
            worker = Worker(installation, self._folder / str(next(self._names)))
            self._living.add(worker)
        try:
            worker.wait_ready()
        except WorkerDied:
            self._stop(worker)
            raise
        with self._changed:
            self._changed.notify_all()
        return worker

    def _rest(self, slot: int, failures: int, error: Exception) -> None:
        """Note why this slot has no worker, tell those who wait in vain, and pause before the next try."""
        absent = isinstance(error, ConverterUnavailable)
        with self._changed:
            if self._closed:
                return
            if absent or failures > 1:
                log.warning("LibreOffice worker %d does not start: %s", slot, error)
                self._troubles[slot] = ABSENT if absent else BROKEN
                trouble = self._hopeless()
                if trouble:
                    while self._waiting:
                        self._waiting.popleft().finish(error=ConverterUnavailable(trouble))
            self._changed.wait_for(
                lambda: self._closed or (absent and slot not in self._troubles),
                timeout=RETRY_SECONDS if failures > 1 else 0.5,
            )

    def _hopeless(self) -> str:
        """The reason why no slot has a worker or soon will have one; empty when there is hope."""
        return next(iter(self._troubles.values())) if len(self._troubles) == len(self._slots) else ""

    def _use(self, worker: Worker) -> None:
        """Feed a worker until it is dead, hung or old."""
        with self._changed:
            self._troubles.clear()  # where one starts, the others will
        for _ in range(self._recycle_after if worker.warm else RECYCLE_SINGLE_AFTER):
            job = self._take(worker)
            if job is None:
                return
            try:
                useful = self._run(worker, job)
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()
            if not useful or worker.mib > self._recycle_mib:
                return

    def _take(self, worker: Worker) -> _Job | None:
        """The next document, or None when the pool closes or the idle worker died."""
        with self._changed:
            while not self._closed and worker.alive():
                if self._waiting and self._busy < self._workers:
                    job = self._waiting.popleft()
                    self._busy += 1
                    job.taken.set()
                    return job
                self._changed.wait(LOOK_SECONDS)
        return None

    def _run(self, worker: Worker, job: _Job) -> bool:
        """Convert one document; False when the worker is of no further use."""
        try:
            job.finish(worker.convert(job.docx, job.deadline))
        except ConversionFailed as error:
            job.finish(error=error)
        except TimeoutError:
            job.finish(
                error=ConversionTimedOut(
                    f"Naskah ini tidak selesai diubah menjadi PDF dalam {job.deadline:g} detik, lalu dihentikan. "
                    "Periksa berkas Word-nya atau bagi menjadi beberapa naskah."
                )
            )
            return False
        except WorkerDied:
            self._try_again(job)
            return False
        except Exception:  # a defect costs this document, not the slot and all who would wait for it
            log.exception("unexpected failure of a LibreOffice worker")
            job.finish(error=ConversionFailed(DEFECT))
            return False
        return True

    def _try_again(self, job: _Job) -> None:
        """Put a document whose worker died back in front, until its last attempt."""
        job.attempts += 1
        with self._changed:
            if self._closed:
                job.finish(error=ConverterUnavailable(CLOSED))
            elif job.attempts >= ATTEMPTS:
                job.finish(error=ConversionFailed(CRASHED))
            else:
                self._waiting.appendleft(job)
                self._changed.notify_all()

    def _give_up(self, job: _Job) -> None:
        """Take a document that waited too long out of the queue, unless a worker has just taken it."""
        with self._changed:
            if job in self._waiting and not job.taken.is_set():
                self._waiting.remove(job)
                raise ConverterUnavailable(BUSY)

    def _stop(self, worker: Worker) -> None:
        worker.stop()
        with self._changed:
            self._living.discard(worker)


def _claim_folder(folder: Path) -> tuple[Path, int]:
    """Make this pool's own folder, lock it, and remove those of pools that were killed.

    Whoever lives holds a lock on its folder; the system lets go of it when the process ends.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        for other in folder.glob("pool-*"):
            _remove_if_abandoned(other)
        own = Path(tempfile.mkdtemp(prefix="pool-", dir=folder))
        lock = os.open(own, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        os.close(door)
    return own, lock


def _remove_if_abandoned(other: Path) -> None:
    with contextlib.suppress(OSError):
        lock = os.open(other, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for worker in other.iterdir():
                remove_worker(worker)
            other.rmdir()
        finally:
            os.close(lock)
