"""What lies under DOCGEN_DATA is the service's alone: letters, password hashes, webhook secrets."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import stat
import sys
from pathlib import Path

log = logging.getLogger("docgen")

# What the service itself makes there. The folder may be one that others use, too, so its own mode is left alone.
_OURS = ("docgen.sqlite*", "jobs.sqlite*", "objects", "backups", "libreoffice", "secret.key", "archive.key",
         "kinds.checked", "templates.checked", "standings.checked", "kata-sandi-awal.txt")  # fmt: skip
_SET_DUMPABLE = 4  # from <linux/prctl.h>
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def be_private() -> None:
    """Let nothing that this process and its children make from now on be read by other accounts of the machine.

    Nor do they leave their memory, with its keys, on the disk when they crash, and on Linux no other program of the
    same account reads this process' memory. Children that become another program are readable again: they get no key.
    """
    os.umask(_OTHERS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # a core that is piped to a program, as systemd has it, has no limit but this
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def write_private(path: Path, text: str) -> None:
    """Write a new file that no other account may read, whole or not at all.

    Raises FileExistsError when it is there already, OSError.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.sebagian")
    partial.unlink(missing_ok=True)
    try:
        partial.touch(mode=0o600, exist_ok=False)
        partial.write_text(text, encoding="utf-8")
        os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def make_private(data: Path) -> None:
    """Close to other accounts what an earlier version left open; logs what was open, and what cannot be closed."""
    for path in open_to_others(data):
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
            log.info("%s was open to other accounts of this machine and is closed now", path)
        except OSError as error:
            log.warning("%s is open to other accounts of this machine: %s", path, error.strerror)


def own_files(data: Path) -> list[Path]:
    """Return what the service itself made in its folder, without links. Raises OSError."""
    return [path for pattern in _OURS for path in sorted(data.glob(pattern)) if not path.is_symlink()]


def open_to_others(data: Path) -> list[Path]:
    """Return which of them other accounts of this machine may read, write or enter. Raises OSError."""
    return [path for path in own_files(data) if path.stat().st_mode & _OTHERS]
