"""Who calls: another system, known by its bearer token (RFC 6750)."""

from __future__ import annotations

from typing import cast

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from docgen.desk.accounts import Action, find_token, require
from storage.records import Token
from web.desk import get_desk


def authorise(action: Action) -> None:
    """Find the caller and check what it may do. Raises Unauthorized, Forbidden, StoreUnavailable."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "docgen"}))
    token = find_token(get_desk(), sent.token)
    if token is None:
        challenge = WWWAuthenticate("bearer", {"realm": "docgen", "error": "invalid_token"})
        raise Unauthorized(www_authenticate=challenge)
    require(token.scope, action)
    g.caller = token


def caller() -> Token:
    """The token of this request."""
    return cast(Token, g.caller)
