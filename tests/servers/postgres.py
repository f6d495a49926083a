"""PostgreSQL for the tests: the installed programs, a cluster of its own, on loopback, thrown away after."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers import ServerFailed, Switch, free_port, running

_USER = "docgen"
# Nothing here must outlive the tests, so nothing waits for the disk; but what is committed outlives an immediate stop.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


@contextmanager
def postgres_server() -> Iterator[int]:
    """Run PostgreSQL; the value is its port on 127.0.0.1. Raises ServerFailed."""
    with postgres_with_switch(signal.SIGINT) as (port, _):
        yield port


@contextmanager
def postgres_with_switch(stop: signal.Signals = signal.SIGQUIT) -> Iterator[tuple[int, Switch]]:
    """Run PostgreSQL until the block ends, with a switch that stops it: by default as `pg_ctl -m immediate` does.

    The value is its port on 127.0.0.1 and the switch. Raises ServerFailed.
    """
    programs = _programs()
    user = _plain_user()
    folder = Path(tempfile.mkdtemp(prefix="docgen-postgres-"))
    try:
        if user is not None:
            os.chown(folder, user, user)
        _initialise(programs / "initdb", folder / "data", user)
        port = free_port()
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), *settings]
        switch = Switch(lambda: running(command, lambda: _answers(port), folder / "log", user=user, stop=stop))
        switch.start()
        try:
            yield port, switch
        finally:
            switch.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def fresh_database(port: int, template: str = "") -> Iterator[str]:
    """Create an empty database, or a copy of the one at the URL `template`, and drop it after; the value is its
    SQLAlchemy URL.
    """
    name = f"test_{secrets.token_hex(6)}"
    source = template.rpartition("/")[2] or "template1"
    with _connect(port) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
        )
    try:
        yield f"postgresql+psycopg://{_USER}@127.0.0.1:{port}/{name}"
    finally:
        with _connect(port) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _programs() -> Path:
    """Return the folder of the newest installed PostgreSQL; Debian keeps the servers out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise ServerFailed("PostgreSQL is not installed; apt-get install postgresql brings it.")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def _plain_user() -> int | None:
    """PostgreSQL refuses to run as root: then it runs as a user without rights. None: as who we are."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _initialise(initdb: Path, data: Path, user: int | None) -> None:
    options = ["--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
    rights = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    command = [str(initdb), "-D", str(data), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **rights)
    if done.returncode:
        raise ServerFailed(f"initdb failed:\n{done.stderr[-2000:]}")


def _answers(port: int) -> bool:
    try:
        with _connect(port):
            return True
    except psycopg.OperationalError:
        return False


def _connect(port: int) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host="127.0.0.1", port=port, user=_USER, dbname="postgres", autocommit=True)
