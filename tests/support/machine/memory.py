"""What lies in the memory of processes, the freed included, as the kernel shows it to root."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_MAP = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(\S*)")


def family(pid: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    pids = [pid]
    for above in pids:
        pids += [child for child, parent in parents.items() if parent == above]
    return pids


def count_in_memory(pid: int, words: Iterable[bytes]) -> int:
    """How many times one of the words stands in what a process may read of its memory."""
    pattern, count = re.compile(b"|".join(map(re.escape, words))), 0
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            area = _MAP.match(line)
            if area is None or area[3] in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue
            with suppress(OSError):
                memory.seek(int(area[1], 16))
                data = memory.read(int(area[2], 16) - int(area[1], 16))
                count += len(pattern.findall(data))
    return count
