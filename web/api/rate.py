"""How many calls a token may make in a time, told in headers of every answer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from flask import Flask, Response, current_app, g
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from docgen.settings import Settings

HEADERS = {
    "RateLimit-Limit": "Calls this token may make in the window",
    "RateLimit-Remaining": "Calls left in the window",
    "RateLimit-Reset": "Seconds until the window begins anew",
}


@dataclass(frozen=True)
class Rate:
    """The limit, and who counts; in Redis where machines share one, else in memory."""

    item: RateLimitItem
    limiter: FixedWindowRateLimiter

    @classmethod
    def of(cls, settings: Settings) -> Rate:
        """As the settings say."""
        storage = storage_from_string(settings.redis_url or "memory://")
        return cls(parse(settings.api_rate), FixedWindowRateLimiter(storage))


def register(app: Flask, settings: Settings) -> None:
    """Count from now on, and tell it in headers."""
    app.extensions["api_rate"] = Rate.of(settings)
    app.after_request(_tell)


def count_call(who: str) -> None:
    """Count a call of a token, or of an address without one. Raises TooManyRequests."""
    rate: Rate = current_app.extensions["api_rate"]
    allowed = rate.limiter.hit(rate.item, "api", who)
    window = rate.limiter.get_window_stats(rate.item, "api", who)
    seconds = max(1, math.ceil(window.reset_time - time.time()))
    g.rate = (rate.item.amount, window.remaining, seconds)
    if not allowed:
        raise TooManyRequests(retry_after=seconds)


def _tell(response: Response) -> Response:
    if "rate" in g:
        for name, value in zip(HEADERS, g.rate, strict=True):
            response.headers[name] = str(value)
    return response
