"""Who starts the processes of a service, starts them anew, and stops them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machine.libreoffices import send, wait_until

# Two groups of a process each, which note in a folder that they run, and how they were told to end.
SUPERVISOR = """
import sys
from docgen.processes.supervisor import ServiceProcess, supervise
script, folder = sys.argv[1:]
first, last = (ServiceProcess(role, [sys.executable, "-c", script, folder, role]) for role in ("first", "last"))
supervise([[first], [last]], lambda: print("stopping", flush=True))
"""
PROCESS = """
import os, signal, sys
from pathlib import Path
folder, role = Path(sys.argv[1]), sys.argv[2]
def end(*_):
    with (folder / "ended").open("a") as ended:
        ended.write(role + " ")
    if role == "first" or (folder / "ended").read_text().count(role) == 2:
        sys.exit(0)
signal.signal(signal.SIGTERM, end)
(folder / role).write_text(str(os.getpid()))
while True:
    signal.pause()
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor with two processes, the last of which ends at the second SIGTERM only."""
    command = [sys.executable, "-c", SUPERVISOR, PROCESS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        wait_until(lambda: all(pid_of(tmp_path / role) for role in ("first", "last")))
        yield process
        process.kill()
        send([pid for role in ("first", "last") if (pid := pid_of(tmp_path / role))], signal.SIGKILL)


def pid_of(path: Path) -> int:
    """The process that has noted itself, 0 while none has."""
    return int(path.read_text() or 0) if path.exists() else 0


def test_a_second_signal_ends_all_at_once(supervisor: subprocess.Popen[str], tmp_path: Path) -> None:
    """A killed process is started again. At a signal the last group is stopped first and waited for; a second signal
    waits for nothing, and starts nothing anew.
    """
    killed = pid_of(tmp_path / "first")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: pid_of(tmp_path / "first") not in (0, killed))
    supervisor.terminate()
    wait_until(lambda: (tmp_path / "ended").exists() and (tmp_path / "ended").read_text() == "last ")
    supervisor.terminate()
    assert supervisor.wait(30) == 0
    assert sorted((tmp_path / "ended").read_text().split()) == ["first", "last", "last"]
