"""Name this process, as the owner of work that it takes, and find out whether the process of such a name still runs.

Process ids are used again: in a container every start is process 1 of the same host. So the name holds the moment the
process started, too, as the kernel counts it.
"""

from __future__ import annotations

import os
import secrets
import socket
from functools import cache
from pathlib import Path

_LINUX = Path("/proc/self/stat").exists()


def process_name() -> str:
    """Return the name of this process: host, process id and start, `ruang-server:4711:1f0c9a2e-88213`."""
    return _named(os.getpid())  # not once at import: a forked process has a name of its own


def has_ended(name: str) -> bool:
    """Return whether the process of this name ran on this machine and is gone; False where that cannot be known.

    A name of another boot gives False, because another machine may have the same host name. A suffix after another
    colon, which names one piece of work, is ignored.
    """
    host, pid, start, *_ = [*name.split(":"), "", ""]
    if host != socket.gethostname() or not pid.isdecimal() or f"{host}:{pid}:{start}" == process_name():
        return False
    if start and _LINUX and _boot_of(start) != _boot_of(_start_of(os.getpid())):
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    else:
        if int(pid) == os.getpid():
            return True  # this very process has the id now, under another name
    return bool(start and _LINUX and start != _start_of(int(pid)))


def pid_of(name: str) -> int | None:
    """Return the id of the process of this name; None where it does not run here and now, or that cannot be known."""
    host, pid, start, *_ = [*name.split(":"), "", ""]
    if host != socket.gethostname() or not pid.isdecimal() or not start or _start_of(int(pid)) != start:
        return None
    return None if _is_zombie(int(pid)) else int(pid)


@cache
def _named(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_start_of(pid) or secrets.token_hex(6)}"


def _start_of(pid: int) -> str:
    """Return when a process started: which boot, and clock ticks since; "" where the kernel does not say."""
    try:
        ticks = _stat_of(pid)[19]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except (OSError, IndexError):
        return ""
    return f"{boot}-{ticks}"


def _is_zombie(pid: int) -> bool:
    """Return whether a process has ended, and nobody has asked yet how."""
    try:
        return _stat_of(pid)[0] == "Z"
    except OSError:
        return True


def _stat_of(pid: int) -> list[str]:
    """Return what the kernel says of a process behind its name: state, parent … (proc(5)). Raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _boot_of(start: str) -> str:
    return start.partition("-")[0]
