"""Lend a pool of LibreOffices to the other processes of the service, at a socket."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from docgen.errors import ConversionFailed, ConverterError
from docgen.libreoffice import local_socket
from docgen.libreoffice.messages import DEFECT
from docgen.libreoffice.pool import Pool
from docgen.work_context import Urgency, set_caller, set_notes, set_office, urgency

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5  # after a call that could not be taken


class ConverterServer:
    """Answers the `RemoteConverter`s of other processes, each call in a thread of its own, until it is closed."""

    def __init__(self, pool: Pool, path: Path) -> None:
        """Listen at `path` and return. Raises OSError."""
        self._pool = pool
        self._path = path
        self._closed = threading.Event()
        self._listener = local_socket.listen(path)
        self._thread = threading.Thread(target=self._accept, name="converter-server", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more calls; those in work end with the pool, which is the caller's to close."""
        self._closed.set()
        self._path.unlink(missing_ok=True)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        """Take calls until this is closed. One that cannot be taken, for want of a file or a thread, is no end of it:
        nobody would notice that a process that lives takes no more.
        """
        while not self._closed.is_set():
            try:
                line = local_socket.accept(self._listener)
                threading.Thread(target=self._serve, args=(line,), name="converter-call", daemon=True).start()
            except (OSError, RuntimeError) as error:
                if not self._closed.is_set():
                    log.warning("A call cannot be taken now: %s", error)
                self._closed.wait(PAUSE_SECONDS)

    def _serve(self, line: Connection) -> None:
        """Answer one call. A caller that goes away gives up its place in the queue."""
        with line, suppress(EOFError, OSError, ValueError):
            head, docx = local_socket.receive(line)
            try:
                pdf = self._answer(line, head, docx)
            except ConverterError as error:
                local_socket.send_error(line, error)
            except Exception:
                log.exception("unexpected failure of a call")
                local_socket.send_error(line, ConversionFailed(DEFECT))
            else:
                local_socket.send(line, {}, pdf)

    def _answer(self, line: Connection, head: dict[str, Any], docx: bytes) -> bytes:
        """Return the PDF that was asked for, b"" where only the state was. Raises ConverterError."""
        if head["call"] == "check":
            self._pool.check()
            return b""

        def is_wanted() -> bool:
            """Tell the caller that its document waits or is in work; return whether somebody is there to hear it."""
            try:
                local_socket.send(line, {"wait": True})
            except OSError:
                return False
            return True

        set_office(head["office"])
        set_caller(head["caller"])
        set_notes(**head["notes"])
        with urgency(Urgency(head["urgency"])):
            return self._pool.convert(docx, deadline=head["deadline"], group=head["group"], is_wanted=is_wanted)
