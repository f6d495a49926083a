"""One child, seen from the service: started in the closed room, spoken to over its pipes, killed at a deadline."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from docgen.foreign.frames import unpack
from docgen.foreign.start import PACKAGES
from docgen.libreoffice.sandbox import confined_python, environment

SOURCE = Path(__file__).parents[2]
START = Path(__file__).with_name("start.py")
START_SECONDS = 30.0
SLOWER = 6  # times as long by the clock, on a machine that others use too
LOOK = 0.1  # seconds between two looks at what a child has used


class MachineBusy(TimeoutError):
    """The clock ran out before the processor time: others had it."""


class Child:
    """One process; used by one thread at a time."""

    def __init__(self, nice: int) -> None:
        self.calls = 0
        self.is_free = False
        with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
            self._process = subprocess.Popen(
                confined_python([str(START), str(SOURCE)], [SOURCE / name for name in PACKAGES]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(Path(folder)),
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
        """Its process id."""
        return self._process.pid

    def wait_ready(self) -> None:
        """Wait until it has loaded its libraries. Raises TimeoutError, EOFError."""
        self.read(START_SECONDS)

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def write(self, parts: list[bytes], seconds: float) -> None:
        """Send a call. Raises TimeoutError, OSError."""
        deadline = self._deadline(seconds)
        for part in parts:
            view = memoryview(part)
            while view:
                self._wait(self._in, select.POLLOUT, deadline)
                view = view[os.write(self._in, view[: 1 << 20]) :]

    def read(self, seconds: float) -> list[Any]:
        """Return the next frame. Raises TimeoutError, EOFError, ValueError."""
        deadline = self._deadline(seconds)

        def exactly(count: int) -> bytes:
            chunks = []
            while count:
                self._wait(self._out, select.POLLIN, deadline)
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
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        self._process.wait()

    def _deadline(self, seconds: float) -> tuple[float, float]:
        """Return until when to wait: in processor time of the child, and by the clock."""
        return self.processor_time() + seconds, time.monotonic() + seconds * SLOWER

    def _wait(self, descriptor: int, event: int, deadline: tuple[float, float]) -> None:
        """Wait until the pipe is ready. Raises TimeoutError when either time is over."""
        poll = select.poll()
        poll.register(descriptor, event)
        while not poll.poll(LOOK * 1000):
            if self.processor_time() > deadline[0]:
                raise TimeoutError
            if time.monotonic() > deadline[1]:
                raise MachineBusy

    def processor_time(self) -> float:
        """Return the seconds of processor time that it has used; 0 when it has ended."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
