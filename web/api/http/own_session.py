"""Calls that a page may make with the session of whoever is signed in, instead of a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g, request
from flask_login import current_user

from docgen.errors import Forbidden
from docgen.work_context import set_caller
from web.api.http.rate_limit import count_call
from web.same_origin import from_own_page

_FOREIGN = "Permintaan ini tidak datang dari halaman layanan ini, jadi tidak dilakukan."


@dataclass(frozen=True)
class OwnSession:
    """The session of a person who calls: its id and whose it is."""

    id: str
    user: str


def let_in_by_session() -> bool:
    """Let the caller in by the session of a page, if there is one and no token; what changes comes from our pages only.

    Raises Forbidden, TooManyRequests.
    """
    g.own_session = None
    if "Authorization" in request.headers or not current_user.is_authenticated:
        return False
    own = OwnSession(str(current_user.get_id()), str(current_user.name))
    count_call(f"account:{own.user}")
    set_caller(f"account:{own.user}")
    if request.method not in ("GET", "HEAD") and not from_own_page():
        raise Forbidden(_FOREIGN)
    g.own_session = own
    return True


def own_session() -> OwnSession | None:
    """Return the session by which this request was let in; None for a token."""
    return cast("OwnSession | None", g.get("own_session"))
