"""Graceful shutdown: announce it, refuse new requests, finish running ones, then close."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from flask import Flask, current_app, request

from docgen.errors import ServiceStopping

log = logging.getLogger("docgen")

NOTICE = 1.0  # seconds in which whoever asks /readyz may notice, and all is served as before
PATIENCE = 30.0  # seconds for what is in work then
LOOK_SECONDS = 0.05
_ANSWERED = ("/healthz", "/readyz", "/metrics")  # to the end


class Stopping:
    """Whether this process is about to end."""

    def __init__(self, notice: float = NOTICE, patience: float = PATIENCE) -> None:
        self._notice, self._patience = notice, patience
        self.announced = threading.Event()
        self._refusing = threading.Event()

    def begin(self, is_quiet: Callable[[], bool], end: Callable[[], object]) -> None:
        """Announce the end and return; a thread of its own calls `end` once `is_quiet`, or after a while."""
        self.announced.set()
        threading.Thread(target=self._wait, args=(is_quiet, end), name="stopping", daemon=True).start()

    def refuse(self) -> None:
        """Raise ServiceStopping for a request that comes when the end is near; nothing is done of it."""
        if self._refusing.is_set() and request.path not in _ANSWERED:
            raise ServiceStopping

    def _wait(self, is_quiet: Callable[[], bool], end: Callable[[], object]) -> None:
        log.info("Stopping: requests in work are finished")
        time.sleep(self._notice)
        self._refusing.set()
        until = time.monotonic() + self._patience
        while not is_quiet() and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        end()


def register(app: Flask, stopping: Stopping | None = None) -> None:
    """Refuse what comes when the end is near, before anything else looks at it."""
    app.extensions["stopping"] = stopping or Stopping()
    app.before_request(app.extensions["stopping"].refuse)


def is_announced() -> bool:
    """Return whether the current application is about to end."""
    stopping: Stopping = current_app.extensions["stopping"]
    return stopping.announced.is_set()
