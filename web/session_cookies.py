"""The session cookie of each office: its name, its path and its key; read also before any application is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from itsdangerous import BadData
from werkzeug.http import parse_cookie

from docgen.desk.access.sessions import IDLE
from docgen.secret_box import secret_key
from docgen.settings import Settings

_NAME = "docgen"


def set_session_cookie(app: Flask, key: str, settings: Settings) -> None:
    """Have an application sign its cookies with a key, and name them after its office."""
    address = urlsplit(settings.public_url)
    app.config.update(
        SECRET_KEY=key,
        SESSION_COOKIE_NAME=f"{_NAME}_{settings.office}" if settings.office else _NAME,
        SESSION_COOKIE_PATH=address.path or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=address.scheme == "https",
        PERMANENT_SESSION_LIFETIME=IDLE,
    )


class SessionReader:
    """Reads from a request's headers who is signed in to one office."""

    def __init__(self, app: Flask) -> None:
        """Read cookies as this application writes them."""
        self._serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self._cookie = str(app.config["SESSION_COOKIE_NAME"])
        self._lasts = int(app.permanent_session_lifetime.total_seconds())

    @classmethod
    def of_settings(cls, settings: Settings) -> SessionReader:
        """Return the reader of an office whose application may not be there yet. Raises OSError."""
        app = Flask("web")
        set_session_cookie(app, secret_key(settings), settings)
        return cls(app)

    def session_of(self, headers: Mapping[str, str]) -> str:
        """Return the session id that the cookie was signed for, "" without such a cookie; names as `COOKIE`."""
        value = parse_cookie(headers.get("COOKIE", "")).get(self._cookie, "")
        try:
            return str(self._serializer.loads(value, max_age=self._lasts).get("_user_id", "")) if value else ""
        except BadData:
            return ""
