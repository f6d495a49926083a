"""A limit of processor time for a piece of a test: what never ends fails, on a busy machine as on an idle one."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail the test when what is done here takes this process more processor time; that of others is not counted."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"took more than {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def of_processes(running: Iterable[int] = ()) -> float:
    """Return the seconds of processor time taken by processes that this one started: all that ended, and these."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime
    for pid in running:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        seconds += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return seconds
