"""Finish what was promised, mirror the catalogue and forget old keys: at start, and again while the service runs."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.disposal.destroy import finish_destructions
from docgen.desk.issuing.clock_check import clock_problem
from docgen.desk.issuing.held_number import end_lost_holds
from docgen.desk.mirror import keep_mirror
from docgen.desk.revisions.failures import note_failure
from docgen.desk.revisions.journal import DocumentPending, carry_out, claim_line, is_due
from docgen.work_context import in_background
from storage.catalogue import idempotency, journal
from storage.catalogue.journal import Pending
from storage.errors import StorageError

log = logging.getLogger("docgen.recovery")

FORGETTING = dt.timedelta(hours=1)  # how often old idempotency keys are forgotten


def recover(desk: Desk, *, given_up: bool = False) -> int:
    """Finish every journaled document that no other process works on; return how many were finished.

    With `given_up` also those that failed for good: a new version, or a corrected template, may make them.
    """

    def may(line: Pending, now: dt.datetime) -> bool:
        return is_due(line, now) or (given_up and line.given_up)

    try:
        with desk.catalogue.read() as tx:
            pending = journal.list_pending(tx)
    except StorageError as error:
        log.warning("The journal cannot be read: %s", error)
        return 0
    count = 0
    for line in pending:
        if not may(line, desk.now()):
            continue
        try:
            claimed_line = claim_line(desk, line.document, may)
            if claimed_line is None:  # another machine was quicker
                continue
            document = carry_out(desk, claimed_line)
            log.info("Finished %s", document.id)
            count += 1
        except (DocumentPending, StorageError) as error:
            log.warning("Not finished yet: %s: %s", line.document, error)
        except Exception as error:  # whatever is wrong with one document stops no other
            log.exception("Cannot be finished: %s", line.document)
            note_failure(desk, line.document, error)
    return count


def carry_out_held(desk: Desk) -> int:
    """Stamp the decisions that can be taken back no more, and return how many. Raises StorageError."""
    with desk.catalogue.read() as tx:
        due = journal.list_due(tx, desk.now())
    count = 0
    for id in due:
        with suppress(DocumentPending):  # noted in the journal: recovery tries again
            line = claim_line(desk, id, is_due)
            if line is not None:
                carry_out(desk, line)
                count += 1
    return count


class HeldDecisions(ServiceThread):
    """Calls `carry_out_held` every `interval` seconds."""

    def __init__(self, desk: Desk, interval: float = 2.0) -> None:
        super().__init__("decisions", interval)
        self._desk = desk

    def work(self) -> None:
        """Stamp what can be taken back no more."""
        with in_background():
            carry_out_held(self._desk)


class Recoverer(ServiceThread):
    """Calls `recover` and `keep_mirror` at start, then every `interval` seconds, and `keep_mirror` at the end."""

    def __init__(self, desk: Desk, interval: float = 15.0) -> None:
        super().__init__("recovery", interval, at_once=True)
        self._desk = desk
        self._first = True
        self._clock = ""
        self._forgotten = desk.now() - FORGETTING  # when old idempotency keys were forgotten last

    def begin(self) -> None:
        """Log which protections the archive lacks."""
        _log_missing_protections(self._desk)

    def work(self) -> None:
        """Finish what was promised (at the start also what was given up), and mirror what changed."""
        with in_background():
            recover(self._desk, given_up=self._first)
            end_lost_holds(self._desk)
        self._first = False
        finish_destructions(self._desk)
        keep_mirror(self._desk)
        self._check_clock()
        self._forget_keys()

    def end(self) -> None:
        """Mirror what changed last."""
        keep_mirror(self._desk)

    def _forget_keys(self) -> None:
        """Forget old idempotency keys, once an hour."""
        now = self._desk.now()
        if now - self._forgotten >= FORGETTING:
            with self._desk.catalogue.write() as tx:
                idempotency.forget_old(tx, now)
            self._forgotten = now

    def _check_clock(self) -> None:
        """Log that the clock went back, and that it is right again, once."""
        problem = clock_problem(self._desk)
        if bool(problem) != bool(self._clock):
            log.warning("%s", problem or "The clock is right again")
        self._clock = problem


def _log_missing_protections(desk: Desk) -> None:
    """Log a warning for each protection the store lacks. An unreachable store is reported when it is first used."""
    with suppress(StorageError):
        for line in desk.store.missing_protections():
            log.warning("%s", line)
