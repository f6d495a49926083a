"""Processor time of the service by part, from /proc (Linux): LibreOffice, the helpers that drive it, and Python."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

from benchmarks.memory import OFFICE, family
from benchmarks.service import Service

PARTS = ("office", "helper", "python")
_TICKS = os.sysconf("SC_CLK_TCK")
_HELPER = b"libreoffice/helper.py"


def measure_cpu(service: Service, name: str, letters: int, work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Do the work; return its figures, and the seconds of processor time of each of its `letters`, by part.

    They are `cpu.{name}` and `cpu.{name}.{part}`. What a process did that began or ended meanwhile counts for Python
    only where its parent waited for it.
    """
    before = seconds_by_part(service.process)
    figures = work()
    spent = seconds_by_part(service.process)
    parts = {part: max(0.0, spent[part] - before[part]) / letters for part in PARTS}
    own = {f"cpu.{name}.{part}": seconds for part, seconds in parts.items()}
    return {**figures, f"cpu.{name}": sum(parts.values()), **own}


def seconds_by_part(process: int) -> Counter[str]:
    """Return the seconds so far of a process and all below it, by part."""
    seconds: Counter[str] = Counter()
    for folder in family(process):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            name, command = (folder / "comm").read_text().strip(), (folder / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        part = "office" if name in OFFICE else "helper" if _HELPER in command else "python"
        seconds[part] += sum(map(int, fields[11 : 15 if part == "python" else 13])) / _TICKS
    return seconds
