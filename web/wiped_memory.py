"""Memory of the server's that holds what callers send, and is overwritten when it is no longer needed.

waitress takes what arrives as Python bytes, which stay in freed memory until something else lies there. Here the bytes
are received into memory of ours, and small bodies, of which forms with passwords and passphrases are, are held in it.
"""

from __future__ import annotations

import io
import re
import socket
from typing import Any

SMALL = 256 * 1024  # bytes of a body that is held so
_HEADER_END = re.compile(rb"\r\n\r\n")


def receive(sock: socket.socket, size: int) -> memoryview:
    """Return at most `size` bytes that arrived, in memory that `overwrite` wipes. Raises OSError."""
    buffer = bytearray(size)
    return memoryview(buffer)[: sock.recv_into(buffer)]


def overwrite(data: memoryview) -> None:
    """Overwrite memory with zeros."""
    data[:] = bytes(len(data))


def header_length(before: bytes, data: memoryview) -> int:
    """Return how many bytes of `data` belong to a header that began with `before`."""
    tail = before[-3:]
    seam = (tail + data[:3]).find(b"\r\n\r\n")
    if seam >= 0:
        return seam + 4 - len(tail)
    end = _HEADER_END.search(data)
    return end.end() if end else len(data)


class SmallBody:
    """A body of known length, as waitress' receivers are asked for it; overwritten when its request is over."""

    error = None
    completed = False

    def __init__(self, length: int) -> None:
        """Make room for a body of `length` bytes."""
        self._content = bytearray(length)
        self._received = 0

    def __len__(self) -> int:
        return self._received

    def received(self, data: memoryview) -> int:
        """Take what belongs to the body, and return how many bytes that were."""
        begin, count = self._received, min(len(data), len(self._content) - self._received)
        self._content[begin : begin + count] = data[:count]
        self._received += count
        self.completed = self._received == len(self._content)
        return count

    def getfile(self) -> BodyFile:
        """Return the body as the application reads it."""
        return BodyFile(self._content)

    def getbuf(self) -> SmallBody:
        """Return what is closed when the request is over: this."""
        return self

    def close(self) -> None:
        """Overwrite the body."""
        self._content[:] = bytes(len(self._content))

    __del__ = close


class BodyFile(io.RawIOBase):
    """A body to be read; what is written into `getbuffer` is read instead."""

    def __init__(self, content: bytearray) -> None:
        """Read from the beginning of `content`."""
        self._content = content
        self._at = 0

    def getbuffer(self) -> memoryview:
        """Return the memory of the whole body."""
        return memoryview(self._content)

    def readable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer, and return how many bytes."""
        with memoryview(self._content) as content, content[self._at : self._at + len(buffer)] as part:
            buffer[: len(part)] = part
            self._at += len(part)
            return len(part)
