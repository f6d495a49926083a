"""The beginning and the end of a session in this browser, whatever the method of signing in."""

from __future__ import annotations

import datetime as dt

from flask import make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from docgen.desk.access.sessions import begin_session, end_session
from storage.records import SignInMethod, User
from web.desk import get_desk
from web.pages.shell.access import BEFORE, Person, me
from web.pages.shell.kept_form import offer_again
from web.pages.shell.known_browser import remember_browser
from web.pages.shell.message_translation import flash

ONE_STEP = "satu_langkah"  # in the session: the provider asked for a password alone
FORGET = "lupakan"  # in the session: the browser is to forget what its last user typed; "oidc" if he came from there


def begin(user: User, method: SignInMethod, *, renewed: bool = False, confirmed_at: dt.datetime | None = None) -> bool:
    """Sign the user in with a new session in this browser; return False when the account has just changed.

    `method` is how they proved who they are: "totp" and "recovery" with the password, "passkey" and "oidc" alone. A
    session that this browser had ends; one that is `renewed` goes on under another id. `confirmed_at` is when they
    proved it, where that was elsewhere and before now.
    """
    before: dict[str, object] | None = None
    if user.last_sign_in_at is not None:
        before = {"at": user.last_sign_in_at, "origin": user.last_sign_in_from}
    if current_user.is_authenticated:
        before = session.get(BEFORE) if me().name == user.name else before
        end_session(get_desk(), me().session, me().name)
    browser = request.user_agent.string
    new_session = begin_session(
        get_desk(), user, method, origin=request.remote_addr or "", browser=browser, renewed=renewed,
        confirmed_at=confirmed_at,
    )  # fmt: skip
    if new_session is None:
        return False
    session.clear()  # what began before signing in must not live on
    session.permanent = True
    if before:
        session[BEFORE] = before  # so that the owner notices a stranger
    login_user(Person(user, new_session))
    return True


def go_on(user: User, target: str, kept_form: str) -> ResponseReturnValue:
    """Answer somebody who has just signed in: the form that waited for it, else the page they wanted.

    The account knows this browser from now on.
    """
    answer = make_response(offer_again(kept_form) if kept_form else redirect(target, 303))
    return remember_browser(answer, user.name)


def sign_out_here(message: str) -> ResponseReturnValue:
    """Return to the sign-in page, and have the browser forget the letters it kept: others may use this computer."""
    elsewhere = current_user.is_authenticated and me().sign_in.method == "oidc"
    logout_user()
    session.clear()
    flash(message, "success")
    session[FORGET] = "oidc" if elsewhere else "here"
    response = make_response(redirect(url_for("account.sign_in"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
