"""The socket between the process that has the LibreOffices and those that need them: messages, never code.

A message is a JSON head and, behind it, bytes. Only processes of this service reach the socket: it lies in a folder
that no other account enters.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from docgen.errors import (
    Busy,
    ConversionFailed,
    ConversionTimedOut,
    ConverterError,
    ConverterHung,
    ConverterUnavailable,
)
from wording import packed, unpacked

_LONGEST_PATH = 100  # bytes; the kernel takes 107
_BACKLOG = 256
LARGEST_HEAD = 1024 * 1024  # bytes
LARGEST = 512 * 1024 * 1024  # bytes behind the head; a bundle's front matter and the letters of a batch have less

_ERRORS: Mapping[str, type[ConverterError]] = {
    error.__name__: error
    for error in (ConverterError, ConverterUnavailable, Busy, ConverterHung, ConversionFailed, ConversionTimedOut)
}


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at `path`, in place of one that a killed process left there. Raises OSError."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(path) as address:
        listener.bind(address)
    listener.listen(_BACKLOG)
    return listener


def connect(path: Path) -> Connection:
    """Return a connection to whoever listens at `path`. Raises OSError when nobody does."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as address:
            line.connect(address)
    except OSError:
        line.close()
        raise
    return Connection(line.detach())


def accept(listener: socket.socket) -> Connection:
    """Return the next connection. Raises OSError when the listener is closed."""
    line, _ = listener.accept()
    return Connection(line.detach())


def send(line: Connection, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send a message. Raises OSError when nobody is at the other end."""
    line.send_bytes(json.dumps(head).encode())
    line.send_bytes(body)


def send_error(line: Connection, error: ConverterError) -> None:
    """Send an error, which `receive` raises: as its own class, or the nearest that may pass. Raises OSError."""
    name = next(cls.__name__ for cls in type(error).__mro__ if cls.__name__ in _ERRORS)
    send(line, {"error": name, "message": packed(str(error))})


def receive(line: Connection) -> tuple[dict[str, Any], bytes]:
    """Return the next message. Raises the ConverterError that was sent, EOFError at the end, OSError."""
    head, body = json.loads(line.recv_bytes(LARGEST_HEAD)), line.recv_bytes(LARGEST)
    if "error" in head:
        raise _ERRORS[head["error"]](unpacked(head["message"]))
    return head, body


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Yield a name of this path that fits into the address of a socket, however long the path is (on Linux)."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
