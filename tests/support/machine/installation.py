"""An installation as an operator has it: settings in an environment, commands, a service to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import answers
from tests.support.machine.libreoffices import wait_until

PROGRAMS = Path(sys.executable).parent
DOCGEN = PROGRAMS / "docgen"
FIRST_ANSWER = 120.0  # seconds


def plain_environment(data: Path, port: int, **settings: str) -> dict[str, str]:
    """Return the environment of an installation: nothing of this process' own settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "PG"))}
    path = f"{PROGRAMS}:{os.environ['PATH']}"
    return {
        **own,
        "PATH": path,
        "DOCGEN_DATA": str(data),
        "DOCGEN_PORT": str(port),
        "DOCGEN_PROCESSES": "1",
        **settings,
    }


@dataclass
class RunningInstallation:
    """An installation whose settings are `environment`."""

    environment: dict[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        return Path(self.environment["DOCGEN_DATA"])

    @property
    def url(self) -> str:
        """Where the service itself listens."""
        return f"http://127.0.0.1:{self.environment['DOCGEN_PORT']}"

    def start(self, *options: str) -> None:
        """Start the service and wait until it is ready."""
        with self.log.open("ab") as log:
            command = [DOCGEN, "serve", *options]
            self._process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        wait_until(lambda: answers(f"{self.url}/readyz"), seconds=FIRST_ANSWER)

    def stop(self) -> None:
        """Stop the service where it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(90)
            self._process = None

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command of docgen, with other settings where named, and return how it ended."""
        return subprocess.run(
            [DOCGEN, *arguments], env={**self.environment, **settings}, capture_output=True, text=True, timeout=300
        )

    def must(self, *arguments: str, **settings: str) -> str:
        """Run a command of docgen that succeeds, and return what it prints."""
        result = self.run(*arguments, **settings)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def doctor(self, *before: str, **settings: str) -> list[dict[str, Any]]:
        """Return what `docgen doctor --json` finds; `before` is a command that runs it, `settings` are other ones."""
        environment = {**self.environment, **settings}
        command: Sequence[str] = [*before, str(DOCGEN), "doctor", "--json"]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert result.stderr == "", result.stderr
        results: list[dict[str, Any]] = json.loads(result.stdout)
        assert result.returncode == (0 if all(line["ok"] for line in results) else 1)
        return results


def wrong(results: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return what is wrong: the message of each check that failed."""
    return {line["check"]: line["message"] for line in results if not line["ok"]}
