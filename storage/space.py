"""Free space on the disks of this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

ENOUGH = 500 * 1024 * 1024  # bytes that must be free before new work begins
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
