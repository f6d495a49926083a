"""Start, call and kill one child process from the service."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from docgen.foreign.frames import unpack
from docgen.foreign.start import PACKAGES
from docgen.libreoffice.sandbox import confined_python, environment
from docgen.libreoffice.worker import processor_ticks

SOURCE = Path(__file__).parents[2]
START = Path(__file__).with_name("start.py")
NOWHERE = Path("/nonexistent")  # a child writes no file
START_SECONDS = 30.0  # both of processor time and by the clock: somebody waits at a page
SLOWER = 6  # times as long by the clock, on a machine that others use too
END_SECONDS = 2.0  # from when a child's pipe is closed until the kernel tells how it ended
LOOK = 0.1  # seconds between two looks at what a child has used


class MachineBusy(TimeoutError):
    """The wall clock ran out before the processor time: other processes had it."""


class Child:
    """One process; used by one thread at a time. `idle_since` is by `time.monotonic`."""

    def __init__(self, nice: int) -> None:
        """Start it; call `wait_ready` next. Raises OSError."""
        self.calls = 0
        self.is_free = False
        self.idle_since = 0.0
        self._process = subprocess.Popen(
            confined_python([str(START), str(SOURCE)], [SOURCE / name for name in PACKAGES]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(NOWHERE),
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):  # where the service itself is niced further
            os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + nice)
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)

    @property
    def id(self) -> int:
        """Return its process id."""
        return self._process.pid

    def wait_ready(self) -> None:
        """Wait until it has loaded its libraries. Raises as `read`."""
        self._read(self.processor_time() + START_SECONDS, time.monotonic() + START_SECONDS)

    def is_alive(self) -> bool:
        """Return whether it still runs."""
        return self._process.poll() is None

    def was_killed(self) -> bool:
        """Return whether another process ended it, as the kernel does when memory runs out; call after its pipe
        closed.
        """
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(END_SECONDS) in (-signal.SIGKILL, -signal.SIGTERM)
        return False

    def write(self, parts: list[bytes], seconds: float) -> None:
        """Send a call. Raises TimeoutError, MachineBusy, OSError."""
        wait = self._waiting(self._in, select.POLLOUT, *self._deadlines(seconds))
        for part in parts:
            view = memoryview(part)
            while view:
                wait()
                view = view[os.write(self._in, view[: 1 << 20]) :]

    def read(self, seconds: float) -> list[Any]:
        """Return the next frame. Raises TimeoutError, MachineBusy, EOFError, OSError, ValueError."""
        return self._read(*self._deadlines(seconds))

    def _read(self, processor: float, clock: float) -> list[Any]:
        wait = self._waiting(self._out, select.POLLIN, processor, clock)

        def exactly(count: int) -> bytes:
            chunks = []
            while count:
                wait()
                chunk = os.read(self._out, min(count, 1 << 20))
                if not chunk:
                    raise EOFError
                chunks.append(chunk)
                count -= len(chunk)
            return b"".join(chunks)

        frame: list[Any] = unpack(exactly)
        return frame

    def kill(self) -> None:
        """End it at once."""
        if self.is_alive():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        self._process.wait()

    def _deadlines(self, seconds: float) -> tuple[float, float]:
        """Return until when to wait: in processor time of the child, and by the clock."""
        return self.processor_time() + seconds, time.monotonic() + seconds * SLOWER

    def _waiting(self, descriptor: int, event: int, processor: float, clock: float) -> Callable[[], None]:
        """Return a function that waits until the pipe is ready, and raises TimeoutError or MachineBusy when either time
        is over: also for a child that writes without end.
        """
        poll = select.poll()
        poll.register(descriptor, event)
        look_at = time.monotonic() + LOOK

        def wait() -> None:
            nonlocal look_at
            while True:
                is_ready = poll.poll(LOOK * 1000)
                now = time.monotonic()
                if now >= look_at or not is_ready:
                    look_at = now + LOOK
                    if self.processor_time() > processor:
                        raise TimeoutError
                    if now > clock:
                        raise MachineBusy
                if is_ready:
                    return

        return wait

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has used; 0 when it has ended."""
        return processor_ticks(self._process.pid) / os.sysconf("SC_CLK_TCK")
