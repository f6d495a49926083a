"""What letters leave behind: rows, bytes, objects and inodes of each, and what checks, backups and a rebuild take.

`python -m benchmarks.office_year --json FILE` fills an office with letters and their files, a folder store and SQLite,
and runs the commands an operator runs. Peaks of memory at two sizes show whether they grow with the archive.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from benchmarks.measured import machine, write_json
from benchmarks.memory import KIB, PROC, field_of
from benchmarks.seed import seed
from benchmarks.service import DOCGEN, data_folder
from benchmarks.table_sizes import table_sizes
from docgen.desk import open_desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.setup import initialise
from docgen.settings import read_settings

BLOCK = 512  # bytes, of st_blocks
SORTS = ("pdf", "docx", "record.json", "jsonl")
LOOK_SECONDS = 0.05


def measure_office(letters: int) -> dict[str, Any]:
    """Return what so many letters take: catalogue, objects, and the commands."""
    with data_folder() as folder:
        env = os.environ | {"DOCGEN_DATA": str(folder)}
        with closing(open_desk(read_settings(env), warm=False)) as desk:
            desk.store.prepare()
            initialise(desk, demo=True)
            count = seed(desk, letters, files=True)
            keep_mirror(desk)
            tables = table_sizes(desk.catalogue)
        backup = folder / "backup.jsonl.gz"
        commands = {
            "verify": run_command(env, "archive", "verify", "--json"),
            "backup": run_command(env, "archive", "backup", str(backup), "--json"),
            "rebuild": run_command(env, "archive", "rebuild", "--replace", "--json"),
        }
        commands["backup"]["bytes"] = backup.stat().st_size
        return {"letters": count, "tables": tables, "objects": objects(folder / "objects"), "commands": commands}


def objects(folder: Path) -> dict[str, Any]:
    """Return objects, bytes, bytes on disk and inodes of a folder store, and the objects and bytes of each sort."""
    sorts: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for place, _, names in os.walk(folder):
        total["inodes"] += 1 + len(names)
        for name in names:
            state = (Path(place) / name).stat()
            sort = next((sort for sort in SORTS if name.endswith(sort)), "others")
            sorts[sort].update(objects=1, bytes=state.st_size)
            total.update(objects=1, bytes=state.st_size, on_disk=state.st_blocks * BLOCK)
    return {**total, "sorts": {sort: dict(amounts) for sort, amounts in sorted(sorts.items())}}


def run_command(env: Mapping[str, str], *arguments: str) -> dict[str, float]:
    """Run `docgen` and return its seconds, seconds of processor, and peak of memory in MB. Raises RuntimeError."""
    begun = time.perf_counter()
    process = subprocess.Popen([DOCGEN, *arguments], env=dict(env), stdout=subprocess.DEVNULL)
    status, peak = PROC / str(process.pid) / "status", 0
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        with suppress(OSError):
            peak = max(peak, field_of(status, "VmHWM:"))  # what ru_maxrss says is this process' before it became docgen
        time.sleep(LOOK_SECONDS)
    _, code, usage = ended
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise RuntimeError(f"docgen {' '.join(arguments)} ended with {process.returncode}")
    return {
        "seconds": round(time.perf_counter() - begun, 2),
        "processor": round(usage.ru_utime + usage.ru_stime, 2),
        "peak": round(peak * KIB, 1),
    }


def main() -> None:
    """Measure both sizes, and write them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.office_year", description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--fewer", type=int, default=2_000, help="the other size, for peaks of memory")
    parser.add_argument("--json", type=Path, required=True, help="write everything measured into this file")
    options = parser.parse_args()
    offices = [measure_office(letters) for letters in (options.fewer, options.letters)]
    write_json(options.json, {"machine": machine(), "offices": offices})


if __name__ == "__main__":
    main()
