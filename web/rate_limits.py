"""The one rate limiter: counts tries and calls, in Redis where several machines share one, else in memory.

Redis is never needed to answer: while it is away each machine counts alone.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from docgen.errors import DataFileError
from docgen.settings import Settings
from web.proxy import caller_network

log = logging.getLogger("docgen.limits")

T = TypeVar("T")
REDIS_SECONDS = 0.5  # that an answer of Redis is waited for
UNUSED = "tidak dipakai"
_AWAY = "Redis tidak dapat dipakai sekarang, jadi setiap mesin menghitung sendiri; sebabnya ada di catatan layanan."


@dataclass(frozen=True)
class Window:
    """How much of a limit is left, and the seconds until it is whole again."""

    limit: int
    remaining: int
    seconds: int


class _OwnCounts(Storage):
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


class RateLimits:
    """Counts in fixed windows. `ask_again` and `warn_again` are seconds: how long Redis is not asked again when it is
    away, and how long no second warning is logged.
    """

    def __init__(self, redis_url: str = "", office: str = "") -> None:
        """Set up the limiter; `office` keeps offices apart in one Redis. Raises DataFileError for a wrong URL."""
        self.ask_again, self.warn_again = 5.0, 60.0
        self._own = FixedWindowRateLimiter(_OwnCounts())
        self._shared = FixedWindowRateLimiter(_redis(redis_url, office)) if redis_url else None
        self._away_until, self._warned = 0.0, -math.inf

    def count(self, limits: Sequence[RateLimitItem], *identifiers: str) -> None:
        """Count a try against every limit. Raises TooManyRequests, and counts nothing, when one is reached.

        Counting comes before the work, so that of many tries at once no more than the limit get through.
        """
        counted_limits: list[RateLimitItem] = []
        for limit in sorted(limits, key=lambda limit: limit.get_expiry(), reverse=True):
            counted_limits.append(limit)
            if not self._ask(lambda limiter, limit=limit: limiter.hit(limit, *identifiers)):  # type: ignore[misc]
                seconds = self.window(limit, *identifiers).seconds
                self.give_back(counted_limits, *identifiers)
                raise TooManyRequests(retry_after=seconds)

    def give_back(self, limits: Sequence[RateLimitItem], *identifiers: str) -> None:
        """Take back a try that turned out to be none."""
        for limit in limits:
            self._ask(lambda limiter, limit=limit: limiter.hit(limit, *identifiers, cost=-1))  # type: ignore[misc]

    def forget(self, limits: Sequence[RateLimitItem], *identifiers: str) -> None:
        """Begin anew, as if there had been no try."""
        for limit in limits:
            self._ask(lambda limiter, limit=limit: limiter.clear(limit, *identifiers))  # type: ignore[misc]

    def window(self, limit: RateLimitItem, *identifiers: str) -> Window:
        """Return what is left of a limit."""
        stats = self._ask(lambda limiter: limiter.get_window_stats(limit, *identifiers))
        return Window(limit.amount, stats.remaining, max(1, math.ceil(stats.reset_time - time.time())))

    def state(self) -> str:
        """Return "ok", "tidak dipakai" without Redis, or a sentence saying that Redis is away."""
        if self._shared is None:
            return UNUSED
        try:
            self._shared.storage.get("readiness")
        except StorageError as error:
            self._note_away(error)
            return _AWAY
        return "ok"

    def _ask(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except StorageError as error:
                self._note_away(error)
        return question(self._own)

    def _note_away(self, error: StorageError) -> None:
        now = time.monotonic()
        self._away_until = now + self.ask_again
        if now >= self._warned + self.warn_again:
            self._warned = now
            log.warning("Redis is away, limits are counted on this machine alone: %s", error.storage_error)


def register(app: Flask, settings: Settings, office: str) -> None:
    """Give the application its limiter. Raises DataFileError."""
    app.extensions["rate_limits"] = RateLimits(settings.redis_url, office)


def get_rate_limits() -> RateLimits:
    """Return the limiter of the current application."""
    return cast(RateLimits, current_app.extensions["rate_limits"])


def caller_address() -> str:
    """Return who calls: the address, or the network of an IPv6 address, which one caller has whole."""
    return caller_network(request.remote_addr or "")


def rates(*texts: str) -> tuple[RateLimitItem, ...]:
    """Return limits from texts like "10 per minute"."""
    return tuple(parse(text) for text in texts)


def _redis(url: str, office: str) -> RedisStorage:
    try:
        from redis.backoff import NoBackoff  # a tenth of a second, which a start without Redis need not wait for
        from redis.retry import Retry

        options: dict[str, Any] = {"retry": Retry(NoBackoff(), 1), "socket_timeout": REDIS_SECONDS}
        return RedisStorage(
            url,
            key_prefix=f"docgen:{office}",
            wrap_exceptions=True,
            socket_connect_timeout=REDIS_SECONDS,
            **options,
        )
    except ImportError as error:
        raise DataFileError(
            "DOCGEN_REDIS_URL is set, but the client of Redis is not installed: "
            ".venv/bin/pip install -c constraints.txt redis"
        ) from error
    except (ConfigurationError, ValueError) as error:
        raise DataFileError(f"DOCGEN_REDIS_URL: {error}. Write redis://host:port/0.") from error
