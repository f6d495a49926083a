"""The signed-in person and what they may do; the rules themselves are in `docgen.desk.rights`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import request
from flask_login import UserMixin, current_user, login_required

from docgen.desk import rights
from docgen.desk.access.passwords import NO_PASSWORD
from docgen.desk.access.secret_readings import note_reading
from docgen.desk.access.sessions import find_signed_in
from docgen.desk.decisions.endorse import allowed_among, turn_of
from docgen.foreign.reader import Lane
from docgen.permissions import Permission
from docgen.work_context import set_caller
from storage.catalogue import documents, dossiers, registers
from storage.catalogue.visibility.limits import Limits
from storage.errors import RecordMissing
from storage.records import Job, Session, User
from web.desk import get_desk
from web.route_rules import Rule, declare
from wording import say

BEFORE = "masuk_sebelumnya"  # in the session: when (`at`) and from where (`origin`) its user signed in before

P = ParamSpec("P")
R = TypeVar("R")


class Person(UserMixin):  # type: ignore[misc]
    """The signed-in user, as Flask-Login wants one."""

    def __init__(self, user: User, session: Session) -> None:
        self.user = user
        self.sign_in = session

    def get_id(self) -> str:
        """Return the id of the session."""
        return self.session

    @property
    def session(self) -> str:
        """The id of the session."""
        return self.sign_in.id

    @property
    def name(self) -> str:
        """The name this person signs in with."""
        return self.user.name

    @property
    def has_password(self) -> bool:
        """Whether this person can also sign in with a password."""
        return self.user.password != NO_PASSWORD

    @property
    def shown_name(self) -> str:
        """The full name where it is known."""
        return self.user.full_name or self.user.name

    @cached_property
    def caller(self) -> rights.Caller:
        """Who this person is to the rules of `docgen.desk.rights`, in this request."""
        limited = False
        if self.user.divisions:
            with get_desk().catalogue.read() as tx:
                limited = registers.get_office(tx).divisions_limit
        return rights.person(get_desk().roles, self.user, divisions_limit=limited)

    def may(self, action: Permission) -> bool:
        """Return whether to show a button; the views ask `rights.require` again."""
        return rights.may(self.caller, action)

    def may_steer(self, job: Job) -> bool:
        """Return whether to show the buttons that cancel a job or run it again; `Jobs` asks again."""
        return rights.may_steer(self.caller, job)


def load_person(id: str) -> Person | None:
    """Return the person of a session, or None when it has ended."""
    signed_in = find_signed_in(get_desk(), id)
    return None if signed_in is None else Person(*signed_in)


def me() -> Person:
    """Return the signed-in person of this request."""
    return cast(Person, current_user)


def lane() -> Lane:
    """Return where a public page opens files: for who did not sign in, behind everybody else."""
    return "page" if current_user.is_authenticated else "stranger"


def may(
    permission: Permission,
    *,
    post: Permission | None = None,
    instead: Permission | None = None,
    confirmed: bool | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only signed-in people with a permission in; to send the page's form, with `post`. Raises Forbidden.

    Who has `instead` may do the same without them.

    A form is `confirmed` (see `Rule`), unless the view says otherwise, where it decides or signs: needs "endorse".
    """
    needed = post or permission
    asks_again = needed == "endorse" if confirmed is None else confirmed

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            set_caller(f"account:{me().name}")
            asked = post if post and request.method == "POST" else permission
            rights.require(me().caller, asked, instead)
            return view(*args, **kwargs)

        of_person: Callable[P, R] = login_required(checked)
        form = Rule("permission", needed, instead or "", confirmed=asks_again)
        return declare(of_person, Rule("permission", permission, instead or ""), POST=form)

    return decorate


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Let every signed-in person in: what the view shows and changes is their own (password, sessions, notices)."""
    return _of_person(view, confirmed=False)


def signed_in_lately(view: Callable[P, R]) -> Callable[P, R]:
    """Let every signed-in person in; who sends the form has proved lately who they are (`Rule.confirmed`)."""
    return _of_person(view, confirmed=True)


def _of_person(view: Callable[P, R], *, confirmed: bool) -> Callable[P, R]:
    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        set_caller(f"account:{me().name}")
        return view(*args, **kwargs)

    of_person: Callable[P, R] = login_required(checked)
    return declare(of_person, Rule("signed-in"), POST=Rule("signed-in", confirmed=confirmed))


def public(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let everybody in, for this reason."""
    return lambda view: declare(view, Rule("public", reason=reason))


def permalink(view: Callable[P, R]) -> Callable[P, R]:
    """Let the view itself ask for a person or a token that may read."""
    return declare(view, Rule("permalink"))


def picker(view: Callable[P, R]) -> Callable[P, R]:
    """Let everybody in; the view lists letters only to who is signed in and may read."""
    return declare(view, Rule("picker"))


def limits() -> Limits:
    """Return what the signed-in person may know of."""
    return me().caller.within


def see_document(id: str) -> None:
    """Raise RecordMissing unless the person may know of this document, or it waits for one of his officials."""
    caller, desk = me().caller, get_desk()
    if not caller.within:
        return
    with desk.catalogue.read() as tx:
        if rights.may(caller, "read", tx, id):
            return
        with suppress(RecordMissing):
            turn = turn_of(desk, tx, documents.get_document(tx, id))
            if turn and allowed_among(me().user.officials, turn.officials):
                return
    raise RecordMissing(say("Naskah {id} tidak ada dalam arsip.", id=repr(id)))


def read_document(id: str) -> None:
    """Check as `see_document` for a view that shows content; the reading of a secret letter is recorded."""
    see_document(id)
    note_reading(get_desk(), [id], me().name)


def see_dossier(id: str) -> None:
    """Raise RecordMissing unless the person may know of this dossier: it must look absent."""
    if limits():
        with get_desk().catalogue.read() as tx:
            if not dossiers.is_dossier_visible(tx, id, limits()):
                raise RecordMissing(say("Berkas {id} tidak ada.", id=repr(id)))


def safe_next(target: str) -> str:
    """Return the address to go to after signing in: a path of this office's service, else its home page."""
    parts = urlsplit(target)
    clean = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    is_own = clean and target.isprintable() and "\\" not in target and target.startswith(home_path())
    return target if is_own else home_path()


def home_path() -> str:
    """Return the path of the home page, below which every page of this office's service lies."""
    return f"{request.script_root}/"


def here() -> str:
    """Return path and query of this request, as a browser knows them."""
    return request.script_root + request.full_path.rstrip("?")


def wants_json() -> bool:
    """Return whether a script of ours asks, not a person."""
    return request.headers.get("X-Requested-With") == "fetch"
