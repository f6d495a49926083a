"""What machines ask any site for: what they may look through, and where a weakness is reported."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from web.desk import get_desk, get_settings
from web.pages.shell.access import public

blueprint = Blueprint("crawlers", __name__)

# Nothing is to be found by a search engine. What people paste elsewhere may be looked at, for the card of its link.
_LOOKED_AT = ("/s/", "/verifikasi", "/oembed", "/static/", "/.well-known/")
ROBOTS = "\n".join(["User-agent: *", *(f"Allow: {path}" for path in _LOOKED_AT), "Disallow: /", ""])
LASTS = dt.timedelta(days=180)  # RFC 9116, 2.5.5: less than a year


@blueprint.get("/robots.txt")
@public("Crawlers sign in nowhere.")
def robots() -> ResponseReturnValue:
    """Ask crawlers to stay away (RFC 9309)."""
    return Response(ROBOTS, mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public("Who reports a weakness has no account.")
def security_contact() -> ResponseReturnValue:
    """Say where weaknesses are reported (RFC 9116), where the office has set it; 404 otherwise."""
    contact = get_settings().security_contact
    if not contact:
        abort(404)
    desk = get_desk()
    expires = (desk.now() + LASTS).astimezone(dt.UTC).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires}",
        "Preferred-Languages: id, en",
        f"Canonical: {desk.public_url}/.well-known/security.txt",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")
