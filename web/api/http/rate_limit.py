"""The rate limit of API calls by token, reported in headers of every answer."""

from __future__ import annotations

from flask import Flask, Response, current_app, g
from limits import RateLimitItem

from docgen.settings import Settings
from web.rate_limits import get_rate_limits, rates

HEADERS = {
    "RateLimit-Limit": "Calls this token may make in the window",
    "RateLimit-Remaining": "Calls left in the window",
    "RateLimit-Reset": "Seconds until the window begins anew",
}


def register(app: Flask, settings: Settings) -> None:
    """Add the rate-limit headers to every answer."""
    (app.extensions["api_rate"],) = rates(settings.api_rate)
    app.after_request(_tell)


def count_call(caller_id: str) -> None:
    """Count a call of a token, or of an address without one. Raises TooManyRequests."""
    rate: RateLimitItem = current_app.extensions["api_rate"]
    counts = get_rate_limits()
    try:
        counts.count([rate], "api", caller_id)
    finally:
        g.rate = counts.window(rate, "api", caller_id)


def _tell(response: Response) -> Response:
    if "rate" in g:
        values = (g.rate.limit, g.rate.remaining, g.rate.seconds)
        response.headers.update({name: str(value) for name, value in zip(HEADERS, values, strict=True)})
    return response
