"""What the processes of a service hold while it runs, by role, from /proc (Linux): memory, files, threads, sockets."""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from benchmarks.memory import KIB, OFFICE, family, field_of

MEMORY, UNITS = "MB", ("MB", "files", "threads", "connections", "processes")
WARM_UP = 0.4  # of a run, in which caches fill and LibreOffice reaches its plateau
GROWS = 0.05  # an hour, of what is held: less is called flat
Z_95 = 1.96
_HELPER, _WORKER = "libreoffice/helper.py", "web.process"


@dataclass(frozen=True)
class Sample:
    """What each role held at a time (seconds since the first): `{role: {unit: amount}}`."""

    at: float
    roles: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Slope:
    """How something grows: the amount at the end, growth an hour, and its 95 % interval."""

    amount: float
    an_hour: float
    least: float
    most: float

    @property
    def is_flat(self) -> bool:
        """Return whether it may well be that nothing grows: a leak of one piece in a while is more than this."""
        return self.least <= max(GROWS * self.amount, 1.0)


@dataclass
class Sampler:
    """Samples of processes and all below them, every `interval` seconds."""

    processes: Sequence[int]
    interval: float
    samples: list[Sample] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[Sampler]:
        """Sample while the block runs."""
        end = threading.Event()

        def sample() -> None:
            begun = time.monotonic()
            while not end.is_set():
                self.samples.append(Sample(time.monotonic() - begun, amounts(self.processes)))
                end.wait(self.interval)

        thread = threading.Thread(target=sample, name="samples")
        thread.start()
        try:
            yield self
        finally:
            end.set()
            thread.join()

    def slopes(self) -> dict[str, dict[str, Slope]]:
        """Return how each unit of each role grows after the warm-up; nothing from less than four samples."""
        return slopes(self.samples)


def slopes(samples: Sequence[Sample]) -> dict[str, dict[str, Slope]]:
    """Return the slope of each unit of each role after the warm-up; nothing from less than four samples."""
    warm = [sample for sample in samples if sample.at >= samples[-1].at * WARM_UP]
    if len(warm) < 4:
        return {}
    roles = sorted({role for sample in warm for role in sample.roles})
    return {
        role: {
            unit: slope([(sample.at / 3600, sample.roles.get(role, {}).get(unit, 0.0)) for sample in warm])
            for unit in UNITS
        }
        for role in roles
    }


def slope(points: Sequence[tuple[float, float]]) -> Slope:
    """Return the median of the slopes between any two points (Theil and Sen), which peaks do not move; its interval is
    Sen's, by Kendall's variance. Raises ValueError for less than two points at different times.
    """
    inclines = sorted((right[1] - left[1]) / (right[0] - left[0]) for left, right in combinations(points, 2))
    count = len(points)
    spread = Z_95 * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    first = max(0, math.floor((len(inclines) - spread) / 2))
    last = min(len(inclines) - 1, math.ceil((len(inclines) + spread) / 2))
    amount = statistics.median(value for _, value in points[-max(1, count // 5) :])
    return Slope(amount, statistics.median(inclines), inclines[first], inclines[last])


def amounts(processes: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return what the processes and all below them hold now, summed by role."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for process in processes:
        for folder in family(process):
            try:
                totals[role_of(folder)].update(_amounts(folder))
            except OSError:  # it has just ended
                continue
    return {role: dict(total) for role, total in sorted(totals.items())}


def role_of(folder: Path) -> str:
    """Return what a process of a service does, by its command line. Raises OSError when it has ended."""
    if (folder / "comm").read_text().strip() in OFFICE:
        return "libreoffice"
    words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    if any(_HELPER in word for word in words):
        return "helper"
    if _WORKER in words:
        return words[words.index(_WORKER) + 1].partition("-")[0]
    if "--role" in words:
        return words[words.index("--role") + 1]
    return "service" if "serve" in words else "child"


def _amounts(folder: Path) -> dict[str, float]:
    links = [link for descriptor in (folder / "fd").iterdir() if (link := _target(descriptor))]
    return {
        "MB": field_of(folder / "smaps_rollup", "Pss:") * KIB,
        "files": len(links),
        "threads": field_of(folder / "status", "Threads:"),
        "connections": sum(link.startswith("socket:") for link in links),
        "processes": 1,
    }


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # it was just closed
        return ""
