"""Free space on the disks of this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ENOUGH = 500 * 1024 * 1024  # bytes that must be free before new work begins
FEWEST_INODES = 20_000  # files that must still find room: some 2,000 letters
SMALL = 8  # on a small disk, this fraction (an eighth) is enough


def free_space(folder: Path) -> int:
    """Return how many bytes are free for us on the disk of a folder. Raises OSError when the folder does not exist."""
    return shutil.disk_usage(folder).free


def shortage(folder: Path) -> int | None:
    """Return the free bytes on the disk of a folder if they are too few to begin new work, else None.

    Raises OSError when the folder does not exist.
    """
    usage = shutil.disk_usage(folder)
    return usage.free if usage.free < min(ENOUGH, usage.total // SMALL) else None


def inode_shortage(folder: Path) -> int | None:
    """Return how many files still find room on the disk of a folder if they are too few, else None.

    A disk that knows no such limit has no shortage. Raises OSError when the folder does not exist.
    """
    state = os.statvfs(folder)
    is_short = state.f_files > 0 and state.f_favail < min(FEWEST_INODES, state.f_files // SMALL)
    return state.f_favail if is_short else None
