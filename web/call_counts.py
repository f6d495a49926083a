"""Where the rate limiter counts without Redis."""

from __future__ import annotations

from limits.storage import Storage

from storage.counts import Counts
from storage.errors import StoreUnavailable


class LimiterCounts(Storage):
    """Counts, as the limiter asks for them. The library's own in memory start a thread for nearly every call."""

    STORAGE_SCHEME = None

    def __init__(self, counts: Counts, office: str = "") -> None:
        """Count in `counts`, apart from other offices that count there, too."""
        super().__init__(wrap_exceptions=True)
        self._counts = counts
        self._prefix = f"{office} " if office else ""

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what the limiter is told of as a StorageError."""
        return StoreUnavailable

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to the count of a window of `expiry` seconds from the first; return it."""
        return self._counts.add(self._prefix + key, amount, expiry)

    def get(self, key: str) -> int:
        """Return the count of the window that is open."""
        return self._counts.get(self._prefix + key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the window ends; now when none is open."""
        return self._counts.get(self._prefix + key)[1]

    def check(self) -> bool:
        """Return whether counting works."""
        self._counts.get("")
        return True

    def reset(self) -> None:
        """Forget everything."""
        self._counts.remove_all()

    def clear(self, key: str) -> None:
        """Forget the window of a key."""
        self._counts.remove(self._prefix + key)
