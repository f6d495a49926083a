"""How long a piece of work takes."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def timed(work: Callable[[], object]) -> float:
    """Seconds a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median(work: Callable[[], object], times: int, warm: int = 0) -> float:
    """Median seconds of work that is done `times` times, after `warm` times that do not count."""
    for _ in range(warm):
        work()
    return statistics.median(timed(work) for _ in range(times))


def rate(workers: Sequence[Callable[[int], object]], count: int) -> float:
    """Pieces of work a second when each worker takes the next of `count` as soon as it is free."""
    numbers = iter(range(count))  # next() of an iterator over a range is one step: safe between threads

    def drain(work: Callable[[int], object]) -> None:
        for number in numbers:
            work(number)

    with ThreadPoolExecutor(len(workers)) as pool:
        seconds = timed(lambda: list(pool.map(drain, workers)))
    return count / seconds


def percentile(seconds: Sequence[float], percent: float) -> float:
    """The smallest of the measured values that `percent` of them do not exceed (nearest rank)."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
