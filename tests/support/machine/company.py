"""Letters that wait for a pool whose workers have not started yet, so that they are converted together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from docgen.libreoffice.pool import Pool
from docgen.libreoffice.sandbox import Installation, find_installation
from docgen.libreoffice.worker import Worker
from tests.support.machine.libreoffices import wait_until

Result = TypeVar("Result")


MOST = 128  # letters that wait in a room


class WaitingRoom:
    """A pool of one worker that starts when `open` is called; what is sent before waits, in order."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor, *, has_uno: bool = True, **options: Any) -> None:
        self._has_uno = has_uno
        self._is_open = threading.Event()
        self._threads = threads
        self.pool = Pool(1, folder, find=self._find, **{"most_waiting": MOST, **options})

    def _find(self) -> Installation | None:
        self._is_open.wait(60)
        installation = find_installation()
        return installation and replace(installation, has_uno=self._has_uno and installation.has_uno)

    def send(self, docx: bytes, **options: Any) -> Future[bytes]:
        """Send a Word file; return when it waits."""
        return self.do(lambda: self.pool.convert(docx, **options))

    def do(self, work: Callable[[], Result]) -> Future[Result]:
        """Start what sends one Word file; return when that waits."""
        before = self.pool.waiting()
        future = self._threads.submit(work)
        wait_until(lambda: self.pool.waiting() > before or future.done(), every=0.002)
        return future

    def open(self) -> None:
        """Let the worker start."""
        self._is_open.set()

    def results(self, docxs: Sequence[bytes], group: str = "uji") -> list[bytes]:
        """Return the PDFs of letters of one group that wait together."""
        waiting = [self.send(docx, group=group) for docx in docxs]
        self.open()
        return [future.result(60) for future in waiting]


@contextmanager
def waiting_room(folder: Path, **options: Any) -> Iterator[WaitingRoom]:
    """A waiting room; its pool is closed afterwards."""
    with ThreadPoolExecutor(MOST) as threads:
        room = WaitingRoom(folder, threads, **options)
        try:
            yield room
        finally:
            room.open()
            room.pool.close()


@contextmanager
def counted_calls() -> Iterator[list[bytes]]:
    """The Word files that workers of this process get meanwhile."""
    calls: list[bytes] = []
    convert = Worker.convert

    def counted(self: Worker, docx: bytes, deadline: float) -> bytes:
        calls.append(docx)
        return convert(self, docx, deadline)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Worker, "convert", counted)
        yield calls
