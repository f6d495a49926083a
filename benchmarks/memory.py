"""Memory of the service and of all its processes, from /proc (Linux)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.service import Service

PROC = Path("/proc")
OFFICE = ("soffice.bin", "oosplash")
KIB = 1024 / 1_000_000  # of /proc's kB, in MB
FORGET_PEAK = "5"  # to clear_refs, see proc_pid_clear_refs(5)


@dataclass(frozen=True)
class Memory:
    """MB of the service's own processes (the helpers beside LibreOffice among them), and of its LibreOffices."""

    own: float
    office: float


def measure_memory(service: Service, when: str) -> dict[str, float]:
    """What the processes hold now, in MB; memory that several of them share is counted once (PSS)."""
    found = _sum(service.process, "smaps_rollup", "Pss:")
    return {f"memory.{when}": found.own + found.office, f"memory.{when}.own": found.own}


def reset_peak(process: int) -> None:
    """Forget the peaks up to now, of a process and all below it."""
    for folder in family(process):
        (folder / "clear_refs").write_text(FORGET_PEAK)


def peak(process: int) -> Memory:
    """The sum of the peaks (VmHWM) of a process and all below it, in MB; an upper bound, as peaks need not meet.

    What a process shares with others now (Rss less Pss) is counted once.
    """
    peaks = _sum(process, "status", "VmHWM:")
    resident, own = _sum(process, "smaps_rollup", "Rss:"), _sum(process, "smaps_rollup", "Pss:")
    return Memory(peaks.own - resident.own + own.own, peaks.office - resident.office + own.office)


def _sum(process: int, file: str, field: str) -> Memory:
    own = office = 0.0
    for folder in family(process):
        try:
            size = field_of(folder / file, field) * KIB
            name = (folder / "comm").read_text().strip()
        except OSError:  # it has just ended
            continue
        if name in OFFICE:
            office += size
        else:
            own += size
    return Memory(own, office)


def field_of(file: Path, field: str) -> int:
    """Return the number of a line of a file of /proc, 0 without such a line. Raises OSError."""
    return next((int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith(field)), 0)


def family(process: int) -> Iterator[Path]:
    """Yield the folders below /proc of a process and all below it."""
    folder = PROC / str(process)
    yield folder
    try:
        tasks = list((folder / "task").iterdir())
    except OSError:  # it has just ended
        return
    for task in tasks:
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))
