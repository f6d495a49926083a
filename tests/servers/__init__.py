"""Real servers for the tests: found, built, started and stopped here."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

_READY_SECONDS = 60
_STOP_SECONDS = 20


class ServerFailed(Exception):
    """A server could not be had or started; the message says why."""


def say(message: str) -> None:
    """Tell whoever waits for the tests."""
    print(f"Servers for the tests: {message}", file=sys.stderr, flush=True)


def on_ci() -> bool:
    return os.environ.get("CI") == "true"


def unavailable(reason: str) -> NoReturn:
    """Skip the test, loudly, where a server cannot be had; under CI=true every server must be there: fail."""
    if on_ci():
        pytest.fail(f"CI needs every server: {reason}", pytrace=False)
    pytest.skip(f"NOT TESTED, no server: {reason}")


def fetched_before(*fetches: Callable[[], object]) -> int:
    """Fetch or build before the tests begin; return 1 where that fails and CI=true needs it, else 0.

    The tests say by themselves what they lack.
    """
    try:
        for fetch in fetches:
            fetch()
    except ServerFailed as error:
        say(str(error))
        return 1 if on_ci() else 0
    return 0


def answers(url: str) -> bool:
    """Return whether an address answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    """Return a loopback TCP port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str],
    ready: Callable[[], bool],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    user: int | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    """Run a server until the block ends; enter the block when `ready` says so. `user` is a numeric user id.

    Raises ServerFailed, with the end of the log, when the server ends or is not ready in a minute.
    """
    rights = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=env, cwd="/", **rights)
    try:
        _wait_until_ready(process, ready, log)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Switch:
    """A server that a test stops and starts again at the same address; `run` runs it until its block ends."""

    def __init__(self, run: Callable[[], AbstractContextManager[None]]) -> None:
        self._run = run
        self._up = ExitStack()

    def start(self) -> None:
        """Start it, and return when it answers. Raises ServerFailed."""
        self._up.enter_context(self._run())

    def stop(self) -> None:
        """Stop it as `run` says."""
        self._up.close()


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailed(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
