"""Sign in by name and password, and sign out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from werkzeug.exceptions import TooManyRequests

from docgen.desk.access.accounts import check_password
from docgen.desk.access.factors.second_factors import factors_of
from docgen.desk.access.sessions import end_session
from docgen.errors import TooManyTries
from web.desk import get_desk
from web.pages.account.begin import FORGET, begin, go_on, sign_out_here
from web.pages.account.guesses import guess, message_of, refuse
from web.pages.account.second_step import ask_second
from web.pages.shell.access import load_person, me, public, safe_next
from web.pages.shell.kept_form import STORED_FORM, ask_to_sign_in
from web.pages.shell.link_previews import card_of

blueprint = Blueprint("account", __name__)

_LONGEST_NAME = 300  # characters, as accounts may have


def login_manager() -> LoginManager:
    """Return Flask-Login, set up for these pages."""
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.user_loader(load_person)
    manager.unauthorized_handler(ask_to_sign_in)
    return manager


@blueprint.route("/masuk", methods=["GET", "POST"])
@public("Who signs in is not known yet.")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page and sign in."""
    target = safe_next(request.values.get("next", "/"))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(target)
        g.card = card_of(target)  # counted: whoever asks for many is guessing
        forget = session.pop(FORGET, False)
        return render_template("account/sign_in.html", target=target, name="", kept="", card=g.card, forget=forget)
    name, kept_form = request.form.get("name", "").strip()[:_LONGEST_NAME], request.form.get(STORED_FORM, "")
    try:
        counted = guess("password", name)
    except (TooManyTries, TooManyRequests) as refused:
        return refuse(_page(name, target, kept_form, message_of(refused)), refused)
    user = check_password(get_desk(), name, request.form.get("password", ""))
    if user is not None and factors_of(get_desk(), user.name):
        counted.was_right()
        return ask_second(user, target, kept_form)
    if user is None or not begin(user, "password"):
        message = "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecilnya, lalu coba lagi."
        return _page(name, target, kept_form, message), 401
    counted.was_right()
    return go_on(user, target, kept_form)


@blueprint.post("/keluar")
@public("Whose session ended meanwhile is signed out, too.")
def sign_out() -> ResponseReturnValue:
    """End the session, here and wherever its cookie was copied to."""
    if current_user.is_authenticated:
        end_session(get_desk(), me().session, me().name)
    return sign_out_here("Anda sudah keluar.")


def _page(name: str, target: str, kept_form: str, message: str) -> str:
    return render_template("account/sign_in.html", message=message, target=target, name=name, kept=kept_form)
