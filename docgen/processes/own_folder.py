"""A folder that one process has to itself and locks while it lives; what killed processes left beside it is removed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def claim_folder(folder: Path, prefix: str, remove: Callable[[Path], object]) -> tuple[Path, int]:
    """Create a folder of its own for this process below `folder`, named with `prefix`; return it and its lock.

    `remove` is called with each such folder of a process that is gone, and removes what is in it. Every living process
    holds a lock on its folder; the kernel releases it when the process ends. Raises OSError.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with _door_locked(folder):
        _remove_abandoned(folder, prefix, remove)
        own = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        lock = os.open(own, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return own, lock


def remove_abandoned(folder: Path, prefix: str, remove: Callable[[Path], object]) -> None:
    """Remove what killed processes left below `folder`, as `claim_folder` does, and claim nothing. Raises OSError."""
    if folder.is_dir():
        with _door_locked(folder):
            _remove_abandoned(folder, prefix, remove)


@contextlib.contextmanager
def _door_locked(folder: Path) -> Iterator[None]:
    """Hold the lock under which folders come and go, so that nobody removes one that is about to be locked."""
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
    finally:
        os.close(door)


def _remove_abandoned(folder: Path, prefix: str, remove: Callable[[Path], object]) -> None:
    for other in folder.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            lock = os.open(other, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(other)
                other.rmdir()
            finally:
                os.close(lock)
