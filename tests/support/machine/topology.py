"""Several machines as docs/machines.md says: web nodes behind a proxy, and workers, on PostgreSQL, MinIO and Redis."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from tests.servers import Switch, answers, free_port
from tests.servers.balancer import balancer
from tests.servers.minio import minio_with_switch
from tests.servers.postgres import fresh_database, postgres_with_switch
from tests.servers.redis import redis_with_switch
from tests.support.machine.libreoffices import wait_until
from tests.support.machine.promises import watching_desk
from tests.support.office.demo_office import data_folder

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/machines.md"
FIRST_ANSWER = 180.0  # seconds


def settings_of_the_page() -> list[str]:
    """The names of the settings that the page of several machines says to give to each."""
    return re.findall(r"^(DOCGEN_\w+)=", PAGE.read_text(), re.MULTILINE)


def commands_of_the_page() -> list[list[str]]:
    """The commands of that page that start a machine, each as its words."""
    lines = re.findall(r"^\.venv/bin/(docgen serve .*?)(?: +#.*)?$", PAGE.read_text(), re.MULTILINE)
    return [line.split() for line in lines]


@dataclass
class Machine:
    """One of them: `command` are the words of the page, `environment` its settings."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        return Path(self.environment["DOCGEN_DATA"])

    @property
    def port(self) -> int:
        return int(self.environment["DOCGEN_PORT"])

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process that was started."""
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Start it and return at once."""
        program = [str(Path(sys.executable).with_name(self.command[0])), *self.command[1:]]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(program, env=self.environment, stdout=log, stderr=log)

    def is_ready(self) -> bool:
        """Return whether it is ready; fails when it has ended."""
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        return answers(f"http://127.0.0.1:{self.port}/readyz")

    def wait_for_end(self) -> None:
        """Wait until it has ended in good order, as it was told to."""
        assert self.process.wait(120) == 0, self.log.read_text()[-4000:]

    def kill(self) -> None:
        """Kill it, and bury it."""
        self.process.kill()
        self.process.wait()


@dataclass
class Topology:
    """All of them. `url` is where the proxy answers, `desk` a desk of the same office that does nothing by itself."""

    url: str
    web: list[Machine]
    workers: list[Machine]
    proxy: Switch
    postgres: Switch
    minio: Switch
    redis: Switch
    desk: Desk
    token: str = ""

    @property
    def machines(self) -> list[Machine]:
        return [*self.web, *self.workers]

    def is_ready(self) -> bool:
        """Return whether every machine is ready."""
        return all(machine.is_ready() for machine in self.machines)

    def ask(self, method: str, path: str, at: Machine | None = None, **options: Any) -> requests.Response:
        """Call the API by way of the proxy, or `at` one machine. Raises requests.RequestException."""
        headers = {"Authorization": f"Bearer {self.token}", "Connection": "close"} | options.pop("headers", {})
        address = self.url if at is None else f"http://127.0.0.1:{at.port}"
        return requests.request(method, f"{address}/api/v1{path}", headers=headers, timeout=120, **options)


@contextmanager
def topology(folder: Path, own: Mapping[str, str] | None = None) -> Iterator[Topology]:
    """Start two web nodes and two workers at once, on servers that are empty; `own` are further settings of the office.

    Raises ServerFailed.
    """
    with ExitStack() as stack:
        postgres_port, postgres = stack.enter_context(postgres_with_switch())
        database = stack.enter_context(fresh_database(postgres_port))
        (folder / "minio").mkdir()
        store, minio = stack.enter_context(minio_with_switch(folder / "minio"))
        redis_url, redis = stack.enter_context(redis_with_switch())
        port = free_port()
        shared = {
            "DOCGEN_DATABASE_URL": database,
            "DOCGEN_STORE_URL": store.url("naskah"),
            "DOCGEN_S3_ACCESS_KEY": store.access_key,
            "DOCGEN_S3_SECRET_KEY": store.secret_key,
            "DOCGEN_REDIS_URL": redis_url,
            "DOCGEN_SECRET_KEY": secrets.token_urlsafe(48),
            "DOCGEN_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DOCGEN_PROXY": "127.0.0.1",
            "DOCGEN_DRAIN": "2",
        }
        assert sorted(shared) == sorted(settings_of_the_page())
        machines = [
            _machine(folder, f"{command[-1]}-{number}", [*command, "--demo"], {**shared, **(own or {})})
            for command in commands_of_the_page()
            for number in (1, 2)
        ]
        stack.callback(_end, machines)
        for machine in machines:
            machine.start()
        wait_until(lambda: all(machine.is_ready() for machine in machines), seconds=FIRST_ANSWER)
        web = [machine for machine in machines if "web" in machine.command]
        proxy = Switch(lambda: balancer(port, [machine.port for machine in web], folder / "proxy.log"))
        proxy.start()
        stack.callback(proxy.stop)
        settings = {**shared, **(own or {}), "DOCGEN_DATA": str(data_folder(folder / "desk"))}
        desk = stack.enter_context(watching_desk(settings))
        workers = [machine for machine in machines if machine not in web]
        token = create_token(desk, "uji", "write", ["*"])
        yield Topology(shared["DOCGEN_PUBLIC_URL"], web, workers, proxy, postgres, minio, redis, desk, token)


def _machine(folder: Path, name: str, command: list[str], settings: dict[str, str]) -> Machine:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
    own = {
        "DOCGEN_DATA": str(data_folder(folder / name)),
        "DOCGEN_PORT": str(free_port()),
        "DOCGEN_PROCESSES": "1",
        "DOCGEN_CONVERTERS": "1",
    }
    return Machine(name, command, {**plain, **settings, **own}, folder / f"{name}.log")


def _end(machines: list[Machine]) -> None:
    """Have all of them end at once, and kill what does not."""
    for machine in machines:
        machine.process.send_signal(signal.SIGTERM)
    for machine in machines:
        try:
            machine.process.wait(90)
        except subprocess.TimeoutExpired:
            machine.kill()
