"""Choose the next document to convert: letters before previews before jobs, among equals each caller in turn."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from docgen.errors import ConverterError
from docgen.work_context import Urgency, current_caller, current_urgency

AGE_SECONDS = 10.0  # that a document waits until it counts as more urgent by one degree: nobody waits for ever
SLOW_SECONDS = 3.0  # that a document is at work until others may use a spare worker beside it
MOST_CALLERS = 1000  # whose turns are remembered


class QueueWorker(Protocol):
    """A worker that takes documents; `fresh` says whether it has converted none yet."""

    @property
    def fresh(self) -> bool: ...


class Conversion:
    """One document to convert: waiting, on a worker, or done. `losses` counts the workers lost on it."""

    def __init__(self, docx: bytes, deadline: float) -> None:
        self.docx = docx
        self.deadline = deadline
        self.urgency = current_urgency()
        self.caller = current_caller()
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
    """The documents that wait, and those being converted. Not thread-safe: the pool holds a lock."""

    def __init__(self, workers: int) -> None:
        """Convert up to `workers` documents of people at once, and as many of jobs; a spare worker is for people."""
        self._workers = workers
        self._waiting: list[Conversion] = []
        self._working: set[Conversion] = set()
        self._turns: dict[str, int] = {}
        self._turn = 0

    def __len__(self) -> int:
        """Return the number of documents that wait."""
        return len(self._waiting)

    def add(self, conversion: Conversion) -> None:
        """Add a document; one that was being converted keeps its place."""
        self._working.discard(conversion)
        self._waiting.append(conversion)
        conversion.waiting_since = time.monotonic()

    def end(self, conversion: Conversion) -> None:
        """Remove a document from those being converted."""
        self._working.discard(conversion)

    def leave(self, conversion: Conversion, patience: float) -> bool:
        """Remove a document that has waited this many seconds for a worker; return whether it had."""
        if conversion not in self._waiting or time.monotonic() - conversion.waiting_since < patience:
            return False
        self._waiting.remove(conversion)
        return True

    def clear(self) -> list[Conversion]:
        """Remove and return all documents that wait."""
        left, self._waiting = self._waiting, []
        return left

    def take(self, worker: QueueWorker, *, others: bool) -> Conversion | None:
        """Return the document that this worker must convert now; None if it must wait.

        A document on which a worker was lost goes to a fresh one, and one that was refused to another one than before
        if there are `others`.
        """
        now = time.monotonic()
        quick_letters = sum(
            conversion.urgency < Urgency.BACKGROUND and now - conversion.started_at < SLOW_SECONDS
            for conversion in self._working
        )
        candidates = [
            conversion
            for conversion in self._waiting
            if (worker.fresh or not conversion.losses)
            and (conversion.refused_by is not worker or not others)
            and (conversion.losses or self._has_room(conversion, quick_letters))
        ]
        if not candidates:
            return None
        conversion = min(candidates, key=lambda one: self._priority(one, now))
        self._waiting.remove(conversion)
        self._working.add(conversion)
        self._give_turn(conversion.caller)
        conversion.started_at = now
        return conversion

    def _has_room(self, conversion: Conversion, quick_letters: int) -> bool:
        """Return whether another document of its urgency may be converted now."""
        return (quick_letters if conversion.urgency < Urgency.BACKGROUND else len(self._working)) < self._workers

    def _priority(self, conversion: Conversion, now: float) -> tuple[bool, int, int, int, float]:
        """Return the sort key of a document: the lowest is next."""
        degree = max(0, conversion.urgency - int((now - conversion.created_at) / AGE_SECONDS))
        at_work = sum(other.caller == conversion.caller for other in self._working)
        return not conversion.losses, degree, at_work, self._turns.get(conversion.caller, 0), conversion.created_at

    def _give_turn(self, caller: str) -> None:
        self._turn += 1
        if len(self._turns) >= MOST_CALLERS:
            self._turns.clear()
        self._turns[caller] = self._turn
