"""What becomes of a journal line whose work failed: why is noted, and when it is tried again, by whatever process."""

from __future__ import annotations

import datetime as dt
import threading
import time
from contextlib import suppress

from docgen.desk.desk import Desk
from docgen.errors import ConversionTimedOut, ConverterHung, ConverterUnavailable, DocgenError
from docgen.processes.names import process_name
from storage.catalogue import journal
from storage.catalogue.journal import Pending
from storage.errors import StorageError

LONGEST_RETRY = dt.timedelta(hours=1)
LATE_SECONDS = 1.0  # between two tries to note a failure while the database is away
MOST_TRIES = 5  # when the fault may be the document's own, or that of a busy machine


def note_failure(desk: Desk, id: str, cause: Exception) -> bool:
    """Note in the journal why a task failed and free its line for another try; return whether it is given up.

    While store or LibreOffice are away the task is tried again every half minute. A new document that LibreOffice or
    its template refuses is given up at once, and after `MOST_TRIES` if it may be chance: it is tried again when the
    service starts, or somebody asks for it. When even the database is away, the lease runs out by itself.
    """
    with suppress(StorageError):
        return _write_failure(desk, id, cause)
    return False


def note_failure_surely(desk: Desk, pending: Pending, cause: Exception) -> bool:
    """Do as `note_failure` with a claimed line; while the database is away, free it as soon as it is back.

    So nobody who asks for the document waits for a lease that no process uses.
    """
    try:
        return _write_failure(desk, pending.document, cause)
    except StorageError:
        arguments = (desk, pending, cause)
        threading.Thread(target=_note_failure_later, args=arguments, name="late failure", daemon=True).start()
    return False


def _note_failure_later(desk: Desk, pending: Pending, cause: Exception) -> None:
    while desk.now() < pending.lease:
        time.sleep(LATE_SECONDS)
        with suppress(StorageError):
            _write_failure(desk, pending.document, cause, pending.lease)
            return


def _write_failure(desk: Desk, id: str, cause: Exception, lease: dt.datetime | None = None) -> bool:
    """Write what `note_failure` says, unless the line was claimed again since; `lease` is that of the claim, if known.

    Raises StorageError.
    """
    with desk.catalogue.write() as tx:
        line = journal.hold_pending(tx, id)
        if line is None or line.owner != process_name():  # another process claimed it when the lease had run out
            return False
        if lease is not None and line.lease != lease:
            return False
        next_try = _next_try(line, cause, desk.now(), desk.retry)
        journal.note_failure(tx, id, str(cause), next_try)
        return next_try == journal.NEVER


def _next_try(line: Pending, cause: Exception, now: dt.datetime, retry: dt.timedelta) -> dt.datetime:
    if isinstance(cause, (StorageError, ConverterUnavailable)) and not isinstance(cause, ConverterHung):
        return now + retry
    may_be_chance = isinstance(cause, (ConversionTimedOut, ConverterHung)) or not isinstance(cause, DocgenError)
    if line.task.change == "issued" and (not may_be_chance or line.attempts + 1 >= MOST_TRIES):
        return journal.NEVER
    pause: dt.timedelta = retry * 2 ** min(line.attempts, 10)
    return now + min(pause, LONGEST_RETRY)
