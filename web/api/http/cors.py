"""Which web pages elsewhere may call the API with their scripts: none, unless DOCGEN_CORS_ORIGINS names them.

Cookies are never allowed along: such a page needs a token, as any other system does.
"""

from __future__ import annotations

from flask import Flask, Response, request

from docgen.settings import Settings

_EXPOSED = (
    "ETag, Link, Location, Retry-After, Content-Disposition, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "X-Request-Id, X-Docgen-Dossier, X-Docgen-Replaces"
)
_ACCEPTED = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Range, X-Request-Id"


def register(app: Flask, settings: Settings) -> None:
    """Answer questions before a call (preflight), and mark answers to the pages that may ask."""
    origins = settings.cors_origins
    if not origins:
        return

    def preflight() -> Response | None:
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        return Response(status=204) if is_preflight and request.path.startswith("/api/") else None

    def mark(response: Response) -> Response:
        if not request.path.startswith("/api/"):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
                response.headers["Access-Control-Allow-Headers"] = _ACCEPTED
                response.headers["Access-Control-Max-Age"] = "600"
        return response

    app.before_request(preflight)
    app.after_request(mark)
