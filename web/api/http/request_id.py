"""Every answer carries `X-Request-Id`, to be quoted when something went wrong: its lines of the log have it, too."""

from __future__ import annotations

import re

from flask import Flask, Response, g, request
from ulid import ULID

from docgen.work_context import set_notes

HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ULID = re.compile(r"[0-9a-z]{26}")


def register(app: Flask) -> None:
    """Give each request an id, the caller's or its proxy's own where they sent a plain one.

    Call it first, so that whatever answers a request has noted its id.
    """
    app.before_request(_begin)
    app.after_request(_mark)
    app.teardown_request(_forget)


def request_id() -> str:
    """Return the id of this request."""
    if "request_id" not in g:
        _begin()
    return str(g.request_id)


def route() -> str:
    """Return method and route of this request for the log: a path may hold a code, a token or a name."""
    return f"{request.method} {route_pattern()}"


def route_pattern() -> str:
    """Return the route of this request, as it was declared."""
    return request.url_rule.rule if request.url_rule is not None else "(no route)"


def _begin() -> None:
    sent_id = request.headers.get(HEADER, "")
    g.request_id = sent_id if _ACCEPTED.fullmatch(sent_id) else str(ULID()).lower()
    about = str((request.view_args or {}).get("id", ""))
    set_notes(request=g.request_id, **({"about": about} if _ULID.fullmatch(about) else {}))


def _mark(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response


def _forget(_error: BaseException | None) -> None:
    """Forget the request, because the thread goes on with another."""
    set_notes()
