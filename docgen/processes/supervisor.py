"""Start the processes of a service, start those anew that end, and stop all in good order."""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue

log = logging.getLogger("docgen.processes")

STABLE_SECONDS = 30.0  # after which a process that ends has not failed to start
_STOPPED = 0  # no signal has this number
PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds, by how often in a row a process ended soon


class ServiceProcess:
    """A process that is started again whenever it ends, until it is stopped."""

    def __init__(self, role: str, command: Sequence[str], descriptors: Sequence[int] = ()) -> None:
        """Set up a process of this `command`, which gets these open files; `start` starts it."""
        self.role = role
        self._command = list(command)
        self._descriptors = tuple(descriptors)
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, name=f"process {role}", daemon=True)

    def start(self) -> None:
        """Start it and return at once."""
        self._thread.start()

    def stop(self) -> None:
        """Have it end after what it has in work, and start it no more; returns at once.

        Called a second time, it has it end at once.
        """
        with self._guard:
            self._stopping.set()
            if self._process is not None:
                self._process.terminate()

    def join(self) -> None:
        """Wait for the end of a process that was stopped."""
        self._thread.join()

    def _keep_running(self) -> None:
        failures = 0
        while True:
            begun = time.monotonic()
            end = self._run()
            if self._stopping.is_set():
                return
            failures = 1 if time.monotonic() - begun >= STABLE_SECONDS else failures + 1
            pause = PAUSES[min(failures, len(PAUSES)) - 1]
            log.error("Process %s %s; it is started again in %g s", self.role, end, pause)
            self._stopping.wait(pause)

    def _run(self) -> str:
        """Start the process, wait for its end, and return how it ended."""
        with self._guard:
            if self._stopping.is_set():
                return "is not started"
            try:
                # In a group of its own: Ctrl+C is the supervisor's to pass on.
                self._process = subprocess.Popen(self._command, pass_fds=self._descriptors, process_group=0)
            except OSError as error:
                return f"cannot be started ({error.strerror})"
        return f"ended with {self._process.wait()}"


def supervise(processes: Sequence[Sequence[ServiceProcess]], before_stop: Callable[[], object]) -> None:
    """Run these groups of processes until SIGTERM or SIGINT; then stop group after group, the last one first.

    `before_stop` is called before the first is stopped. A second signal stops all at once.
    """
    stop_signals = catch_stop_signals()
    every_process = [process for group in processes for process in group]
    for process in every_process:
        process.start()
    stop_signals.get()
    log.info("Stopping: its processes are stopped in order")
    before_stop()

    def stop_in_order() -> None:
        for group in reversed(processes):
            for process in group:
                process.stop()
            for process in group:
                process.join()
        stop_signals.put(_STOPPED)

    stopping = threading.Thread(target=stop_in_order, name="stopping")
    stopping.start()
    if stop_signals.get() != _STOPPED:
        for process in every_process:
            process.stop()
    stopping.join()


def catch_stop_signals() -> SimpleQueue[int]:
    """Return a queue that gets SIGTERM and SIGINT from now on, in place of what they do by default."""
    caught: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: caught.put(number))
    return caught
