"""A child that a hostile file has taken over reaches nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docgen.foreign import ChildPool
from docgen.foreign.process import PACKAGES, SOURCE
from docgen.libreoffice import sandbox
from docgen.libreoffice.confine import FULL, landlock_version
from docgen.libreoffice.sandbox import confined_python, environment, network_prefix
from docgen.libreoffice.syscalls import supports_seccomp
from tests.support.hostile import small_pdfs as hostile

ATTACKER = Path(__file__).with_name("attacker.py")
complete = pytest.mark.skipif(
    landlock_version() < FULL or not network_prefix() or not supports_seccomp(),
    reason="this machine cannot close the room",
)


# What this machine may refuse to everybody, whatever room they are in.
REFUSED_TO_ALL = {"new user", "trace the service"} | ({"owner"} if os.getuid() else set())


@contextmanager
def attackable(folder: Path, service: int, *, as_child: bool) -> Iterator[tuple[str, str]]:
    """What an attacker tries, as its arguments; a database's socket and a port of this machine are open meanwhile."""
    secret, path = folder / "secret.key", str(folder / "s")
    secret.write_text("jangan dibaca")
    known = (str(secret), "/etc/shadow", "/etc/hostname", "/root/.bashrc", str(SOURCE / "pyproject.toml"))
    code = SOURCE / "docgen" if as_child else folder
    with socket.socket(socket.AF_UNIX) as database, socket.create_server(("127.0.0.1", 0)) as server:
        database.bind(path)
        database.listen()
        targets = {
            "as_child": as_child,
            "files": [file for file in known if os.access(file, os.R_OK)],
            "folder": str(folder),
            "elsewhere": str(
                Path(tempfile.gettempdir()) / f"docgen-attack-{os.getpid()}" if as_child else folder / "x"
            ),
            "code": str(code),
            "secret": str(secret),
            "service": service,
            "port": server.getsockname()[1],
            "socket": path,
        }
        yield str(SOURCE), json.dumps(targets)


@complete
def test_a_child_that_was_taken_over_reaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads no file of the service or the machine, writes none, sends nothing, starts nothing, and hurts nobody."""
    monkeypatch.setenv("DOCGEN_SECRET_KEY", "jangan-bocor")
    with attackable(tmp_path, os.getpid(), as_child=True) as arguments:
        readable = [*(SOURCE / name for name in PACKAGES), ATTACKER.parent]
        command = confined_python([str(ATTACKER), *arguments], readable)
        answer = subprocess.run(command, env=environment(tmp_path), cwd="/", capture_output=True, text=True, timeout=60)
    outcome = json.loads(answer.stdout)
    assert {name: said for name, said in outcome.items() if said} == {}
    assert len(outcome) > 25
    assert (tmp_path / "secret.key").read_text() == "jangan dibaca"


def test_the_attacker_succeeds_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof above is worth something: without the room the very same attempts are let through."""
    monkeypatch.setenv("DOCGEN_SECRET_KEY", "jangan-bocor")
    with subprocess.Popen(["sleep", "60"]) as service:
        try:
            with attackable(tmp_path, service.pid, as_child=False) as arguments:
                command = [sys.executable, "-B", str(ATTACKER), *arguments]
                answer = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60)
        finally:
            service.kill()
    outcome = json.loads(answer.stdout)
    refused = {name: said for name, said in outcome.items() if not said.startswith("reached: ")}
    assert refused == dict.fromkeys(refused.keys() & REFUSED_TO_ALL, "")


def test_what_the_kernel_cannot_take_from_a_child_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel or a machine without a known filter of calls says so in a sentence; a full one says nothing of it."""
    monkeypatch.setattr(sandbox, "supports_seccomp", lambda: False)
    sandbox.missing_protections.cache_clear()
    try:
        assert any("seccomp" in sentence for sentence in sandbox.missing_protections())
    finally:
        sandbox.missing_protections.cache_clear()


def test_a_child_goes_first_where_memory_runs_out() -> None:
    """Linux ends the opener of a hostile file before the service and its database."""
    reader = ChildPool()
    try:
        reader.call("page_count", hostile.plain())
        [child] = reader.processes("page")
        own = int(Path("/proc/self/oom_score_adj").read_text())
        assert int(Path(f"/proc/{child}/oom_score_adj").read_text()) > own
    finally:
        reader.close()


def test_strangers_files_yield_to_everybody_elses() -> None:
    """The child of a stranger's file runs only where nobody else wants the processor, and there is one of them."""
    reader = ChildPool()
    try:
        reader.call("page_count", hostile.plain(), lane="stranger")
        reader.call("page_count", hostile.plain(), lane="page")
        [stranger], [page] = reader.processes("stranger"), reader.processes("page")
        assert os.getpriority(os.PRIO_PROCESS, stranger) - os.getpriority(os.PRIO_PROCESS, page) >= 10
    finally:
        reader.close()
