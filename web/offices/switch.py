"""Choose by host name or path which office answers a request."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from docgen.desk.service.open_offices import OpenOffice, OpenOffices
from docgen.errors import DocgenError
from docgen.work_context import set_office
from storage.errors import StorageError
from storage.records import HostedOffice
from web.offices.answers import office_away, unknown_host
from web.probes import PROBES
from web.proxy import called_host, host_name
from web.session_cookies import SessionReader

log = logging.getLogger("docgen.offices")

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class OfficeSwitch:
    """The application of an installation: that of the installation itself, and of each office that it holds.

    An office is known by the host name that was called, or, at the installation's own, by the first parts of the path.
    Without offices every host is the installation's. An office's application is made for its first request.
    """

    def __init__(self, installation: Flask, offices: OpenOffices, make_app: Callable[[OpenOffice], Flask]) -> None:
        self.installation = installation
        self._offices = offices
        self._make_app = make_app
        self._making = threading.Lock()
        self._apps: dict[str, tuple[OpenOffice, Flask]] = {}
        self._readers: dict[str, SessionReader] = {"": SessionReader(installation)}
        settings = offices.settings
        own_name = host_name(urlsplit(settings.public_url).netloc)
        self._own_hosts = {own_name, host_name(settings.host), *_LOOPBACK} - {""}
        self._https = settings.public_url.startswith("https://")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a WSGI request."""
        slug = self.office_of(
            str(environ.get("REMOTE_ADDR", "")),
            str(environ.get("HTTP_HOST", "")),
            str(environ.get("HTTP_X_FORWARDED_HOST", "")),
            str(environ.get("PATH_INFO", "")),
        )
        set_office(slug or "")  # it stays until the thread's next request: an answer may be read after this returns
        if slug is None:
            return unknown_host(environ, start_response, https=self._https)
        if not slug:
            return self.installation(environ, start_response)
        try:
            app = self._app(slug)
        except (StorageError, DocgenError, OSError):  # logged where it is opened
            return office_away(environ, start_response, https=self._https)
        if prefix := self._offices.hosted[slug].path:
            environ["SCRIPT_NAME"] = str(environ.get("SCRIPT_NAME", "")) + prefix
            environ["PATH_INFO"] = str(environ["PATH_INFO"]).removeprefix(prefix) or "/"
        return app(environ, start_response)

    @property
    def has_offices(self) -> bool:
        """Return whether there is any office beside the installation's own."""
        return bool(self._offices.hosted)

    def office_of(self, peer: str, host: str, forwarded_host: str, path: str) -> str | None:
        """Return the slug of the office that a request is for, "" of the installation, None of nobody.

        `forwarded_host` counts when `peer` is a trusted proxy. Whoever watches the machine calls it by any name.
        """
        hosted = self._offices.hosted
        if not hosted or path in PROBES:
            return ""
        name = called_host(peer, host, forwarded_host, self.installation.extensions["proxies"])
        by_host = next((office.slug for office in hosted.values() if office.host and office.host == name), None)
        if by_host is not None:
            return by_host
        if name not in self._own_hosts:
            return None
        by_path = _office_at(path, hosted)
        return by_path.slug if by_path else ""

    def within(self, path: str) -> str:
        """Return a path as the application that answers it sees it."""
        office = _office_at(path, self._offices.hosted)
        return path.removeprefix(office.path) or "/" if office else path

    def session_of(self, slug: str, headers: Mapping[str, str]) -> str:
        """Return the session id that the cookie of an office was signed for, "" without such a cookie."""
        reader = self._readers.get(slug)
        if reader is None:
            try:
                reader = self._readers[slug] = SessionReader.of_settings(self._offices.settings_of(slug))
            except (DocgenError, OSError):  # its settings are wrong; whoever calls it is told
                return ""
        return reader.session_of(headers)

    def has_session(self, headers: Mapping[str, str]) -> bool:
        """Return whether somebody is signed in to any office, whichever of them is called."""
        return any(self.session_of(slug, headers) for slug in ["", *self._offices.hosted])

    def _app(self, slug: str) -> Flask:
        """Return the application of an office. Raises StorageError, DocgenError."""
        office = self._offices.get(slug)
        current = self._apps.get(slug)
        if current is not None and current[0] is office:
            return current[1]
        with self._making:
            current = self._apps.get(slug)
            if current is None or current[0] is not office:
                current = self._apps[slug] = office, self._make_app(office)
            return current[1]


def _office_at(path: str, hosted: Mapping[str, HostedOffice]) -> HostedOffice | None:
    """Return the office whose path a request's begins with."""
    offices = (office for office in hosted.values() if office.path)
    return next((office for office in offices if path == office.path or path.startswith(f"{office.path}/")), None)
