"""Graceful shutdown: announce it, close the door, finish what is in work, then end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from flask import Flask, current_app

from docgen.errors import ServiceStopping
from web.probes import is_probe

log = logging.getLogger("docgen")

PATIENCE = 30.0  # seconds for what came before the door was closed
LAST_SECONDS = 5.0  # then, in which those whose turn did not come are told so
LOOK_SECONDS = 0.05


class Stopping:
    """Whether this process is about to end."""

    def __init__(self, drain: float, patience: float = PATIENCE) -> None:
        """Set up an end that is announced at /readyz for `drain` seconds, in which all is served as before."""
        self._drain, self._patience = drain, patience
        self.announced = threading.Event()
        self._refusing = threading.Event()

    def begin(self, close_door: Callable[[], object], is_quiet: Callable[[], bool], end: Callable[[], object]) -> None:
        """Announce the end and return; a thread of its own calls `close_door` after the drain, then `end` once
        `is_quiet`, or after a while.
        """
        self.announced.set()
        arguments = (close_door, is_quiet, end)
        threading.Thread(target=self._wait, args=arguments, name="stopping", daemon=True).start()

    def refuse(self) -> None:
        """Raise ServiceStopping for a request whose turn comes when no more is begun."""
        if self._refusing.is_set() and not is_probe():
            raise ServiceStopping

    def _wait(self, close_door: Callable[[], object], is_quiet: Callable[[], bool], end: Callable[[], object]) -> None:
        log.info("Stopping: served as before for %g s, then requests in work are finished", self._drain)
        time.sleep(self._drain)
        close_door()
        _wait_until(is_quiet, self._patience)
        self._refusing.set()
        _wait_until(is_quiet, LAST_SECONDS)
        end()


def _wait_until(is_quiet: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_quiet() and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)


def register(app: Flask, stopping: Stopping) -> None:
    """Refuse what can no more be begun, before anything else looks at it."""
    app.extensions["stopping"] = stopping
    app.before_request(stopping.refuse)


def is_announced() -> bool:
    """Return whether the current application is about to end."""
    stopping: Stopping = current_app.extensions["stopping"]
    return stopping.announced.is_set()
