"""Metrics of a service of several processes: each writes its own files in one folder, and whoever is asked reads all.

The files of a process are named for its role, so that one that was killed goes on where it was: nothing that counts
falls back, and there are never more files than roles.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library asks the environment
_GAUGES = "gauge_*_{role}.db"


def share_metrics(folder: Path, role: str) -> None:
    """Have this process write its metrics into a folder, as the only one of its role. Call it before any is declared.

    What it was at work on when it was killed is over. Raises OSError.
    """
    folder.mkdir(exist_ok=True, mode=0o700)
    for path in folder.glob(_GAUGES.format(role=role)):
        path.unlink(missing_ok=True)
    os.environ[_FOLDER] = str(folder)

    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(lambda: role)  # type: ignore[no-untyped-call]


def shared_folder() -> Path | None:
    """Return the folder into which this process writes its metrics; None when it has them in memory, for it alone."""
    folder = os.environ.get(_FOLDER)
    return Path(folder) if folder else None


def files_of(folder: Path, roles: Collection[str]) -> list[str]:
    """Return the paths of all files there; gauges only of processes that run, by role."""
    running = {path for role in roles for path in folder.glob(_GAUGES.format(role=role))}
    return [str(path) for path in sorted(folder.glob("*.db")) if not path.name.startswith("gauge_") or path in running]
