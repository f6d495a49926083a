"""One HTTP request with a bounded answer: no redirects, no proxy, no second try, a deadline for all of it.

By http.client, because the body is sent from memory that can be wiped afterwards; other libraries copy it.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers in lower case, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class NotSent(Exception):
    """The request did not arrive as a whole, so that it was not acted on; the message is the network's reason."""


class NotAnswered(Exception):
    """The request arrived, and no whole answer came; the message says why."""


class AnswerTooLarge(NotAnswered):
    """An answer of more bytes than are taken."""


class Untrusted(NotSent):
    """The server's certificate is not one of the CA that is trusted."""


@dataclass(frozen=True)
class Limits:
    """Seconds of connecting and of the whole exchange, and the bytes of an answer that are read."""

    connect: float
    total: float
    answer: int


def exchange(
    method: str,
    url: str,
    body: bytearray | bytes | None,
    headers: Mapping[str, str],
    limits: Limits,
    context: ssl.SSLContext | None,
) -> Answer:
    """Send one request and return its answer. Raises NotSent, NotAnswered.

    `context` is needed for https. The name's look-up has the resolver's own time limit.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or _port(parts.scheme))
    deadline = time.monotonic() + limits.total
    sock = _connect(connection.host, connection.port, limits, context if parts.scheme == "https" else None)
    bounded: Any = _BoundedSocket(sock, deadline)
    connection.sock = bounded
    was_sent = False
    try:
        try:
            connection.putrequest(method, parts.path or "/")
            for name, value in headers.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            if body is not None:
                connection.send(body)
            was_sent = True
        except ConnectionError as error:  # a server may answer before it has read everything, and hang up
            try:
                return _read(connection, limits.answer)
            except (OSError, http.client.HTTPException):
                raise NotSent(_reason(error)) from None
        return _read(connection, limits.answer)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise (NotAnswered if was_sent else NotSent)(_reason(error)) from None
    finally:
        sock.close()


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _connect(host: str, port: int, limits: Limits, context: ssl.SSLContext | None) -> socket.socket:
    sock = None
    try:
        sock = socket.create_connection((host, port), timeout=min(limits.connect, limits.total))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return context.wrap_socket(sock, server_hostname=host) if context else sock
    except (OSError, ValueError) as error:
        if sock is not None:
            sock.close()
        sort = Untrusted if isinstance(error, ssl.SSLCertVerificationError) else NotSent
        raise sort(_reason(error)) from None


def _read(connection: http.client.HTTPConnection, largest: int) -> Answer:
    with connection.getresponse() as response:
        body = response.read(largest + 1)
        if len(body) > largest:
            raise AnswerTooLarge(f"> {largest} bytes")
        if response.length:  # what the server still owed
            raise http.client.IncompleteRead(body[:0], response.length)
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def _reason(error: Exception) -> str:
    """Return what the network said, without anything that was sent."""
    if isinstance(error, TimeoutError):
        return "time-out"
    if isinstance(error, http.client.HTTPException):
        return type(error).__name__
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


class _BoundedSocket:
    """The socket that http.client reads and writes: each wait ends at the deadline at the latest."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        with memoryview(data) as view, view.cast("B") as whole:
            begin = 0
            while begin < len(whole):
                self._set_time()
                with whole[begin : begin + 65536] as block:
                    begin += self._sock.send(block)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self), 65536)

    def receive(self, buffer: Any) -> int:
        self._set_time()
        return self._sock.recv_into(buffer)

    def close(self) -> None:
        """Do nothing: who opened the socket closes it, after the answer was read."""

    def _set_time(self) -> None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._sock.settimeout(remaining)


class _Reader(io.RawIOBase):
    """The stream of a bounded socket."""

    def __init__(self, sock: _BoundedSocket) -> None:
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._sock.receive(buffer)
