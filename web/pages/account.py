"""Sign in, sign out, change the password. A form that was sent after the session ended is kept and sent again."""

from __future__ import annotations

import json

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from docgen.desk.accounts import change_password
from docgen.desk.accounts import sign_in as find_account
from docgen.desk.passwords import SHORTEST_PASSWORD
from docgen.errors import FieldError, InvalidSubmission
from web.desk import get_desk
from web.pages.access import Person, from_own_page, load_person, may, me, safe_next, wants_json
from web.pages.cards import card_of
from web.pages.told import told

blueprint = Blueprint("account", __name__)

KEPT = "isian_tertahan"  # the hidden field of a form that waits for signing in
_NEVER_KEPT = ("csrf_token", "old", "new", "again", "password", KEPT)


def login_manager() -> LoginManager:
    """Flask-Login, set up for these pages."""
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.user_loader(load_person)
    manager.unauthorized_handler(ask_to_sign_in)
    return manager


def ask_to_sign_in() -> ResponseReturnValue:
    """What somebody sees who is not signed in (any more); what they typed is kept on the page."""
    if wants_json():
        return jsonify(error=told("Sesi Anda sudah berakhir. Masuk lagi; isian di halaman ini tidak hilang.")), 401
    if request.method == "POST" and request.endpoint not in ("account.sign_in", "account.sign_out"):
        kept = keep_form()
        message = "Sesi Anda sudah berakhir. " + (
            "Masuk lagi untuk melanjutkan; isian Anda tidak hilang." if kept else "Masuk lagi untuk melanjutkan."
        )
        return render_template("account/sign_in.html", message=message, target=request.path, kept=kept, name=""), 401
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("account.sign_in", next=None if target == "/" else target))


def keep_form() -> str:
    """The form of this request as text for a hidden field; empty for a form that did not come from our own page."""
    if not from_own_page():
        return ""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    return json.dumps({"path": request.full_path.rstrip("?"), "fields": fields}) if fields else ""


def offer_again(kept: str) -> ResponseReturnValue:
    """A page with the kept form and one button that sends it again, now with a valid token."""
    try:
        form = json.loads(kept)
        path, fields = str(form["path"]), [(str(name), str(value)) for name, value in form["fields"]]
    except (ValueError, KeyError, TypeError):
        return redirect("/")
    return render_template("account/resume.html", path=safe_next(path), fields=fields)


@blueprint.route("/masuk", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    target = safe_next(request.values.get("next", "/"))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(target)
        g.card = card_of(target)  # counted: whoever asks for many is guessing
        return render_template("account/sign_in.html", target=target, name="", kept="", card=g.card)
    name, kept = request.form.get("name", "").strip(), request.form.get(KEPT, "")
    user = find_account(get_desk(), name, request.form.get("password", ""))
    if user is None:
        message = "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecilnya, lalu coba lagi."
        page = render_template("account/sign_in.html", message=message, target=target, name=name, kept=kept)
        return page, 401
    session.clear()  # a session begun before signing in must not live on
    session.permanent = True
    login_user(Person(user))
    return offer_again(kept) if kept else redirect(target, 303)


@blueprint.post("/keluar")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    flash("Anda sudah keluar.", "success")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.route("/sandi", methods=["GET", "POST"])
@may("read")
def password() -> ResponseReturnValue:
    """Change one's own password."""
    errors: list[FieldError] = []
    if request.method == "POST":
        new = request.form.get("new", "")
        try:
            if new != request.form.get("again", ""):
                raise InvalidSubmission([FieldError("again", "Kedua kata sandi baru tidak sama. Ketik ulang.")])
            change_password(get_desk(), me().name, request.form.get("old", ""), new)
        except InvalidSubmission as invalid:
            errors = invalid.errors
        else:
            person = load_person_by_name(me().name)
            session.clear()
            session.permanent = True
            login_user(person)
            flash("Kata sandi Anda sudah diganti. Peramban lain yang masih masuk dengan akun ini sudah dikeluarkan.",
                  "success")  # fmt: skip
            return redirect(url_for("home.home"), 303)
    page = render_template("account/password.html", errors=errors, shortest=SHORTEST_PASSWORD)
    return page, 422 if errors else 200


def load_person_by_name(name: str) -> Person:
    """The person as now recorded."""
    from docgen.desk.accounts import find_user

    user = find_user(get_desk(), name)
    assert user is not None, "the signed-in account is active"
    return Person(user)
