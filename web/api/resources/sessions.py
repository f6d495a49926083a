"""Sessions of people: where accounts are signed in, and signing them out."""

from __future__ import annotations

from flask import request

from docgen.desk.access.accounts import get_user
from docgen.desk.access.sessions import end_everybody, end_sessions, list_all_sessions, list_sessions, mark_of
from docgen.errors import FieldError, Forbidden, InvalidSubmission
from storage import records
from web.api.http.auth import asker
from web.api.http.calls import call
from web.api.http.own_session import own_session
from web.api.schemas import queries
from web.api.schemas.answers.sessions import EndedSessions, Session
from web.desk import get_desk

_EMPTY = "Tulis nama akun yang dikeluarkan, atau hilangkan user sama sekali untuk mengeluarkan semua orang."
_OTHERS = (
    "Dengan sesi halaman hanya sesi Anda sendiri yang dapat dilihat dan diakhiri. "
    "Untuk akun lain pakai token dengan izin “accounts”."
)


@call("GET", "/sessions", "Sessions of people", tag="Accounts", action="accounts", takes_own_session=True,
      query=queries.SessionQuery, returns={200: list[Session]}, problems=(404,))  # fmt: skip
def get_sessions(query: queries.SessionQuery) -> list[Session]:
    """Where `user`, or without it everybody, is signed in, the session used last first. Called with the session cookie
    of a page instead of a token, it tells one's own sessions alone."""
    own = own_session()
    if own is not None:
        _require_own(own.user, query.user)
        return [_answer(session, own.id) for session in list_sessions(get_desk(), own.user)]
    if not query.user:
        return [_answer(session) for session in list_all_sessions(get_desk())]
    get_user(get_desk(), query.user)
    return [_answer(session) for session in list_sessions(get_desk(), query.user)]


@call("DELETE", "/sessions", "Sign people out", tag="Accounts", action="accounts", takes_own_session=True,
      query=queries.SessionQuery, returns={200: EndedSessions}, problems=(404,))  # fmt: skip
def delete_sessions(query: queries.SessionQuery) -> EndedSessions:
    """Sign `user`, or without it everybody, out of every browser at once. Called with the session cookie of a page of
    this service instead of a token, it signs out oneself. A token ends no session of an account that may do more than
    it. An empty `user` is refused: it is not everybody."""
    if not query.user and "user" in request.args:
        raise InvalidSubmission([FieldError("user", _EMPTY)])
    own = own_session()
    if own is not None:
        _require_own(own.user, query.user)
        return EndedSessions(ended=end_sessions(get_desk(), own.user, own.user))
    if query.user:
        return EndedSessions(ended=end_sessions(get_desk(), query.user, asker().name, caller=asker()))
    return EndedSessions(ended=end_everybody(get_desk(), asker().name, asker()))


def _require_own(own: str, user: str) -> None:
    if user not in ("", own):
        raise Forbidden(_OTHERS, missing="accounts")


def _answer(session: records.Session, here: str = "") -> Session:
    return Session(
        id=mark_of(session),
        user=session.user,
        method=session.method,
        origin=session.origin,
        browser=session.browser,
        created_at=session.created_at,
        seen_at=session.seen_at,
        current=session.id == here,
    )
