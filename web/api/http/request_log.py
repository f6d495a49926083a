"""Count and time each request by its route, log it as one line, and make it a span: never its address or its caller."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack

from flask import Flask, Response, current_app, g, request

from docgen.telemetry.metrics import HTTP_REQUESTS, HTTP_SECONDS
from docgen.telemetry.tracing import mark_span, span
from docgen.work_context import current_office
from web.api.http.request_id import route_pattern
from web.probes import is_probe

log = logging.getLogger("docgen.access")

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # callers may invent others
_FILES = ("static", "bootstrap.static")


def register(app: Flask) -> None:
    """Watch every request from now on. Call it behind `request_id.register` and before all else."""
    app.before_request(_begin)
    app.after_request(_note)
    app.teardown_request(_end)


def _begin() -> None:
    g.request_begun = time.perf_counter()
    g.request_span = ExitStack()
    attributes = {"http.request.method": _method(), "http.route": route_pattern()}
    g.request_span.enter_context(span(f"{_method()} {route_pattern()}", attributes))


def _note(response: Response) -> Response:
    if "request_begun" not in g:  # whatever is before this refused it
        return response
    seconds = time.perf_counter() - g.request_begun
    method, route, status = _method(), route_pattern(), response.status_code
    HTTP_REQUESTS.labels(current_office(), method, route, str(status)).inc()
    HTTP_SECONDS.labels(method, route).observe(seconds)
    mark_span({"http.response.status_code": status}, is_ok=status < 500)
    if current_app.extensions["settings"].log_access and not is_probe() and request.endpoint not in _FILES:
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
        log.info("%s %s %d %d ms", *fields.values(), extra={"fields": fields})
    return response


def _end(_error: BaseException | None) -> None:
    request_span = g.pop("request_span", None)
    if request_span is not None:
        request_span.close()


def _method() -> str:
    return request.method if request.method in _METHODS else "other"
