"""The children of this process open foreign files for other processes, too, each of which would start its own.

A child takes half a second to start, which is most of what a process costs that is killed soon after.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from docgen.errors import DocgenError
from docgen.foreign import ReaderBusy, TooHeavy, child_pool
from docgen.foreign.frames import ERRORS, pack, unpack
from docgen.libreoffice import local_socket

_RAISED = {**ERRORS, "ReaderBusy": ReaderBusy}


class BorrowedChildren:
    """What a process has in place of a `ChildPool`: that of another, at a socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, name: str, /, *arguments: Any, lane: str = "page", seconds: float = 3.0, **options: Any) -> Any:
        """Do as `ChildPool.call`."""
        [value] = self._frames(["call", name, list(arguments), {**options, "lane": lane, "seconds": seconds}])
        return value

    def stream(
        self, name: str, /, *arguments: Any, lane: str = "file", seconds: float = 3.0, **options: Any
    ) -> Iterator[Any]:
        """Do as `ChildPool.stream`."""
        yield from self._frames(["stream", name, list(arguments), {**options, "lane": lane, "seconds": seconds}])

    def close(self) -> None:
        """Leave the children to their owner."""

    def _frames(self, request: list[Any]) -> Iterator[Any]:
        with local_socket.connect(self._path) as line:
            _send(line, request)
            while True:
                kind, *rest = _receive(line)
                if kind == "end":
                    return
                if kind == "heavy":
                    raise TooHeavy
                if kind == "error":
                    raise _RAISED[rest[0]](rest[1])
                yield rest[0]


@contextmanager
def lent_children(path: Path) -> Iterator[None]:
    """Let other processes use the children of this one at `path` for as long as the block lasts."""
    listener = local_socket.listen(path)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=_serve, args=(local_socket.accept(listener),), daemon=True).start()

    thread = threading.Thread(target=accept, name="lent-children", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(OSError):
            local_socket.connect(path).close()
        listener.shutdown(2)
        thread.join()
        listener.close()


def _serve(line: Connection) -> None:
    with line, suppress(EOFError, OSError):
        way, name, arguments, options = _receive(line)
        try:
            if way == "call":
                _send(line, ["item", child_pool().call(name, *arguments, **options)])
            else:
                for item in child_pool().stream(name, *arguments, **options):
                    _send(line, ["item", item])
            _send(line, ["end"])
        except TooHeavy:
            _send(line, ["heavy"])
        except DocgenError as error:
            raised = next(cls.__name__ for cls in type(error).__mro__ if cls.__name__ in _RAISED)
            _send(line, ["error", raised, str(error)])


def _send(line: Connection, value: Any) -> None:
    for part in pack(value):
        line.send_bytes(part)


def _receive(line: Connection) -> list[Any]:
    return unpack(_exactly(line))


def _exactly(line: Connection) -> Callable[[int], bytes]:
    """Return a function that reads exactly n bytes of what `_send` wrote in parts."""
    rest = b""

    def read(count: int) -> bytes:
        nonlocal rest
        while len(rest) < count:
            rest += line.recv_bytes()
        head, rest = rest[:count], rest[count:]
        return head

    return read
