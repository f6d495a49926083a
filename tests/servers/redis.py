"""Redis for the tests: a server of its own on loopback, nothing written to disk."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.servers import ServerFailed, Switch, free_port, running


@contextmanager
def redis_server(port: int = 0, stop: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Run Redis on a free port, or on the one given; the value is its URL. Raises ServerFailed."""
    folder = Path(tempfile.mkdtemp(prefix="docgen-redis-"))
    port = port or free_port()
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    url = f"redis://127.0.0.1:{port}/0"
    try:
        with running([*_program(), *settings], lambda: _answers(url), folder / "log", stop=stop):
            yield url
    finally:
        shutil.rmtree(folder)


@contextmanager
def redis_with_switch() -> Iterator[tuple[str, Switch]]:
    """Run Redis that a test kills and starts again; the value is its URL and the switch. Raises ServerFailed."""
    port = free_port()

    @contextmanager
    def run() -> Iterator[None]:
        with redis_server(port, signal.SIGKILL):
            yield

    switch = Switch(run)
    switch.start()
    try:
        yield f"redis://127.0.0.1:{port}/0", switch
    finally:
        switch.stop()


def _program() -> list[str]:
    """The server. Debian's redis-tools brings it under another name (it is one program that goes by its own name),

    without the service that the package redis-server would start on this machine.
    """
    if shutil.which("redis-server"):
        return ["redis-server"]
    if shutil.which("redis-check-rdb"):
        return ["bash", "-c", 'exec -a redis-server redis-check-rdb "$@"', "redis-server"]
    raise ServerFailed("Redis is not installed; apt-get install redis-tools brings it.")


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
