"""The application factory: one Flask app over one desk."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, g, request

from docgen.desk import Desk, audit
from docgen.desk.background.jobs import Jobs
from docgen.links import PROVIDER_ANSWER
from docgen.openid.settings import OpenIdSettings
from docgen.settings import Settings, read_settings
from docgen.work_context import set_caller
from storage.counts import Counts
from web import api, language, pages, rate_limits, secret_fields, security_headers, shutdown
from web.api.http import request_id, request_log
from web.body_limits import BODY
from web.desk import get_desk
from web.head_requests import ReadingRequest
from web.probes import answer_only_probes
from web.proxy import LOOPBACK, TrustedProxy
from web.session_cookies import set_session_cookie

if TYPE_CHECKING:
    from docgen.openid.provider import OpenIdProvider

log = logging.getLogger("docgen.web")


def create_app(
    desk: Desk,
    secret_key: str,
    jobs: Jobs,
    settings: Settings | None = None,
    counts: Counts | None = None,
    stopping: shutdown.Stopping | None = None,
) -> Flask:
    """Return the WSGI application that serves pages and API over `desk`.

    `secret_key` signs sessions, CSRF tokens and share links; long work goes to `jobs`. Without `settings`, what systems
    and web pages elsewhere may do is as by default. `counts` of calls are shared with other processes; `stopping` is
    the end of the process, where it has several applications.
    """
    app = Flask("web")
    app.request_class = ReadingRequest
    app.extensions["desk"] = desk
    app.extensions["jobs"] = jobs
    app.extensions["settings"] = settings or read_settings({})
    app.extensions["openid"] = _openid(app.extensions["settings"].openid, desk)
    https = desk.public_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=BODY,
        MAX_FORM_MEMORY_SIZE=BODY,
        MAX_FORM_PARTS=20_000,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=https,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still be accepted; it ends with the session
    )
    set_session_cookie(app, secret_key, replace(app.extensions["settings"], public_url=desk.public_url))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["proxies"] = app.extensions["settings"].proxies or (LOOPBACK if https else ())
    app.wsgi_app = TrustedProxy(app.wsgi_app, app.extensions["proxies"])  # type: ignore[method-assign]
    app.log_exception = _log_exception  # type: ignore[method-assign,assignment]
    secret_fields.register(app)  # before whatever reads a body
    request_id.register(app)
    request_log.register(app)
    app.before_request(_pin_kinds)
    app.before_request(_note_origin)  # first: what others note in the log comes from there, too
    _play_role(app, app.extensions["settings"], stopping)
    language.register(app)
    rate_limits.register(app, app.extensions["settings"], desk.public_url, counts)
    api.register(app)
    pages.register(app)
    security_headers.register(app, https=https)
    app.teardown_request(_forget_caller)
    app.teardown_request(_unpin_kinds)
    return app


def _play_role(app: Flask, settings: Settings, stopping: shutdown.Stopping | None) -> None:
    """Have the end announced before the door is closed; a worker, to which no proxy sends callers, has none."""
    if settings.role == "worker":
        answer_only_probes(app)
    shutdown.register(app, stopping or shutdown.Stopping(0 if settings.role == "worker" else settings.drain))


def _openid(settings: OpenIdSettings | None, desk: Desk) -> OpenIdProvider | None:
    """Return the provider of the settings; its library is loaded where there is one. Nothing is asked of it yet."""
    if settings is None:
        return None
    from docgen.openid.provider import OpenIdProvider

    return OpenIdProvider(settings, desk.public_url + PROVIDER_ANSWER, desk.now)


def _pin_kinds() -> None:
    """Let a request see the same kinds from begin to end, whatever is published meanwhile."""
    g.pinned_kinds = ExitStack()
    g.pinned_kinds.enter_context(get_desk().kind_register.pinned())


def _unpin_kinds(_error: BaseException | None) -> None:
    pinned = g.pop("pinned_kinds", None)
    if pinned is not None:
        pinned.close()


def _note_origin() -> None:
    """Note for the audit log where a request comes from; its user is known only after sign-in."""
    audit.set_origin(request.remote_addr or "")


def _forget_caller(_error: BaseException | None) -> None:
    """Forget the caller, because the thread goes on with another request."""
    set_caller("")


def _log_exception(
    error: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
) -> None:
    """Log a fault of ours, as Flask does, but by its route."""
    log.error("%s failed", request_id.route(), exc_info=error)
