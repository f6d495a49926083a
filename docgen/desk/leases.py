"""Who is at work on which job, where several machines share a queue in Redis.

A machine that takes a job holds a lease on it and renews it while it works. Redis forgets the lease of one that died;
whoever finds a job that was begun, without a lease and no longer in the queue, puts it there again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from docgen.desk.background import Background
from docgen.desk.process import process_name

SECONDS = 60  # that a lease outlives its holder
_KEY = "docgen:job:"


class Leases(Background):
    """Renews the leases of this process, and calls `take_up` every quarter of a lease, and at once.

    `connection` is a Redis client.
    """

    def __init__(self, connection: Any, take_up: Callable[[], None]) -> None:
        super().__init__("leases", SECONDS / 4, at_once=True)
        self._redis = connection
        self._take_up = take_up
        self._held: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, job: str) -> Iterator[bool]:
        """Whether this process has the lease of a job now; it is given back at the end."""
        ours = bool(self._redis.set(_KEY + job, process_name(), nx=True, ex=SECONDS))
        try:
            with self._guard:
                self._held |= {job} if ours else set()
            yield ours
        finally:
            if ours:
                with self._guard:
                    self._held.discard(job)
                self._redis.delete(_KEY + job)

    def is_held(self, job: str) -> bool:
        """Whether somebody is at work on it."""
        return bool(self._redis.exists(_KEY + job))

    def work(self) -> None:
        """Renew what is held, and take up what nobody holds."""
        with self._guard:
            held = list(self._held)
        for job in held:
            self._redis.expire(_KEY + job, SECONDS)
        self._take_up()
