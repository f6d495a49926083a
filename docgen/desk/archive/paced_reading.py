"""Long reading that disturbs nobody and can be interrupted: a throttle, and a bookmark of how far it came."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_EVERY_SECONDS = 5.0


class Throttle:
    """Keeps the mean pace since it was made at or below `bytes_per_second`; None for no limit."""

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
        """Say that `size` bytes were read; waits when that was too early."""
        self._spent += size
        early = self._spent / self._rate - (self._clock() - self._begun) if self._rate else 0
        if early > 0:
            self._sleep(early)


class Bookmark:
    """How far a reader came, in a file: the last key, and what was found up to it.

    It is written when the reader is interrupted and every few seconds before; one that does not resume begins anew.
    """

    def __init__(self, file: Path | None, *, resume: bool = False) -> None:
        self._file, self._resume = file, resume
        self._written = time.monotonic()

    def read(self) -> tuple[str, dict[str, Any]]:
        """The last key, and what was found; "" and nothing at a beginning, or when the file cannot be read."""
        if self._file is None or not self._resume:
            return "", {}
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
            return str(said["after"]), dict(said["found"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", {}

    def set(self, key: str, found: dict[str, Any]) -> None:
        """Remember; written now and then."""
        if self._file is not None and time.monotonic() - self._written >= _EVERY_SECONDS:
            self.write(key, found)

    def write(self, key: str, found: dict[str, Any]) -> None:
        """Write it at once, whole or not at all."""
        if self._file is None:
            return
        partial = self._file.with_suffix(".sebagian")
        partial.write_text(json.dumps({"after": key, "found": found}), encoding="utf-8")
        partial.replace(self._file)
        self._written = time.monotonic()

    def remove(self) -> None:
        """The reader came to its end."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
