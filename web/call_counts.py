"""Where the rate limiter counts without Redis: in the memory of this process, or in a file that several share."""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

from storage.counts import Counts
from storage.errors import StoreUnavailable


class OwnCounts(Storage):
    """Counts in the memory of this process. The library's own starts a thread for nearly every call, to sweep.

    What has ended is swept away every `sweep` seconds, with the call that comes then.
    """

    STORAGE_SCHEME = None

    def __init__(self, sweep: float = 60.0) -> None:
        super().__init__()
        self._sweep, self._next_sweep = sweep, 0.0
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}  # by key: how often, and when the window ends

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what may go wrong: nothing that anybody could do something about."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` tries, in a window of `expiry` seconds from the first; return how many there are in it."""
        now = time.time()
        with self._lock:
            if now >= self._next_sweep:
                self._windows = {key: window for key, window in self._windows.items() if window[1] > now}
                self._next_sweep = now + self._sweep
            count, end = self._windows.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
            count = max(0, count + amount)
            self._windows[key] = (count, end)
            return count

    def get(self, key: str) -> int:
        """Return how many tries were counted in the window that is open."""
        count, end = self._windows.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends; now when none is open."""
        return max(self._windows.get(key, (0, 0.0))[1], time.time())

    def check(self) -> bool:
        """Return whether counting works."""
        return True

    def reset(self) -> int:
        """Forget everything; return how many windows there were."""
        with self._lock:
            windows, self._windows = self._windows, {}
        return len(windows)

    def clear(self, key: str) -> None:
        """Forget the window of a key."""
        with self._lock:
            self._windows.pop(key, None)


class SharedCounts(Storage):
    """A file of counts, as the limiter asks for it."""

    STORAGE_SCHEME = None

    def __init__(self, counts: Counts) -> None:
        super().__init__(wrap_exceptions=True)
        self._counts = counts

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what the limiter is told of as a StorageError."""
        return StoreUnavailable

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to the count of a window of `expiry` seconds from the first; return it."""
        return self._counts.add(key, amount, expiry)

    def get(self, key: str) -> int:
        """Return the count of the window that is open."""
        return self._counts.get(key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the window ends; now when none is open."""
        return self._counts.get(key)[1]

    def check(self) -> bool:
        """Return whether counting works."""
        self._counts.get("")
        return True

    def reset(self) -> None:
        """Forget everything."""
        self._counts.remove_all()

    def clear(self, key: str) -> None:
        """Forget the window of a key."""
        self._counts.remove(key)
