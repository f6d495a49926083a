"""How often one address may try: guessing passwords or verification codes must be slow."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN = "10 per minute"
VERIFY = "30 per minute"
UPLOADS = "30 per minute"
PICTURES = "300 per minute"


def register_limits(app: Flask) -> None:
    """Limit failed sign-ins, unknown codes, and what costs work. The counts are the application's own, in memory."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    guesses = limiter.shared_limit(VERIFY, scope="codes", deduct_when=_refused)
    uploads = limiter.shared_limit(UPLOADS, scope="uploads")
    views: dict[str, Any] = app.view_functions
    cards = limiter.shared_limit(VERIFY, scope="codes", methods=["GET"], deduct_when=_tries_a_card)
    views["account.sign_in"] = cards(views["account.sign_in"])
    views["account.sign_in"] = limiter.limit(SIGN_IN, methods=["POST"], deduct_when=_refused)(views["account.sign_in"])
    views["account.password"] = limiter.limit(SIGN_IN, methods=["POST"], deduct_when=_refused)(
        views["account.password"]
    )
    views["verify.show"] = guesses(views["verify.show"])
    views["verify.page"] = limiter.limit(PICTURES)(guesses(views["verify.page"]))
    for name in ("shares.show", "shares.pdf", "shares.picture", "shares.page", "cards.oembed"):
        views[name] = limiter.limit(PICTURES)(guesses(views[name]))
    for name in ("verify.upload", "verify.compare"):
        views[name] = uploads(views[name])


def _tries_a_card(response: Response) -> bool:
    """A sign-in page for an address behind it says a little of a document there, or that there is none."""
    return request.args.get("next", "").startswith(("/d/", "/s/", "/verifikasi/")) and "card" in g


def _refused(response: Response) -> bool:
    """Only failures count: a whole office may sign in behind one address."""
    return response.status_code >= 400
