"""What a job needs that is written down nowhere, such as a passphrase: in the memory of this process, for a while."""

from __future__ import annotations

import threading
from typing import Protocol

LONGEST = 15 * 60.0  # seconds


class Wipeable(Protocol):
    """Something that can be overwritten in memory."""

    def wipe(self) -> None:
        """Overwrite it and forget it."""


class JobMemory:
    """Secrets by the job they are for; each is wiped when its time is over, also while the job is at work.

    Another process, and this one after a restart, find nothing here.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._secrets: dict[str, Wipeable] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    def put(self, job: str, secret: Wipeable) -> None:
        """Remember a job's secret until it is forgotten, or its time is over."""
        timer = threading.Timer(self._longest, self.forget, [job])
        timer.daemon = True
        with self._lock:
            self._secrets[job], self._timers[job] = secret, timer
        timer.start()

    def get(self, job: str) -> Wipeable | None:
        """Return a job's secret; None where this process does not have it, or no more."""
        with self._lock:
            return self._secrets.get(job)

    def forget(self, job: str) -> None:
        """Wipe a job's secret."""
        with self._lock:
            secret, timer = self._secrets.pop(job, None), self._timers.pop(job, None)
        if timer is not None:
            timer.cancel()
        if secret is not None:
            secret.wipe()
