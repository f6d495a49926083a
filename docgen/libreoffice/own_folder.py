"""Create and lock the folder of one pool, and remove the folders of killed pools."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path

from docgen.libreoffice.worker import remove_worker


def claim_folder(folder: Path) -> tuple[Path, int]:
    """Create this pool's folder, lock it, and remove those of killed pools.

    Every living pool holds a lock on its folder; the kernel releases it when the process ends.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        for other in folder.glob("pool-*"):
            _remove_if_abandoned(other)
        own = Path(tempfile.mkdtemp(prefix="pool-", dir=folder))
        lock = os.open(own, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        os.close(door)
    return own, lock


def _remove_if_abandoned(other: Path) -> None:
    with contextlib.suppress(OSError):
        lock = os.open(other, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for worker in other.iterdir():
                remove_worker(worker)
            other.rmdir()
        finally:
            os.close(lock)
