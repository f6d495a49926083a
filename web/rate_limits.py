"""The one rate limiter: counts tries and calls, in Redis where several machines share one, else in a file where several
processes do, else in memory.

Neither is needed to answer: while Redis is away each machine counts alone, while the file is, each process.
"""

from __future__ import annotations

import logging
import math
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
from storage.counts import Counts
from web.call_counts import LimiterCounts
from web.proxy import caller_network

log = logging.getLogger("docgen.limits")

T = TypeVar("T")
REDIS_SECONDS = 0.5  # that an answer of Redis is waited for
UNUSED = "tidak dipakai"
_AWAY = "Redis tidak dapat dipakai sekarang, jadi setiap mesin menghitung sendiri; sebabnya ada di catatan layanan."
_REDIS_AWAY = "Redis is away, limits are counted on this machine alone: %s"
_FILE_AWAY = "The file of counts cannot be used, limits are counted by this process alone: %s"


@dataclass(frozen=True)
class Window:
    """How much of a limit is left, and the seconds until it is whole again."""

    limit: int
    remaining: int
    seconds: int


class _SharedLimiter(FixedWindowRateLimiter):
    """Counts where others count, too. Times are of `time.monotonic`."""

    def __init__(self, storage: Storage, warning: str) -> None:
        super().__init__(storage)
        self.warning = warning
        self.away_until, self.warned_at = 0.0, -math.inf


class RateLimits:
    """Counts in fixed windows. `ask_again` and `warn_again` are seconds: how long what is away is not asked again, and
    how long no second warning is logged.
    """

    def __init__(self, redis_url: str = "", office: str = "", counts: Counts | None = None) -> None:
        """Set up the limiter; `office` keeps offices apart in one Redis or file; `counts` are those of all processes.

        Raises DataFileError for a wrong URL.
        """
        self.ask_again, self.warn_again = 5.0, 60.0
        self._own = FixedWindowRateLimiter(LimiterCounts(Counts()))
        self._redis = _SharedLimiter(_redis(redis_url, office), _REDIS_AWAY) if redis_url else None
        self._shared = [self._redis] if self._redis is not None else []
        if counts is not None:
            self._shared.append(_SharedLimiter(LimiterCounts(counts, office), _FILE_AWAY))

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
        if self._redis is None:
            return UNUSED
        try:
            self._redis.storage.get("readiness")
        except StorageError as error:
            self._note_away(self._redis, error)
            return _AWAY
        return "ok"

    def _ask(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        for limiter in self._shared:
            if time.monotonic() >= limiter.away_until:
                try:
                    return question(limiter)
                except StorageError as error:
                    self._note_away(limiter, error)
        return question(self._own)

    def _note_away(self, limiter: _SharedLimiter, error: StorageError) -> None:
        now = time.monotonic()
        limiter.away_until = now + self.ask_again
        if now >= limiter.warned_at + self.warn_again:
            limiter.warned_at = now
            log.warning(limiter.warning, error.storage_error)


def register(app: Flask, settings: Settings, office: str, counts: Counts | None = None) -> None:
    """Give the application its limiter; `counts` are those of all processes. Raises DataFileError."""
    app.extensions["rate_limits"] = RateLimits(settings.redis_url, office, counts)


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
