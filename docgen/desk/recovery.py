"""Finish what was promised, and mirror the catalogue: at start, and again while the service runs."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
from contextlib import suppress

from docgen.desk.desk import Desk
from docgen.desk.destroy import finish_destructions
from docgen.desk.journal import DocumentPending, finish, note, process_name
from docgen.desk.mirroring import keep_mirror
from storage.catalogue import documents
from storage.catalogue.documents import Pending
from storage.errors import StorageError

log = logging.getLogger("docgen.recovery")


def recover(desk: Desk) -> int:
    """Finish every journaled document nobody is at work on; returns how many were finished."""
    try:
        with desk.catalogue.read() as tx:
            pending = documents.list_pending(tx)
    except StorageError as error:
        log.warning("The journal cannot be read: %s", error)
        return 0
    done = 0
    for line in pending:
        if not is_free(line, desk.now()):
            continue
        try:
            document = finish(desk, line.document)
            log.info("Finished %s (%s)", document.number, document.id)
            done += 1
        except (DocumentPending, StorageError) as error:
            log.warning("Not finished yet: %s: %s", line.document, error)
        except Exception as error:  # whatever is wrong with one document stops no other
            log.exception("Cannot be finished: %s", line.document)
            note(desk, line.document, error)
    return done


class Recoverer:
    """A background thread that calls `recover` and `keep_mirror` at start and then every `interval` seconds."""

    def __init__(self, desk: Desk, interval: float = 15.0) -> None:
        self._desk = desk
        self._interval = interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the document in hand."""
        self._stop.set()
        self._thread.join(timeout=60)

    def _run(self) -> None:
        _tell_what_lacks(self._desk)
        while True:
            try:
                recover(self._desk)
                finish_destructions(self._desk)
                keep_mirror(self._desk)
            except Exception:
                log.exception("Recovery failed; it goes on in %s s", self._interval)
            if self._stop.wait(self._interval):
                keep_mirror(self._desk)
                return


def _tell_what_lacks(desk: Desk) -> None:
    """A line in the log for each thing that the archive lacks; one that is away is told of when it is needed."""
    with suppress(StorageError):
        for line in desk.store.lacks():
            log.warning("%s", line)


def is_free(line: Pending, now: dt.datetime) -> bool:
    """Whether nobody works on a journal line: its lease ran out, or its process on this machine is gone."""
    if line.lease <= now:
        return True
    host, _, pid = line.owner.rpartition(":")
    if host != socket.gethostname() or line.owner == process_name():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
