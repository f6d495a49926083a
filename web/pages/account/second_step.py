"""The second step of signing in: a code or a passkey, asked of who has a second factor and knew the password."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import TooManyRequests

from docgen.desk.access.accounts import find_user, note_failed
from docgen.desk.access.factors.second_factors import WRONG_CODE, factors_of
from docgen.errors import TooManyTries
from storage.records import User
from web.desk import get_desk
from web.pages.account.begin import begin, go_on
from web.pages.account.guesses import guess, message_of, refuse
from web.pages.account.proofs import prove
from web.pages.shell.access import home_path, public, safe_next
from web.pages.shell.kept_form import STORED_FORM

blueprint = Blueprint("second_step", __name__)

_WAITING = "langkah_kedua"  # in the session: who has given the password
_LASTS = 600  # seconds that the second step may take


def ask_second(user: User, target: str, kept_form: str) -> ResponseReturnValue:
    """Ask somebody who has given the right password for the second factor."""
    session[_WAITING] = [user.name, _serializer(user).dumps(user.name)]
    if kept_form:
        return _page(user, target, kept_form)
    return redirect(url_for("second_step.enter", next=None if target == home_path() else target), 303)


def waiting() -> User | None:
    """Return who is to give the second factor in this browser, None when nobody is, or the time is over.

    A password that was changed meanwhile has to be given again.
    """
    name, signature = session.get(_WAITING) or ("", "")
    user = find_user(get_desk(), str(name)) if name else None
    if user is None:
        return None
    try:
        return user if _serializer(user).loads(signature, max_age=_LASTS) == user.name else None
    except BadData:
        return None


@blueprint.route("/masuk/langkah-kedua", methods=["GET", "POST"])
@public("Who signs in is known by the password alone.")
def enter() -> ResponseReturnValue:
    """Show what is asked for, and sign in."""
    target, kept_form = safe_next(request.values.get("next", "/")), request.form.get(STORED_FORM, "")
    user = waiting()
    if user is None and current_user.is_authenticated:
        return redirect(target, 303)
    if user is None:
        message = "Waktu untuk langkah kedua sudah habis. Masuk lagi dengan kata sandi."
        page = render_template("account/sign_in.html", message=message, target=target, name="", kept=kept_form)
        return page, 401 if request.method == "POST" else 200
    if request.method == "GET":
        return _page(user, target, kept_form)
    try:
        counted = guess("code", user.name)
    except (TooManyTries, TooManyRequests) as refused:
        return refuse(_page(user, target, kept_form, message_of(refused)), refused)
    method = prove(user, request.form.get("code", ""), request.form.get("passkey", ""))
    if method is None or not begin(user, method):
        note_failed(get_desk(), user.name)
        return _page(user, target, kept_form, WRONG_CODE), 401
    counted.was_right()
    return go_on(user, target, kept_form)


def _page(user: User, target: str, kept_form: str, message: str = "") -> str:
    return render_template(
        "account/second_step.html", factors=factors_of(get_desk(), user.name), name=user.name,
        target=target, kept=kept_form, message=message,
    )  # fmt: skip


def _serializer(user: User) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"second step\0{user.password}")
