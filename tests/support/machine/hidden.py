"""Run a command on a machine that lacks something: folders are hidden from it, or its disk is small."""

from __future__ import annotations

import os
from pathlib import Path


def without_folders(*folders: Path) -> tuple[str, ...]:
    """Return what to put before a command, so that it and its children find these folders empty."""
    mounts = " && ".join(f"mount -t tmpfs none '{folder}'" for folder in folders if folder.is_dir())
    return (*_own_mounts(), "sh", "-c", f'{mounts} && exec "$@"', "sh")


def on_full_disk(folder: Path, megabytes: int) -> tuple[str, ...]:
    """Return what to put before a command, so that a folder lies for it, with all that is in it, on a small disk that
    is full but for 200 KB."""
    script = f"""
    mkdir '{folder}.copy' && mount -t tmpfs -o size={megabytes}m,mode=700 none '{folder}.copy' &&
    cp -a '{folder}/.' '{folder}.copy' && mount --move '{folder}.copy' '{folder}' && rmdir '{folder}.copy' &&
    free=$(df --output=avail -k '{folder}' | tail -n 1) &&
    head -c $(( (free - 200) * 1024 )) /dev/zero > '{folder}/filler' && exec "$@"
    """
    return (*_own_mounts(), "sh", "-c", script, "sh")


def _own_mounts() -> tuple[str, ...]:
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return ("unshare", *user, "--mount", "--propagation", "private")
