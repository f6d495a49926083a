"""Room on the disks of this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

ENOUGH = 500 * 1024 * 1024  # bytes that are to be free before anything new is begun
SMALL = 8  # of a disk that is small, this part is enough


def free_space(folder: Path) -> int:
    """Return how many bytes are free for us on the disk of a folder. Raises OSError when it is not there."""
    return shutil.disk_usage(folder).free


def shortage(folder: Path) -> int | None:
    """Return how many bytes are free on the disk of a folder when that is too little to begin anything new, else None.

    Raises OSError when the folder is not there.
    """
    usage = shutil.disk_usage(folder)
    return usage.free if usage.free < min(ENOUGH, usage.total // SMALL) else None
