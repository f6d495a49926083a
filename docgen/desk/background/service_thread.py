"""A background thread of the service that does the same work at intervals."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from docgen.work_context import current_office, set_office
from storage.errors import StorageError

log = logging.getLogger("docgen.background")

STOP_SECONDS = 60  # that a stop waits for the running round


class ServiceThread:
    """A thread that calls `work` every `interval` seconds until it is stopped; no error ends it.

    It works for the office for which it was made. A subclass defines `work`, and may define `begin` and `end`. Without
    `at_once` the first round waits an interval, too, so that the start of the service has the machine for itself.
    """

    def __init__(self, name: str, interval: float, *, at_once: bool = False) -> None:
        self._name = name
        self._interval = interval
        self._at_once = at_once
        self._office = current_office()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread and return at once."""
        self._thread.start()

    def announce_stop(self) -> None:
        """Let the running round be the last, and return at once."""
        self._stop.set()

    def stop(self) -> None:
        """Stop after the running round."""
        self.announce_stop()
        self._thread.join(timeout=STOP_SECONDS)

    @property
    def stopping(self) -> bool:
        """Return whether a long round should end now."""
        return self._stop.is_set()

    def begin(self) -> None:
        """Do what is needed once before the first round."""

    def work(self) -> None:
        """Do one round."""
        raise NotImplementedError

    def end(self) -> None:
        """Do what is needed once after the last round."""

    def _run(self) -> None:
        set_office(self._office)
        self._try(self.begin)
        if self._at_once:
            self._try(self.work)
        while not self._stop.wait(self._interval):
            self._try(self.work)
        self._try(self.end)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except StorageError as error:
            log.warning("%s waits: %s", self._name, error)
        except Exception:
            log.exception("%s failed; it goes on in %s s", self._name, self._interval)
