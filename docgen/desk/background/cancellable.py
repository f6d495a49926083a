"""Slow work in a thread beside the one that counts, so that a job that was cancelled ends at once."""

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

SECONDS = 0.25  # how often progress is told, and a wish to stop heard

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Seldom:
    """Tells progress a few times a second at most, and the end always: each time is a write to the catalogue."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said = (0, 0)
        self._at: float | None = None

    def __call__(self, done: int, total: int) -> None:
        """Tell how far the work is, unless that was told a moment ago."""
        self._said = (done, total)
        now = time.monotonic()
        if self._at is None or done == total or now - self._at >= SECONDS:
            self._at = now
            self._progress(done, total)

    def again(self) -> None:
        """Tell once more what was told last: whoever waits hears that way that the work is to stop."""
        self._progress(*self._said)


class Beside:
    """One thread for what LibreOffice does; `tick` is called while it is waited for and may raise to stop.

    What is in hand when that happens is left to end by itself: nobody waits for it.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="beside")

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def begin(self, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> Future[_T]:
        """Begin, and go on at once; the context (who asks, and that nobody waits at a screen) goes with it."""
        return self._pool.submit(copy_context().run, partial(work, *args, **named))

    def wait(self, begun: Future[_T]) -> _T:
        """What was begun, when it is done. Raises what it raised."""
        while True:
            try:
                return begun.result(SECONDS)
            except Waiting:
                if begun.done():  # in this very moment, or its own error was a timeout
                    return begun.result()
                self._tick()

    def do(self, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Begin and wait."""
        return self.wait(self.begin(work, *args, **named))
