"""Call a service as an office does: each call comes when it comes, whether the one before was answered or not.

A loop that waits for each answer before it asks again slows down with the service, and hides what everybody else would
have waited meanwhile. So a call's time counts from when it was due.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from benchmarks.caller import CallFailed
from benchmarks.timing import percentile

LATE_SECONDS = 60.0  # a call that has waited longer for its turn is given up, so that an overload ends
WORDS_OF_ERROR = 160
SPREAD = {"p50": 50, "p95": 95, "p99": 99, "max": 100}

Client = TypeVar("Client")


@dataclass
class Times:
    """What became of the calls of one sort: seconds of those answered, and how often which error came."""

    seconds: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Times) -> None:
        """Count those of another part of the run as well."""
        self.seconds += other.seconds
        for error, count in other.errors.items():
            self.errors[error] += count

    @property
    def failed(self) -> int:
        """Return how many failed."""
        return sum(self.errors.values())

    @property
    def count(self) -> int:
        """Return how many there were."""
        return len(self.seconds) + self.failed

    def summary(self) -> dict[str, Any]:
        """Return counts, milliseconds and errors as JSON; without an answer there are no milliseconds."""
        spread = {name: percentile(self.seconds, percent) for name, percent in SPREAD.items()} if self.seconds else {}
        shown = {name: round(seconds * 1000, 2) for name, seconds in spread.items()}
        return {"answered": len(self.seconds), "failed": self.failed, **shown, "errors": dict(self.errors)}


@dataclass(frozen=True)
class Sort(Generic[Client]):
    """A sort of call, its share of all (any unit), and how a client makes one. Raises CallFailed."""

    name: str
    share: float
    call: Callable[[Client], object]


def drive(
    sorts: Sequence[Sort[Client]],
    clients: Sequence[Client],
    rate: float,
    goes_on: Callable[[], bool],
    chance: random.Random,
) -> Mapping[str, Times]:
    """Make `rate` calls a second, at random times (Poisson), while `goes_on`; return what became of them by sort.

    As many are in work at once as there are clients; others wait, and their wait counts.
    """
    free: SimpleQueue[Client] = SimpleQueue()
    for client in clients:
        free.put(client)
    times: dict[str, Times] = {sort.name: Times() for sort in sorts}
    shares = [sort.share for sort in sorts]

    def make(sort: Sort[Client], due: float) -> None:
        mine = times[sort.name]
        client = free.get()
        try:
            if time.monotonic() - due > LATE_SECONDS:
                raise CallFailed("given up before it was sent")
            sort.call(client)
            mine.seconds.append(time.monotonic() - due)
        except CallFailed as error:
            mine.errors[str(error)[:WORDS_OF_ERROR]] += 1
        finally:
            free.put(client)

    with ThreadPoolExecutor(len(clients)) as pool:
        tasks = [pool.submit(make, chance.choices(sorts, shares)[0], due) for due in arrivals(rate, goes_on, chance)]
    for task in tasks:
        task.result()
    return times


def arrivals(rate: float, goes_on: Callable[[], bool], chance: random.Random) -> Iterator[float]:
    """Yield the time of each arrival, on the monotonic clock, when it has come."""
    due = time.monotonic()
    while goes_on():
        due += chance.expovariate(rate)
        while (wait := due - time.monotonic()) > 0 and goes_on():
            time.sleep(min(wait, 0.25))
        if goes_on():
            yield due
