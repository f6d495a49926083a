"""Work that goes on beside the service, again and again, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from storage.errors import StorageError

log = logging.getLogger("docgen.background")

STOP_SECONDS = 60  # that a stop waits for the round in hand


class Background:
    """A thread that calls `work` every `interval` seconds until it is stopped; no error ends it.

    A subclass says what `work` is, and may say what `begin` and `end` are. Without `at_once` the first round waits,
    too, so that the start of the service has the machine for itself.
    """

    def __init__(self, name: str, interval: float, *, at_once: bool = False) -> None:
        self._name = name
        self._interval = interval
        self._at_once = at_once
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is in hand."""
        self._stop.set()
        self._thread.join(timeout=STOP_SECONDS)

    @property
    def stopping(self) -> bool:
        """Whether a long round should end now."""
        return self._stop.is_set()

    def begin(self) -> None:
        """Done once before the first round."""

    def work(self) -> None:
        """One round."""
        raise NotImplementedError

    def end(self) -> None:
        """Done once after the last round."""

    def _run(self) -> None:
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
