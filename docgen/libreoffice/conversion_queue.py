"""Choose what to convert next: letters before previews before jobs, among equals each office in turn, and among its
own each caller.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

from docgen.errors import ConverterError
from docgen.telemetry.metrics import CONVERSION_QUEUE, CONVERSION_WAIT
from docgen.work_context import Urgency, current_caller, current_office, current_urgency

AGE_SECONDS = 10.0  # that a document waits until it counts as more urgent by one degree: nobody waits for ever
SLOW_SECONDS = 3.0  # that a document is at work until others may use a spare worker beside it
MOST_CALLERS = 1000  # whose turns are remembered, with their offices


class QueueWorker(Protocol):
    """A worker that takes documents; `fresh` says whether it has converted none yet."""

    @property
    def fresh(self) -> bool: ...


class Conversion:
    """One document to convert: waiting, on a worker, or done. `losses` counts the workers lost on it.

    Those of one `group` of an office may be converted together; "" is for what goes alone.
    """

    def __init__(self, docx: bytes, deadline: float, group: str = "") -> None:
        self.docx = docx
        self.deadline = deadline
        self.group = group
        self.urgency = current_urgency()
        self.office = current_office()
        self.caller = (self.office, current_caller())
        self.created_at = time.monotonic()
        self.started_at = 0.0
        self.losses = 0
        self.timeouts = 0
        self.refused_by: QueueWorker | None = None
        self.waiting_since = self.created_at
        self.done = threading.Event()
        self.pdf = b""
        self.error: ConverterError | None = None

    def set_result(self, pdf: bytes = b"", error: ConverterError | None = None) -> None:
        """Set PDF or error, and wake the caller."""
        self.pdf, self.error = pdf, error
        self.done.set()


class ConversionQueue:
    """The documents that wait, and those being converted, alone or several by one worker. Not thread-safe: the pool
    holds a lock.
    """

    def __init__(self, workers: int) -> None:
        """Let up to `workers` workers convert documents of people at once, and as many those of jobs; a spare worker is
        for people.
        """
        self._workers = workers
        self._waiting: list[Conversion] = []
        self._working: list[list[Conversion]] = []  # by worker
        self._turns: dict[str | tuple[str, str], int] = {}  # of offices, and of callers within them
        self._turn = 0

    def __len__(self) -> int:
        """Return the number of documents that wait."""
        return len(self._waiting)

    def waiting_of(self, office: str) -> int:
        """Return the number of documents of an office that wait."""
        return sum(conversion.office == office for conversion in self._waiting)

    def add(self, conversion: Conversion) -> None:
        """Add a document; one that was being converted keeps its place."""
        self._waiting.append(conversion)
        conversion.waiting_since = time.monotonic()
        CONVERSION_QUEUE.labels(conversion.office).inc()

    def end(self, conversions: list[Conversion]) -> None:
        """Remove what `take` returned from the documents being converted."""
        self._working = [others for others in self._working if others is not conversions]

    def disband(self, group: str) -> None:
        """Let the documents of a group that wait go alone."""
        for conversion in self._waiting:
            if conversion.group == group:
                conversion.group = ""

    def leave(self, conversion: Conversion, patience: float) -> bool:
        """Remove a document that has waited this many seconds for a worker; return whether it had."""
        if conversion not in self._waiting or time.monotonic() - conversion.waiting_since < patience:
            return False
        self._remove(conversion)
        return True

    def clear(self) -> list[Conversion]:
        """Remove and return all documents that wait."""
        left = list(self._waiting)
        for conversion in left:
            self._remove(conversion)
        return left

    def take(self, worker: QueueWorker, *, others: bool, most: int = 1) -> list[Conversion]:
        """Return the document that this worker must convert now, and up to `most` in all that go with it in one file;
        none if it must wait.

        A document on which a worker was lost goes to a fresh one, and one that was refused to another one than before
        if there are `others`. With the first of a group go those of the same group that wait and are as urgent: a
        letter is not kept waiting for a preview.
        """
        now = time.monotonic()
        quick_letters = sum(
            first.urgency < Urgency.BACKGROUND and now - first.started_at < SLOW_SECONDS for first, *_ in self._working
        )
        candidates = [
            conversion
            for conversion in self._waiting
            if (worker.fresh or not conversion.losses)
            and (conversion.refused_by is not worker or not others)
            and (conversion.losses or self._has_room(conversion, quick_letters))
        ]
        conversions: list[Conversion] = []
        while candidates and len(conversions) < most:
            conversion = min(candidates, key=lambda candidate: self._priority(candidate, now))
            self._remove(conversion)
            CONVERSION_WAIT.observe(now - conversion.waiting_since)
            self._give_turn(conversion)
            conversion.started_at = now
            conversions.append(conversion)
            candidates = [other for other in self._waiting if _may_go_with(conversions[0], other)]
        if conversions:
            self._working.append(conversions)
        return conversions

    def _has_room(self, conversion: Conversion, quick_letters: int) -> bool:
        """Return whether another worker may convert a document of its urgency now."""
        return (quick_letters if conversion.urgency < Urgency.BACKGROUND else len(self._working)) < self._workers

    def _priority(self, conversion: Conversion, now: float) -> tuple[float, ...]:
        """Return the sort key of a document: the lowest is next."""
        degree = max(0, conversion.urgency - int((now - conversion.created_at) / AGE_SECONDS))
        of_office = sum(first.office == conversion.office for first, *_ in self._working)
        of_caller = sum(any(other.caller == conversion.caller for other in others) for others in self._working)
        office_turn, caller_turn = (self._turns.get(key, 0) for key in (conversion.office, conversion.caller))
        is_untouched = not conversion.losses
        return is_untouched, degree, of_office, office_turn, of_caller, caller_turn, conversion.created_at

    def _remove(self, conversion: Conversion) -> None:
        self._waiting.remove(conversion)
        CONVERSION_QUEUE.labels(conversion.office).dec()

    def _give_turn(self, conversion: Conversion) -> None:
        self._turn += 1
        if len(self._turns) >= MOST_CALLERS:
            self._turns.clear()
        self._turns[conversion.office] = self._turns[conversion.caller] = self._turn


def _may_go_with(first: Conversion, other: Conversion) -> bool:
    """Return whether another document may be converted in one file with the first."""
    is_of_group = bool(first.group) and (other.office, other.group) == (first.office, first.group)
    return is_of_group and other.urgency <= first.urgency
