"""A look at the processes of this machine, through /proc."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def command_lines() -> dict[int, str]:
    """Every living process with its command line; the dead that nobody has buried yet have none."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return {pid: line for pid, line in found.items() if line}


def offices(folder: Path) -> list[int]:
    """The LibreOffice processes whose profile lies below `folder`."""
    return sorted(pid for pid, line in command_lines().items() if "soffice" in line and f"{folder}/" in line)


def offices_themselves(folder: Path) -> list[int]:
    """The same without their helpers."""
    return [pid for pid in offices(folder) if "-env:UserInstallation" in command_lines().get(pid, "")]


def at_work(folder: Path) -> list[Path]:
    """The workers below `folder` that have a document just now."""
    return [worker for worker in folder.glob("pool-*/*") if (worker / "work" / "naskah.docx").exists()]


def busy_office(folder: Path) -> int:
    """The LibreOffice whose helper has been given a document just now."""
    found: list[int] = []

    def look() -> bool:
        for worker in at_work(folder):
            found.extend(offices_themselves(worker))
        return bool(found)

    wait_until(look, every=0.002)
    return found[0]


def send(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to those that still live."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def wait_until(true: Callable[[], bool], *, seconds: float = 60.0, every: float = 0.05) -> None:
    """Wait for something that is bound to come; fail if it does not."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(every)
