"""Limit the pace of a long reading, and resume it after an interruption: `Throttle` and `Bookmark`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_EVERY_SECONDS = 5.0


class Throttle:
    """Limits the mean pace since its creation to `bytes_per_second`; None for no limit."""

    def __init__(
        self,
        bytes_per_second: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = bytes_per_second
        self._clock, self._sleep = clock, sleep
        self._begun, self._spent = clock(), 0

    def spend(self, size: int) -> None:
        """Count `size` bytes as read, and wait while the pace is above the limit."""
        self._spent += size
        early = self._spent / self._rate - (self._clock() - self._begun) if self._rate else 0
        if early > 0:
            self._sleep(early)


class Bookmark:
    """How far a reader came, in a file: the last key, and the result up to it.

    It is written when the reader is interrupted, and every few seconds; without `resume` the file is not read.
    """

    def __init__(self, file: Path | None, *, resume: bool = False) -> None:
        self._file, self._resume = file, resume
        self._written = time.monotonic()

    def read(self) -> tuple[str, dict[str, Any]]:
        """Return the last key and the result up to it; "" and {} at a beginning, or when the file cannot be read."""
        if self._file is None or not self._resume:
            return "", {}
        try:
            body = json.loads(self._file.read_text(encoding="utf-8"))
            return str(body["after"]), dict(body["found"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", {}

    def set(self, key: str, result: dict[str, Any]) -> None:
        """Write the file when the last writing was long enough ago."""
        if self._file is not None and time.monotonic() - self._written >= _EVERY_SECONDS:
            self.write(key, result)

    def write(self, key: str, result: dict[str, Any]) -> None:
        """Write the file at once, whole or not at all."""
        if self._file is None:
            return
        partial = self._file.with_suffix(".sebagian")
        partial.write_text(json.dumps({"after": key, "found": result}), encoding="utf-8")
        partial.replace(self._file)
        self._written = time.monotonic()

    def remove(self) -> None:
        """Remove the file, because the reader came to its end."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
