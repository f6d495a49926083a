"""A limit of processor time for a piece of a test: what never ends fails, on a busy machine as on an idle one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail the test when what is done here takes this process more processor time."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"took more than {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
