"""A folder that one process has to itself and locks while it lives; what killed processes left beside it is removed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def claim_folder(folder: Path, prefix: str, remove: Callable[[Path], object]) -> tuple[Path, int]:
    """Create a folder of its own for this process below `folder`, named with `prefix`; return it and its lock.

    `remove` is called with each such folder of a process that is gone, and removes what is in it. Every living process
    holds a lock on its folder; the kernel releases it when the process ends. Raises OSError.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        for other in folder.glob(f"{prefix}*"):
            _remove_if_abandoned(other, remove)
        own = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        lock = os.open(own, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        os.close(door)
    return own, lock


def _remove_if_abandoned(other: Path, remove: Callable[[Path], object]) -> None:
    with contextlib.suppress(OSError):
        lock = os.open(other, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(other)
            other.rmdir()
        finally:
            os.close(lock)
