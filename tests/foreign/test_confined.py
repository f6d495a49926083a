"""A child that a hostile file has taken over reaches nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from docgen.foreign import Reader
from docgen.foreign.process import PACKAGES, SOURCE
from docgen.libreoffice import sandbox
from docgen.libreoffice.confine import FULL, landlock_version
from docgen.libreoffice.sandbox import confined_python, environment, network_prefix
from docgen.libreoffice.syscalls import can_close
from tests.support import hostile

ATTACKER = Path(__file__).with_name("attacker.py")
complete = pytest.mark.skipif(
    landlock_version() < FULL or not network_prefix() or not can_close(), reason="this machine cannot close the room"
)


@complete
def test_a_child_that_was_taken_over_reaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads no file of the service or the machine, writes none, sends nothing, starts nothing, and hurts nobody."""
    monkeypatch.setenv("DOCGEN_SECRET_KEY", "jangan-bocor")
    secret = tmp_path / "secret.key"
    secret.write_text("jangan dibaca")
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as database, socket.create_server(("127.0.0.1", 0)) as server:
        database.bind(path)
        database.listen()
        targets = {
            "files": [str(secret), "/etc/shadow", "/etc/hostname", "/root/.bashrc", str(SOURCE / "pyproject.toml")],
            "folder": str(tmp_path),
            "secret": str(secret),
            "service": os.getpid(),
            "port": server.getsockname()[1],
            "socket": path,
        }
        readable = [*(SOURCE / name for name in PACKAGES), ATTACKER.parent]
        command = confined_python([str(ATTACKER), str(SOURCE), json.dumps(targets)], readable)
        answer = subprocess.run(command, env=environment(tmp_path), cwd="/", capture_output=True, text=True, timeout=60)
    outcome = json.loads(answer.stdout)
    assert {name: said for name, said in outcome.items() if said} == {}
    assert len(outcome) > 25
    assert secret.read_text() == "jangan dibaca"


@complete
def test_the_attacker_would_succeed_outside(tmp_path: Path) -> None:
    """The proof above is worth something: without the room the same calls are let through."""
    script = "import os; os.utime(__import__('sys').argv[1], (1, 1)); os.kill(os.getppid(), 0); print('reached')"
    file = tmp_path / "x"
    file.touch()
    answer = subprocess.run(["python3", "-c", script, str(file)], capture_output=True, text=True, timeout=30)
    assert answer.stdout == "reached\n"


def test_what_the_kernel_cannot_take_from_a_child_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel or a machine without a known filter of calls says so in a sentence; a full one says nothing of it."""
    monkeypatch.setattr(sandbox, "can_close", lambda: False)
    sandbox.gaps.cache_clear()
    try:
        assert any("seccomp" in sentence for sentence in sandbox.gaps())
    finally:
        sandbox.gaps.cache_clear()


def test_a_child_goes_first_where_memory_runs_out() -> None:
    """Linux ends the opener of a hostile file before the service and its database."""
    reader = Reader()
    try:
        reader.call("page_count", hostile.plain())
        [child] = reader.processes("page")
        own = int(Path("/proc/self/oom_score_adj").read_text())
        assert int(Path(f"/proc/{child}/oom_score_adj").read_text()) > own
    finally:
        reader.close()


def test_strangers_files_yield_to_everybody_elses() -> None:
    """The child of a stranger's file runs only where nobody else wants the processor, and there is one of them."""
    reader = Reader()
    try:
        reader.call("page_count", hostile.plain(), lane="stranger")
        reader.call("page_count", hostile.plain(), lane="page")
        [stranger], [page] = reader.processes("stranger"), reader.processes("page")
        assert os.getpriority(os.PRIO_PROCESS, stranger) - os.getpriority(os.PRIO_PROCESS, page) >= 10
    finally:
        reader.close()
