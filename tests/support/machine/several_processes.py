"""`docgen serve` with several processes, of which a test kills or stops one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from docgen.processes.service_folder import processes_of
from tests.support.machine.libreoffices import send, wait_until

DOCGEN = Path(sys.executable).with_name("docgen")
ROLES = {"background", "converter", "web-1", "web-2"}
FIRST_ANSWER = 120.0  # seconds


@dataclass
class Service:
    """A service with two processes that answer callers; `environment` has its settings."""

    environment: dict[str, str]
    log: Path
    token: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['DOCGEN_PORT']}"

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        """The process that was started."""
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Start it, and wait until its own processes are ready."""
        before = set(self.processes().values())
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([DOCGEN, "serve"], env=self.environment, stdout=log, stderr=log)
        wait_until(lambda: not before & set(self.processes().values()), seconds=FIRST_ANSWER)
        wait_until(self._is_ready, seconds=FIRST_ANSWER)

    def stop(self) -> None:
        """Have it end in good order."""
        self.supervisor.terminate()
        self.supervisor.wait(90)

    def processes(self) -> dict[str, int]:
        """The processes beside the supervisor, by what they do."""
        pids: dict[str, int] = {}
        for folder in (Path(self.environment["DOCGEN_DATA"]) / "processes").glob("service-*"):
            with suppress(FileNotFoundError):  # the folder of a service that ends just now
                pids |= processes_of(folder)
        return pids

    def kill(self, role: str) -> None:
        """Kill a process, and wait for the one that is started in its place."""
        pid = self.processes()[role]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.processes().get(role, pid) != pid)

    @contextmanager
    def only(self, role: str) -> Iterator[None]:
        """Let nobody but this process answer callers."""
        others = [pid for other, pid in self.processes().items() if other.startswith("web") and other != role]
        send(others, signal.SIGSTOP)
        try:
            yield
        finally:
            send(others, signal.SIGCONT)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call the API on a connection of its own, which any process may take. Raises ConnectionError."""
        headers = {"Authorization": f"Bearer {self.token}", "Connection": "close"} | options.pop("headers", {})
        return requests.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=120, **options)

    def _is_ready(self) -> bool:
        assert self.supervisor.poll() is None, self.log.read_text()
        try:
            return requests.get(f"{self.url}/readyz", timeout=60).ok and self.processes().keys() == ROLES
        except requests.ConnectionError:
            return False
