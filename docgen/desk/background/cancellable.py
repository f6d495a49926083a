"""Run slow work in a second thread, so that a cancelled job ends at once, and report progress only now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from contextvars import copy_context
from functools import partial
from types import TracebackType
from typing import ParamSpec, TypeVar

from storage.progress import Progress

SECONDS = 0.25  # between two reports of progress, each of which may raise to stop the work

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ThrottledProgress:
    """Report progress at most four times a second, and always the end, because each report writes to the catalogue."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last = (0, 0)
        self._at: float | None = None

    def __call__(self, done: int, total: int) -> None:
        """Report how far the work is, unless the last report was a moment ago."""
        self._last = (done, total)
        now = time.monotonic()
        if self._at is None or done == total or now - self._at >= SECONDS:
            self._at = now
            self._progress(done, total)

    def repeat(self) -> None:
        """Report the last progress again, so that a cancellation is noticed while waiting: the callback raises."""
        self._progress(*self._last)


class CancellableThread:
    """One thread for slow work, such as LibreOffice's; `tick` is called while waiting and may raise to stop.

    Work that runs at that moment ends by itself, and nobody waits for it.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="cancellable")

    def __enter__(self) -> CancellableThread:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def begin(self, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> Future[_T]:
        """Start work and return at once; it runs in a copy of the caller's context (who asks, how urgent it is)."""
        return self._pool.submit(copy_context().run, partial(work, *args, **named))

    def wait(self, future: Future[_T]) -> _T:
        """Return the result of work that was started. Raises what it raised."""
        while True:
            try:
                return future.result(SECONDS)
            except Waiting:
                if future.done():  # in this very moment, or its own error was a timeout
                    return future.result()
                self._tick()

    def do(self, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Start work and return its result."""
        return self.wait(self.begin(work, *args, **named))
