"""Sign in, sign out, change the password, see where one is signed in.

A form that was sent after the session ended is kept and sent again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, g, jsonify, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from docgen.desk.access.accounts import change_password, find_user
from docgen.desk.access.accounts import sign_in as find_account
from docgen.desk.access.passwords import SHORTEST_PASSWORD
from docgen.desk.access.sessions import IDLE, LONGEST, begin_session, end_session, end_sessions, list_sessions
from docgen.errors import FieldError, InvalidSubmission
from storage.records import User
from web.desk import get_desk
from web.pages.shell.access import Person, from_own_page, load_person, me, public, safe_next, signed_in, wants_json
from web.pages.shell.browser_names import browser_name
from web.pages.shell.known_browser import remember_browser
from web.pages.shell.link_previews import card_of
from web.pages.shell.message_translation import flash, translate
from web.pages.shell.rate_limits import try_own_password, try_to_sign_in
from wording import joined

blueprint = Blueprint("account", __name__)

HOUR = timedelta(hours=1)
FORGET = "lupakan"  # in the session: the browser is to forget what its last user typed
STORED_FORM = "isian_tertahan"  # the hidden field that carries a form through signing in
_LONGEST_NAME = 300  # characters, as accounts may have
_NEVER_STORED = ("csrf_token", "old", "new", "again", "password", STORED_FORM)
_WITH_ANY_PASSWORD = ("account.password", "account.sign_in", "account.sign_out", "static", "bootstrap.static",
                      "home.emblem", "tongue.choose")  # fmt: skip


def login_manager() -> LoginManager:
    """Return Flask-Login, set up for these pages."""
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.user_loader(load_person)
    manager.unauthorized_handler(ask_to_sign_in)
    return manager


def ask_to_sign_in() -> ResponseReturnValue:
    """Ask somebody who is not signed in (any more) to sign in; the page keeps the typed form."""
    if wants_json():
        return jsonify(error=translate("Sesi Anda sudah berakhir. Masuk lagi; isian di halaman ini tidak hilang.")), 401
    if request.method == "POST" and request.endpoint not in ("account.sign_in", "account.sign_out"):
        kept_form = keep_form()
        advice = (
            "Masuk lagi untuk melanjutkan; isian Anda tidak hilang." if kept_form else "Masuk lagi untuk melanjutkan."
        )
        message = joined(["Sesi Anda sudah berakhir.", advice])
        return render_template(
            "account/sign_in.html", message=message, target=request.path, kept=kept_form, name=""
        ), 401
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("account.sign_in", next=None if target == "/" else target))


def keep_form() -> str:
    """Return this request's form as text for a hidden field; empty for a form of another site."""
    if not from_own_page():
        return ""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_STORED]
    return json.dumps({"path": request.full_path.rstrip("?"), "fields": fields}) if fields else ""


def offer_again(kept_form: str) -> ResponseReturnValue:
    """Show a page with the stored form and one button that sends it again, now with a valid token."""
    try:
        form = json.loads(kept_form)
        path, fields = str(form["path"]), [(str(name), str(value)) for name, value in form["fields"]]
    except (ValueError, KeyError, TypeError):
        return redirect("/")
    return render_template("account/resume.html", path=safe_next(path), fields=fields)


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
    tries = try_to_sign_in(name)
    user = find_account(get_desk(), name, request.form.get("password", ""))
    if user is None or not _begin(user):
        message = "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecilnya, lalu coba lagi."
        page = render_template("account/sign_in.html", message=message, target=target, name=name, kept=kept_form)
        return page, 401
    tries.succeeded()
    return remember_browser(make_response(offer_again(kept_form) if kept_form else redirect(target, 303)), name)


@blueprint.post("/keluar")
@public("Whose session ended meanwhile is signed out, too.")
def sign_out() -> ResponseReturnValue:
    """End the session, here and wherever its cookie was copied to."""
    if current_user.is_authenticated:
        end_session(get_desk(), me().session, me().name)
    return _signed_out("Anda sudah keluar.")


