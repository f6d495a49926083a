"""Who is converted next: letters before previews before jobs, and among equals each caller in turn."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from docgen.errors import ConverterError
from docgen.work_context import Urgency, current_caller, current_urgency

AGE_SECONDS = 10.0  # that a document waits until it counts as more urgent by one degree: nobody waits for ever
SLOW_SECONDS = 3.0  # that a document is at work until others may use a spare worker beside it
MOST_CALLERS = 1000  # whose turns are remembered


class Server(Protocol):
    """Whoever takes documents: a worker. `fresh` says whether it has converted nothing yet."""

    @property
    def fresh(self) -> bool: ...


class Conversion:
    """One document on its way: in the queue, on a worker, done. `losses` counts the workers that were lost on it."""

    def __init__(self, docx: bytes, deadline: float) -> None:
        self.docx = docx
        self.deadline = deadline
        self.urgency = current_urgency()
        self.caller = current_caller()
        self.since = time.monotonic()
        self.begun = 0.0
        self.losses = 0
        self.timeouts = 0
        self.refused_by: Server | None = None
        self.waiting_since = self.since
        self.done = threading.Event()
        self.pdf = b""
        self.error: ConverterError | None = None

    def finish(self, pdf: bytes = b"", error: ConverterError | None = None) -> None:
        """Let the caller go on."""
        self.pdf, self.error = pdf, error
        self.done.set()


class ConversionQueue:
    """The documents that wait, and those at work. Its user holds a lock: it is not safe between threads."""

    def __init__(self, workers: int) -> None:
        """Let `workers` documents of people be at work at once, and as many of jobs; a spare one is for people."""
        self._workers = workers
        self._waiting: list[Conversion] = []
        self._working: set[Conversion] = set()
        self._turns: dict[str, int] = {}
        self._turn = 0

    def __len__(self) -> int:
        """Return how many documents wait."""
        return len(self._waiting)

    def add(self, conversion: Conversion) -> None:
        """Let a document wait; one that was at work keeps the place it had."""
        self._working.discard(conversion)
        self._waiting.append(conversion)
        conversion.waiting_since = time.monotonic()

    def end(self, conversion: Conversion) -> None:
        """Note that a document is no longer at work."""
        self._working.discard(conversion)

    def leave(self, conversion: Conversion, patience: float) -> bool:
        """Take a document out that has waited this many seconds for its worker, the first or another; return whether
        it had.
        """
        if conversion not in self._waiting or time.monotonic() - conversion.waiting_since < patience:
            return False
        self._waiting.remove(conversion)
        return True

    def clear(self) -> list[Conversion]:
        """Take out all that wait, and return them."""
        left, self._waiting = self._waiting, []
        return left

    def take(self, server: Server, *, others: bool) -> Conversion | None:
        """Return the document that this worker is to convert now; None when it is to wait.

        A document on which a worker was lost goes to a fresh one, and one that was refused to another one than before
        if there are `others`.
        """
        now = time.monotonic()
        quick = sum(
            conversion.urgency < Urgency.BACKGROUND and now - conversion.begun < SLOW_SECONDS
            for conversion in self._working
        )
        choice = [
            conversion
            for conversion in self._waiting
            if (server.fresh or not conversion.losses)
            and (conversion.refused_by is not server or not others)
            and (conversion.losses or self._has_room(conversion, quick))
        ]
        if not choice:
            return None
        conversion = min(choice, key=lambda one: self._place(one, now))
        self._waiting.remove(conversion)
        self._working.add(conversion)
        self._give_turn(conversion.caller)
        conversion.begun = now
        return conversion

    def _has_room(self, conversion: Conversion, quick: int) -> bool:
        """Return whether another of its sort may be at work now."""
        return (quick if conversion.urgency < Urgency.BACKGROUND else len(self._working)) < self._workers

    def _place(self, conversion: Conversion, now: float) -> tuple[bool, int, int, int, float]:
        """Return what the document's place in the queue is reckoned by: the lowest goes first."""
        degree = max(0, conversion.urgency - int((now - conversion.since) / AGE_SECONDS))
        at_work = sum(other.caller == conversion.caller for other in self._working)
        return not conversion.losses, degree, at_work, self._turns.get(conversion.caller, 0), conversion.since

    def _give_turn(self, caller: str) -> None:
        self._turn += 1
        if len(self._turns) >= MOST_CALLERS:
            self._turns.clear()
        self._turns[caller] = self._turn
