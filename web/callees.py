"""What the front door asks about the offices behind it: whom a request is for, and who is signed in there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from flask import Flask

from web.session_cookies import SessionReader


class Callees(Protocol):
    """A WSGI application of one office or of several; `installation` is the one that answers probes."""

    installation: Flask

    @property
    def has_offices(self) -> bool:
        """Return whether there is any office beside the installation's own."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a WSGI request."""

    def office_of(self, peer: str, host: str, forwarded_host: str, path: str) -> str | None:
        """Return the slug of the office that a request is for, "" of the installation, None of nobody."""

    def within(self, path: str) -> str:
        """Return a path as the application that answers it sees it."""

    def session_of(self, slug: str, headers: Mapping[str, str]) -> str:
        """Return the session id that the cookie of an office was signed for, "" without such a cookie."""

    def has_session(self, headers: Mapping[str, str]) -> bool:
        """Return whether somebody is signed in to any office, whichever of them is called."""


class OneOffice:
    """An application that answers whatever name it is called by."""

    has_offices = False

    def __init__(self, app: Flask) -> None:
        self.installation = app
        self._reader = SessionReader(app)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a WSGI request."""
        answer: Iterable[bytes] = self.installation(environ, start_response)
        return answer

    def office_of(self, _peer: str, _host: str, _forwarded_host: str, _path: str) -> str | None:
        """Return "": there is no other."""
        return ""

    def within(self, path: str) -> str:
        """Return the path."""
        return path

    def session_of(self, _slug: str, headers: Mapping[str, str]) -> str:
        """Return the session id that the cookie was signed for, "" without such a cookie."""
        return self._reader.session_of(headers)

    def has_session(self, headers: Mapping[str, str]) -> bool:
        """Return whether somebody is signed in."""
        return bool(self._reader.session_of(headers))
