"""A signed cookie that names the accounts that signed in in this browser before; it opens nothing by itself."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Response, current_app, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from storage.text import tidy

COOKIE = "docgen_browser"
LIFETIME = timedelta(days=180)
_MOST_ACCOUNTS = 10  # of one browser; a shared PC knows those that signed in last


def known_browser(name: str) -> str:
    """Return the id of this browser when the account was signed in here before, else ""."""
    browser, accounts = _read()
    return browser if account_mark(name) in accounts else ""


def remember_browser(response: Response, name: str) -> Response:
    """Remember in the answer that this account was signed in here."""
    browser, accounts = _read()
    marks = [account_mark(name), *(mark for mark in accounts if mark != account_mark(name))][:_MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        _serializer().dumps([browser or secrets.token_urlsafe(12), marks]),
        max_age=LIFETIME,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path=url_for("account.sign_in"),
    )
    return response


def _read() -> tuple[str, list[str]]:
    try:
        browser, accounts = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=int(LIFETIME.total_seconds()))
    except (BadData, ValueError, TypeError):
        return "", []
    return str(browser), list(accounts)


def account_mark(name: str) -> str:
    """Return a short mark of an account's name, however it is typed."""
    return hashlib.sha256(tidy(name).casefold().encode()).hexdigest()[:32]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")
