"""How often one address may try: guessing passwords or verification codes must be slow."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN = "10 per minute"
VERIFY = "30 per minute"


def register_limits(app: Flask) -> None:
    """Limit failed sign-ins and unknown codes. The counts are the application's own, kept in memory."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    views: dict[str, Any] = app.view_functions
    views["account.sign_in"] = limiter.limit(SIGN_IN, methods=["POST"], deduct_when=_refused)(views["account.sign_in"])
    views["verify.show"] = limiter.limit(VERIFY, deduct_when=_refused)(views["verify.show"])


def _refused(response: Response) -> bool:
    """Only failures count: a whole office may sign in behind one address."""
    return response.status_code >= 400
