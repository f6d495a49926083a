"""By what name a process takes work, and when that work is free for others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from docgen.processes.names import has_ended, pid_of, process_name

pytestmark = pytest.mark.slow

PROGRAM = "from docgen.processes.names import process_name; print(process_name(), flush=True); input()"
# A program of one thread: pytest has several, and none may fork then.
FORKING = """
import os
from docgen.processes.names import process_name
mine = process_name()
child = os.fork()
if child:
    os.waitpid(child, 0)
    print(mine)
else:
    print(os.getpid(), process_name(), flush=True)
"""


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process of this machine, and its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_process_has_ended_when_it_was_killed(other: tuple[subprocess.Popen[str], str]) -> None:
    """While it lives its work is its own; as soon as it is gone, the work is free."""
    process, name = other
    assert name.startswith(f"{socket.gethostname()}:{process.pid}:")
    assert not has_ended(name)
    process.kill()
    process.wait()
    assert has_ended(name)


def test_a_process_with_the_number_of_a_dead_one_is_not_taken_for_it(other: tuple[subprocess.Popen[str], str]) -> None:
    """A container that starts anew is process 1 again: what the one before left is free at once, not after a lease."""
    _, name = other
    assert has_ended(name.rpartition("-")[0] + "-1")
    assert has_ended(process_name().rpartition("-")[0] + "-1")
    assert not has_ended(process_name())


def test_a_machine_with_the_same_host_name_is_another_one(other: tuple[subprocess.Popen[str], str]) -> None:
    """Of another boot nothing is known, whether a process of that number runs here or not: the lease decides."""
    process, name = other
    elsewhere = name.rpartition(":")[0] + ":00000000-1"
    assert not has_ended(elsewhere)
    process.kill()
    process.wait()
    assert not has_ended(elsewhere)
    assert not has_ended(process_name().rpartition(":")[0] + ":00000000-1")


def test_names_of_earlier_versions_are_read(other: tuple[subprocess.Popen[str], str]) -> None:
    """Host and number alone: free when no such process runs, or when it is the one that asks."""
    process, _ = other
    assert not has_ended(f"{socket.gethostname()}:{process.pid}")
    assert has_ended(f"{socket.gethostname()}:{os.getpid()}")
    process.kill()
    process.wait()
    assert has_ended(f"{socket.gethostname()}:{process.pid}")


def test_only_a_process_that_runs_here_is_found_by_its_name(other: tuple[subprocess.Popen[str], str]) -> None:
    """A name leads to its process while that lives: not to one that has its id now, that is dead, or is elsewhere."""
    process, name = other
    assert pid_of(name) == process.pid
    assert pid_of(name.replace(f":{process.pid}:", f":{os.getpid()}:")) is None
    assert pid_of(f"{socket.gethostname()}:{process.pid}") is None
    assert pid_of(name.replace(socket.gethostname(), "ruang-lain")) is None
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert pid_of(name) is None  # dead, though nobody has asked yet how it ended


def test_of_other_machines_nothing_is_known() -> None:
    """Work of another host, and of nobody, is free when its lease says so, never sooner."""
    assert not has_ended("ruang-lain:1:1f0c9a2e-1")
    assert not has_ended("")


def test_a_forked_process_has_a_name_of_its_own() -> None:
    """A child that was forked does not work under its parent's name."""
    printed = subprocess.run(
        [sys.executable, "-c", FORKING], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    child, theirs, mine = printed.split()
    assert theirs != mine
    assert theirs.startswith(f"{socket.gethostname()}:{child}:")
