"""Who is at the page, and what they may do; the rules themselves are in `docgen.desk.accounts`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import request
from flask_login import UserMixin, current_user, login_required

from docgen.desk.accounts import MAY, Action, require
from docgen.desk.sessions import find_signed_in
from storage.records import User
from web.desk import get_desk

P = ParamSpec("P")
R = TypeVar("R")


class Person(UserMixin):  # type: ignore[misc]
    """The signed-in user, as Flask-Login wants one."""

    def __init__(self, user: User, session: str) -> None:
        self.user = user
        self.session = session

    def get_id(self) -> str:
        """Return the id of the session."""
        return self.session

    @property
    def name(self) -> str:
        """The name this person signs in with."""
        return self.user.name

    @property
    def shown_name(self) -> str:
        """The full name where it is known."""
        return self.user.full_name or self.user.name

    def may(self, action: Action) -> bool:
        """Whether to show a button; the views ask `require` again."""
        return action in MAY.get(self.user.role, set())


def load_person(id: str) -> Person | None:
    """Return the person of a session, or None when it has ended."""
    user = find_signed_in(get_desk(), id)
    return None if user is None else Person(user, id)


def me() -> Person:
    """The signed-in person of this request."""
    return cast(Person, current_user)


def may(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only signed-in people in whose role may do `action`. Raises Forbidden."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **more: P.kwargs) -> R:
            require(me().user.role, action)
            return view(*args, **more)

        return cast(Callable[P, R], login_required(checked))

    return decorate


def safe_next(target: str) -> str:
    """The address to go to after signing in: a path of this service, else the home page."""
    parts = urlsplit(target)
    clean = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if clean and target.isprintable() and "\\" not in target else "/"


def from_own_page() -> bool:
    """Whether a POST came from a page of this service, told by what a browser says and a page cannot forge."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").rstrip("/") == request.host_url.rstrip("/")


def wants_json() -> bool:
    """Whether a script of ours asks, not a person."""
    return request.headers.get("X-Requested-With") == "fetch"
