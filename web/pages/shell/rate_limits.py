"""Rate limits of pages: guessing passwords, codes or links must be slow, and expensive pages are bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, make_response, request
from flask_login import current_user
from limits import RateLimitItem

from docgen.links import DOCUMENT, SHARE, VERIFICATION
from web.pages.shell.known_browser import account_mark
from web.rate_limits import caller_address, get_rate_limits, rates

SIGN_IN = rates("20 per minute")  # by address: an office may sign in behind one
FORGOTTEN = rates("3 per hour")  # links asked for by mail, by what was typed
FORGOTTEN_HERE = rates("20 per hour")  # and by address
PROVIDER = rates("60 per minute")  # by address: an office may sign in behind one, and a sign-in is two visits
VERIFY = rates("30 per minute")
UPLOADS = rates("30 per minute")
PICTURES = rates("300 per minute")

View = Callable[..., Any]
LimitItems = tuple[RateLimitItem, ...]


def register_limits(app: Flask) -> None:
    """Limit unknown codes and what costs work; passwords and codes are counted where they are checked."""
    views: dict[str, View] = app.view_functions
    views["account.sign_in"] = _limited(views["account.sign_in"], VERIFY, "codes", only=_asks_for_a_card)
    for name in ("verify.show", "verify.page", "shares.show", "shares.pdf", "shares.picture", "shares.page",
                 "cards.oembed", "password_links.choose"):  # fmt: skip
        views[name] = _limited(views[name], VERIFY, "codes", refused=True)
        if name != "verify.show":
            views[name] = _limited(views[name], PICTURES, name)
    for name in ("verify.upload", "verify.compare"):
        views[name] = _limited(views[name], UPLOADS, "uploads")


def count_forgotten(name: str) -> None:
    """Count a link that is asked for by mail, whether there is such an account or not. Raises TooManyRequests."""
    counts = get_rate_limits()
    counts.count(FORGOTTEN_HERE, "forgotten", caller_address())
    counts.count(FORGOTTEN, "forgotten", account_mark(name.lower()))


def count_provider_visit() -> None:
    """Count a visit to or from the OpenID provider: each costs requests of this service. Raises TooManyRequests."""
    get_rate_limits().count(PROVIDER, "provider", caller_address())


def _limited(
    view: View, limits: LimitItems, scope: str, *, refused: bool = False, only: Callable[[], bool] | None = None
) -> View:
    """Return the view, counted by address before it works; with `refused`, a good answer is given back."""

    @wraps(view)
    def limited_view(*args: Any, **values: Any) -> Response:
        if only is not None and not only():
            return make_response(view(*args, **values))
        counts, identifiers = get_rate_limits(), (scope, caller_address())
        counts.count(limits, *identifiers)
        response = make_response(view(*args, **values))
        if refused and response.status_code < 400:
            counts.give_back(limits, *identifiers)
        return response

    return limited_view


def _asks_for_a_card() -> bool:
    """Return whether this is a sign-in page that reveals a little of the document behind it, or that there is none."""
    if request.method != "GET" or current_user.is_authenticated:
        return False
    return request.args.get("next", "").startswith((DOCUMENT, SHARE, VERIFICATION))
