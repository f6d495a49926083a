"""A memory of the newest things that were made, for a short while: what is looked at again is there at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from flask import current_app

MOST = 16  # things in memory, about 100 KB each


class ShortMemory:
    """A cache of the newest things, each for at most `fresh` seconds."""

    def __init__(self, fresh: float, most: int = MOST) -> None:
        self._fresh, self._most = fresh, most
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is remembered by this key, made when it is not, or too old. Raises what `make` raises."""
        with self._lock:
            made_at, value = self._kept.get(key, (0.0, None))
        if value is not None and time.monotonic() - made_at < self._fresh:
            return value
        value = make()
        with self._lock:
            self._kept[key] = (time.monotonic(), value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value


def short_memory(name: str, fresh: float) -> ShortMemory:
    """Return the application's memory of this name, begun when it has none."""
    memory: ShortMemory = current_app.extensions.setdefault(name, ShortMemory(fresh))
    return memory
