"""Sessions: who is signed in, in which browsers, and until when.

A session lives in the catalogue, so that ending it ends it everywhere, whatever copies of its cookie there are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from contextlib import suppress

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.managers import require_reach
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from storage.catalogue import notices
from storage.catalogue.access import accounts, sessions
from storage.errors import StorageError
from storage.records import Session, SignInMethod, User

IDLE = dt.timedelta(hours=12)  # without any use
LONGEST = dt.timedelta(hours=24)  # however much it is used
CONFIRMED = dt.timedelta(minutes=15)  # how long a factor that was given lets decide and sign
NOTED = dt.timedelta(minutes=5)  # how exactly the last use is known
_LONGEST_BROWSER = 300  # characters


def begin_session(
    desk: Desk,
    user: User,
    method: SignInMethod = "password",
    *,
    origin: str = "",
    browser: str = "",
    renewed: bool = False,
    confirmed_at: dt.datetime | None = None,
) -> Session | None:
    """Begin a session of a user who has just signed in by a method; `browser` is what the browser calls itself.

    `confirmed_at` is when the user proved who he is, where that was before now. A `renewed` session follows one that
    ended with a new password: nobody signed in. Return None when the account was closed or its password changed in
    between.
    """
    now = desk.now()
    name = "".join(filter(str.isprintable, browser))[:_LONGEST_BROWSER]
    session = Session(
        id=secrets.token_urlsafe(24), user=user.name, origin=origin, browser=name, created_at=now, seen_at=now,
        method=method, confirmed_at=min(confirmed_at or now, now),
    )  # fmt: skip
    with desk.catalogue.write() as tx:
        current = accounts.find_active_user(tx, user.name)
        if current is None or current.password != user.password:
            return None
        sessions.forget_sessions(tx, now - LONGEST, now - IDLE)
        sessions.add_session(tx, session)
        if not renewed:
            accounts.note_sign_in(tx, user.name, now, origin)
            audit.record(desk, tx, user.name, Action.USER_SIGNED_IN, user.name, after={"method": method})
    return session


def find_signed_in(desk: Desk, id: str) -> tuple[User, Session] | None:
    """Return the user of a session, and the session, or None when it has ended or the account is closed.

    Its use is noted.
    """
    now = desk.now()
    with desk.catalogue.read() as tx:
        session = sessions.find_session(tx, id)
        user = accounts.find_active_user(tx, session.user) if session is not None and _lasts(session, now) else None
    if session is None or user is None:
        return None
    if session.seen_at <= now - NOTED:
        with suppress(StorageError), desk.catalogue.write() as tx:  # who only reads is kept from it by no full disk
            sessions.note_seen(tx, id, now, now - NOTED)
    return user, session


def is_confirmed(session: Session, now: dt.datetime) -> bool:
    """Return whether the person of a session proved who they are so lately that they may decide and sign."""
    return proved_at(session) > now - CONFIRMED


def proved_at(session: Session) -> dt.datetime:
    """Return when the person of a session proved last who they are."""
    return session.confirmed_at or session.created_at


def note_confirmed(desk: Desk, session: Session) -> None:
    """Note that the person of a session has just proved again who they are."""
    with desk.catalogue.write() as tx:
        sessions.note_confirmed(tx, session.id, desk.now())


def list_sessions(desk: Desk, user: str) -> list[Session]:
    """Return the sessions of a user that have not ended, the one seen last first."""
    now = desk.now()
    with desk.catalogue.read() as tx:
        return [session for session in sessions.list_sessions(tx, user) if _lasts(session, now)]


def list_all_sessions(desk: Desk) -> list[Session]:
    """Return the sessions of everybody that have not ended, the one seen last first."""
    now = desk.now()
    with desk.catalogue.read() as tx:
        return [session for session in sessions.list_sessions(tx, None) if _lasts(session, now)]


def mark_of(session: Session) -> str:
    """Return what names a session to others: it stands on pages and in answers, and opens nothing."""
    return hashlib.sha256(session.id.encode()).hexdigest()[:16]


def end_session(desk: Desk, id: str, user: str) -> None:
    """End a session of this user; one that has ended already, or is somebody else's, is left alone."""
    with desk.catalogue.write() as tx:
        sessions.end_session(tx, id, user)


def end_marked_session(desk: Desk, mark: str, user: str, by: str, *, caller: Caller | None = None) -> None:
    """End the session of a user that has this mark; one that has ended already, or is of another, is left alone.

    Raises RecordMissing, and Forbidden for an account that may do more than the caller (None: the command line).
    """
    with desk.catalogue.write() as tx:
        _require_reach(desk, tx, user, by, caller)
        for session in sessions.list_sessions(tx, user):
            if mark_of(session) == mark:
                sessions.end_session(tx, session.id, user)
                details = {"browser": session.browser, "origin": session.origin}
                audit.record(desk, tx, by, Action.USER_SESSION_ENDED, user, before=details)


def end_sessions(desk: Desk, user: str, by: str, *, caller: Caller | None = None) -> int:
    """End every session of a user, and record who did it; no browser shows notices any more.

    Return how many there were. Raises RecordMissing, and Forbidden for an account that may do more than the caller
    (None: the command line).
    """
    with desk.catalogue.write() as tx:
        _require_reach(desk, tx, user, by, caller)
        count = sessions.end_sessions(tx, user)
        notices.remove_subscriptions(tx, user)
        audit.record(desk, tx, by, Action.USER_SESSIONS_ENDED, user, before={"sessions": count})
    return count


def end_everybody(desk: Desk, by: str, caller: Caller) -> int:
    """End the sessions of everybody, and return how many there were. Raises Forbidden, and ends none, where one of
    them may do more than the caller."""
    count = 0
    with desk.catalogue.write() as tx:
        for user in sorted({session.user for session in sessions.list_sessions(tx, None)}):
            _require_reach(desk, tx, user, by, caller)
            ended = sessions.end_sessions(tx, user)
            notices.remove_subscriptions(tx, user)
            audit.record(desk, tx, by, Action.USER_SESSIONS_ENDED, user, before={"sessions": ended})
            count += ended
    return count


def _require_reach(desk: Desk, tx: Connection, user: str, by: str, caller: Caller | None) -> None:
    role = accounts.get_user(tx, user).role
    if user != by or (caller is not None and caller.token):  # a token may be called what an account is called
        require_reach(desk, caller, role)


def _lasts(session: Session, now: dt.datetime) -> bool:
    return session.created_at > now - LONGEST and session.seen_at > now - IDLE
