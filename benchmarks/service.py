"""A real service on a free port with a demo office in a temporary folder, for as long as a block lasts."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.desk import open_desk
from docgen.desk.access.accounts import create_user
from docgen.settings import read_settings

STOP_SECONDS = 30.0
SETTLE_SECONDS = 8.0  # after /readyz LibreOffice may still be starting
DOCGEN = Path(sys.executable).with_name("docgen")


@dataclass
class Service:
    """A running service: its process, port, a token that may write, the seconds from start to the first 200 of
    /healthz and of /readyz."""

    process: int
    port: int
    token: str
    healthy_in: float
    ready_in: float

    _kept: list[http.client.HTTPConnection] = field(default_factory=list)

    def post(self, path: str, body: dict[str, Any], connection: http.client.HTTPConnection | None = None) -> Any:
        """POST JSON and return the answer. Raises RuntimeError for anything but 2xx."""
        return self._ask("POST", f"/api/v1{path}", json.dumps(body), connection)

    def get(self, path: str, connection: http.client.HTTPConnection | None = None) -> Any:
        """GET JSON. Raises RuntimeError for anything but 2xx."""
        return self._ask("GET", path, None, connection)

    def connect(self) -> http.client.HTTPConnection:
        """A connection to keep for several calls, closed with the service."""
        self._kept.append(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120))
        return self._kept[-1]

    def close(self) -> None:
        """Close the connections that were kept."""
        for connection in self._kept:
            connection.close()

    def _ask(self, method: str, path: str, body: str | None, kept: http.client.HTTPConnection | None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection = kept or http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, headers)
            return _answer(connection)
        finally:
            if kept is None:
                connection.close()


def job(service: Service, path: str, body: dict[str, Any]) -> Any:
    """Ask for long work and wait for it; the finished job. Raises RuntimeError when it fails."""
    one = service.post(path, body)
    while one["status"] in ("queued", "running"):
        time.sleep(0.05)
        one = service.get(f"/api/v1/jobs/{one['id']}")
    if one["status"] != "done":
        raise RuntimeError(one["error"])
    return one


@contextmanager
def data_folder() -> Iterator[Path]:
    """An empty data folder, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="docgen-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def prepared_folder() -> Iterator[tuple[Path, str]]:
    """A data folder with the demo office, removed at the end, and a token that may write."""
    with data_folder() as folder:
        env = os.environ | {"DOCGEN_DATA": str(folder)}
        subprocess.run([DOCGEN, "init", "--demo"], env=env, check=True, capture_output=True)
        yield folder, new_token(folder)


def new_token(folder: Path) -> str:
    """A new token that may write, of the office of a data folder."""
    created = subprocess.run(
        [DOCGEN, "token", "create", "--name", "bench", "--scope", "write"],
        env=os.environ | {"DOCGEN_DATA": str(folder)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return created.stdout.strip()


@contextmanager
def serving(folder: Path, token: str, processes: int = 0) -> Iterator[Service]:
    """`docgen serve` on a prepared folder and a free port; stopped at the end.

    `processes` answer callers; 0: as many as it chooses itself.
    """
    port = free_port()
    env = os.environ | {"DOCGEN_DATA": str(folder), "DOCGEN_PORT": str(port)}
    env |= {"DOCGEN_PROCESSES": str(processes)} if processes else {}
    begun = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([DOCGEN, "serve"], env=env, stdout=log, stderr=log)
    try:
        _wait(port, "/healthz", process)
        healthy_in = time.perf_counter() - begun
        _wait(port, "/readyz", process)
        with closing(Service(process.pid, port, token, healthy_in, time.perf_counter() - begun)) as service:
            yield service
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answer(connection: http.client.HTTPConnection) -> Any:
    response = connection.getresponse()
    body = response.read()
    if response.status >= 300:
        raise RuntimeError(f"{response.status}: {body.decode(errors='replace')}")
    return json.loads(body) if "json" in response.headers.get("Content-Type", "") else body


def _wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError(f"docgen serve ended with {process.returncode}")
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.025)
    raise RuntimeError(f"docgen serve did not answer {path}")


def settle(seconds: float = SETTLE_SECONDS) -> None:
    """Wait until a service that was just started is idle."""
    time.sleep(seconds)


def open_accounts(folder: Path, names: Sequence[str]) -> list[tuple[str, str]]:
    """Add administrators who decide for every official to a prepared folder; return names and passwords."""
    with closing(open_desk(read_settings(os.environ | {"DOCGEN_DATA": str(folder)}), warm=False)) as desk:
        return [(name, create_user(desk, name, "admin", "Pengukur", officials=["*"])) for name in names]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
