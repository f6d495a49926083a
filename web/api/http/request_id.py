"""Every answer carries `X-Request-Id`, the one to quote when something went wrong: it stands in the service's log."""

from __future__ import annotations

import re

from flask import Flask, Response, g, request
from ulid import ULID

HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def register(app: Flask) -> None:
    """Give each request an id, the caller's own where it sent a plain one."""
    app.before_request(_begin)
    app.after_request(_mark)


def request_id() -> str:
    """Return the id of this request."""
    if "request_id" not in g:
        _begin()
    return str(g.request_id)


def _begin() -> None:
    sent_id = request.headers.get(HEADER, "")
    g.request_id = sent_id if _ACCEPTED.fullmatch(sent_id) else str(ULID()).lower()


def _mark(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
