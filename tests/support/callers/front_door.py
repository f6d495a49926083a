"""An application behind the real front door, and whoever asks it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from tests.support.callers.serving import stop
from web.front_door import listen_on, open_door


@contextmanager
def served(app: Flask, **options: Any) -> Iterator[int]:
    """Serve an application on a free port; yields the port."""
    with running(app, **options) as server:
        yield server.effective_port


@contextmanager
def running(app: Flask, **options: Any) -> Iterator[Any]:
    """Serve an application on a free port; yields the server."""
    server = open_door(app, listen_on("127.0.0.1", 0), **options)
    thread = threading.Thread(target=server.run, name="door", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.task_dispatcher.shutdown(timeout=1)
        stop(server, thread)


def ask(
    port: int, method: str = "GET", path: str = "/healthz", *, timeout: float = 10, **options: Any
) -> tuple[int, str, dict[str, str]]:
    """Ask once, on a connection of its own: status, text and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, **options)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())
    finally:
        connection.close()
