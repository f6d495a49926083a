"""The converter of a process that has no LibreOffice of its own: it asks the process that has them."""

from __future__ import annotations

import logging
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from docgen.errors import ConverterUnavailable
from docgen.libreoffice import local_socket
from docgen.libreoffice.messages import BROKEN, CLOSED
from docgen.libreoffice.pool import LOSSES
from docgen.telemetry.tracing import span
from docgen.work_context import current_caller, current_notes, current_office, current_urgency

log = logging.getLogger(__name__)

START_SECONDS = 20.0  # that a document waits until somebody listens in place of a process that was lost
CHECK_SECONDS = 2.0  # that a probe waits for it, and for its answer
LOOK_SECONDS = 0.05
SILENCE = 30.0  # seconds; the server says every second that it is at work


class RemoteConverter:
    """Converts by the LibreOffices of a `ConverterServer`. Safe to share between threads.

    A server that is lost with documents in work is waited for, and they are sent to its successor.
    """

    def __init__(self, path: Path, patience: float = START_SECONDS) -> None:
        """Ask whoever listens at `path`; wait `patience` seconds when nobody does."""
        self._path = path
        self._patience = patience
        self._closed = False

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """Return the PDF/A-2b of a Word file. Raises as `Converter.convert`."""
        head = {
            **{"call": "convert", "deadline": deadline, "group": group, "urgency": int(current_urgency())},
            **{"office": current_office(), "caller": current_caller(), "notes": dict(current_notes())},
        }
        with span("convert"):
            for _ in range(LOSSES):
                try:
                    return self._ask(head, docx, self._patience)
                except _Lost as loss:
                    log.warning("The process with the LibreOffices was lost on a document: %s", loss)
        raise ConverterUnavailable(BROKEN)

    def check(self) -> None:
        """Raise ConverterUnavailable if a document sent now would be refused."""
        seconds = min(CHECK_SECONDS, self._patience)
        try:
            self._ask({"call": "check"}, b"", seconds, silence=seconds)
        except _Lost as loss:
            raise ConverterUnavailable(BROKEN) from loss

    def close(self) -> None:
        """Ask no more; the LibreOffices are another process's."""
        self._closed = True

    def _ask(self, head: dict[str, Any], docx: bytes, patience: float, silence: float = SILENCE) -> bytes:
        """Return the bytes of the answer; after so many seconds without a word nobody is there. Raises ConverterError,
        _Lost.
        """
        with self._connect(patience) as line:
            try:
                local_socket.send(line, head, docx)
                while line.poll(silence):
                    answer, body = local_socket.receive(line)
                    if "wait" not in answer:
                        return body
            except (EOFError, OSError) as error:
                raise _Lost(repr(error)) from error
        raise _Lost(f"silent for {silence:g} seconds")

    def _connect(self, patience: float) -> Connection:
        """Return a connection, as soon as somebody listens. Raises ConverterUnavailable."""
        until = time.monotonic() + patience
        while not self._closed:
            try:
                return local_socket.connect(self._path)
            except OSError as error:
                if time.monotonic() >= until:
                    log.warning("Nobody listens at %s: %s", self._path, error)
                    raise ConverterUnavailable(BROKEN) from error
            time.sleep(LOOK_SECONDS)
        raise ConverterUnavailable(CLOSED)


class _Lost(Exception):
    """The process at the other end ended, or is silent."""