@blueprint.route("/sandi", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password; a form that waited for it goes on."""
    errors: list[FieldError] = []
    kept_form = request.form.get(STORED_FORM, "")
    if request.method == "POST":
        errors = _change_password(request.form.get("old", ""), request.form.get("new", ""))
        if not errors:
            user = find_user(get_desk(), me().name)
            if user is None or not _begin(user):
                return redirect(url_for(".sign_in"), 303)
            flash("Kata sandi Anda sudah diganti. Peramban lain yang masih masuk dengan akun ini sudah dikeluarkan.",
                  "success")  # fmt: skip
            return offer_again(kept_form) if kept_form else redirect(url_for("home.home"), 303)
    return _own_password(kept_form, errors), 422 if errors else 200


@blueprint.get("/sesi")
@signed_in
def sessions() -> ResponseReturnValue:
    """Show in which browsers one is signed in."""
    return render_template(
        "account/sessions.html", sessions=list_sessions(get_desk(), me().name), here=me().session,
        browser=browser_name, idle=IDLE // HOUR, longest=LONGEST // HOUR,
    )  # fmt: skip


@blueprint.post("/sesi")
@signed_in
def end_one_session() -> ResponseReturnValue:
    """End one of one's own sessions, or all of them."""
    if request.form.get("semua"):
        end_sessions(get_desk(), me().name, me().name)
        return _signed_out("Anda sudah keluar dari semua peramban.")
    end_session(get_desk(), request.form.get("id", ""), me().name)
    flash("Peramban itu sudah dikeluarkan.", "success")
    return redirect(url_for(".sessions"), 303)


@blueprint.before_app_request
def ask_for_own_password() -> ResponseReturnValue | None:
    """Let nobody go on with a password that somebody else made: only they themselves may know it.

    What they typed is kept on the page.
    """
    if request.endpoint in _WITH_ANY_PASSWORD or (request.blueprint or "").startswith("api"):
        return None
    if not (current_user.is_authenticated and me().user.must_change):
        return None
    if wants_json():
        return jsonify(error=translate("Ganti dahulu kata sandi Anda.")), 403
    kept_form = keep_form() if request.method == "POST" else ""
    return (_own_password(kept_form), 403) if kept_form else redirect(url_for("account.password"), 303)


def _own_password(kept_form: str, errors: Sequence[FieldError] = ()) -> str:
    return render_template("account/password.html", errors=errors, shortest=SHORTEST_PASSWORD, kept=kept_form)


def _change_password(old: str, new: str) -> list[FieldError]:
    """Change one's own password and return what is wrong; only a wrong old one counts as a guess."""
    if new != request.form.get("again", ""):
        return [FieldError("again", "Kedua kata sandi baru tidak sama. Ketik ulang.")]
    tries = try_own_password(me().name)
    errors: list[FieldError] = []
    try:
        change_password(get_desk(), me().name, old, new)
    except InvalidSubmission as invalid:
        errors = invalid.errors
    if all(error.field != "old" for error in errors):
        tries.succeeded()
    return errors


def _begin(user: User) -> bool:
    """Sign the user in with a new session in this browser; return False when the account has just changed."""
    if current_user.is_authenticated:
        end_session(get_desk(), me().session, me().name)
    browser = request.user_agent.string
    new_session = begin_session(get_desk(), user, origin=request.remote_addr or "", browser=browser)
    if new_session is None:
        return False
    session.clear()  # what began before signing in must not live on
    session.permanent = True
    login_user(Person(user, new_session.id))
    return True


def _signed_out(message: str) -> ResponseReturnValue:
    """Return to the sign-in page, and have the browser forget the letters it kept: others may use this computer."""
    logout_user()
    session.clear()
    flash(message, "success")
    session[FORGET] = True
    response = make_response(redirect(url_for("account.sign_in"), 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
