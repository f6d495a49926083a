"""The folder that the processes of one running service share: their socket, their counts, and who they are.

The supervisor locks it while it lives. When it is killed the others go on, and the next service on the same data ends
them before it begins.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from docgen.processes.names import pid_of, process_name
from docgen.processes.own_folder import claim_folder, remove_abandoned

log = logging.getLogger("docgen.processes")

CONVERTER = "converter"  # the role of the process that has the LibreOffices, and its socket
BACKGROUND = "background"  # the role of the one that does what no caller waits for; the others answer callers
METRICS = "metrics"  # the folder in which each process counts what it does
COUNTS = "counts.sqlite"  # how often who has called, for all processes
STOP_SECONDS = 45.0  # that a process may take to finish what it has in work, after it was drained
LOOK_SECONDS = 0.05
_PREFIX, _NAMES = "service-", ".name"


@contextmanager
def service_folder(data: Path, drain: float) -> Iterator[Path]:
    """Create the folder of this service below its data, and remove it at the end; `drain` as for `end_leftovers`.

    Raises OSError.
    """
    folder, lock = claim_folder(_folder(data), _PREFIX, partial(_end_processes, drain))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def end_leftovers(data: Path, drain: float) -> None:
    """End the processes of services on this data whose supervisors were killed, in good order. Raises OSError.

    `drain` are the seconds that each goes on before it ends.
    """
    remove_abandoned(_folder(data), _PREFIX, partial(_end_processes, drain))


def note_process(folder: Path, role: str) -> None:
    """Note this process in the folder of its service, so that it is ended when its supervisor cannot. Raises OSError.

    A name is written over that of the process before it in the same role.
    """
    partial = folder / f".{role}"
    partial.write_text(process_name(), encoding="utf-8")
    partial.replace(folder / f"{role}{_NAMES}")


def processes_of(folder: Path) -> dict[str, int]:
    """Return the ids of the processes that are noted in the folder of a service and still run, by role."""
    pids = {path.name.removesuffix(_NAMES): pid_of(path.read_text("utf-8")) for path in folder.glob(f"*{_NAMES}")}
    return {role: pid for role, pid in sorted(pids.items()) if pid is not None}


def _folder(data: Path) -> Path:
    return data / "processes"


def _end_processes(drain: float, folder: Path) -> None:
    """End what is left of a service: what serves callers first, the LibreOffices that the others need last."""
    left = processes_of(folder)
    if left:
        log.warning("The service before was killed; its other processes are ended: %s", ", ".join(left))
    for roles in (left.keys() - {BACKGROUND, CONVERTER}, {BACKGROUND}, {CONVERTER}):
        _end(folder, roles, drain + STOP_SECONDS)
    shutil.rmtree(folder / METRICS, ignore_errors=True)
    for path in folder.iterdir():
        path.unlink()


def _end(folder: Path, roles: Set[str], patience: float) -> None:
    """Have the processes of these roles end, and wait for it; kill what takes longer than `patience` seconds."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, STOP_SECONDS)):
        for role, pid in processes_of(folder).items():
            if role in roles:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        until = time.monotonic() + seconds
        while processes_of(folder).keys() & roles and time.monotonic() <= until:
            time.sleep(LOOK_SECONDS)
