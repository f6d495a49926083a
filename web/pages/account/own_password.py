"""Change one's own password; whoever has one that somebody else made does so first."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.access.accounts import change_password, find_user
from docgen.desk.access.passwords import SHORTEST_PASSWORD
from docgen.desk.access.sessions import proved_at
from docgen.errors import FieldError, InvalidSubmission, TooManyTries
from storage.records import User
from web.desk import get_desk
from web.pages.account.begin import begin
from web.pages.account.guesses import guess_again, refuse
from web.pages.shell.access import me, signed_in, wants_json
from web.pages.shell.kept_form import STORED_FORM, keep_form, offer_again
from web.pages.shell.message_translation import flash, translate

blueprint = Blueprint("own_password", __name__)

_WITH_ANY_PASSWORD = ("own_password.change", "account.sign_in", "account.sign_out",
                      "password_links.choose", "password_links.forgotten", "static", "bootstrap.static",
                      "home.emblem", "tongue.choose", "installed.worker")  # fmt: skip


@blueprint.route("/sandi", methods=["GET", "POST"])
@signed_in
def change() -> ResponseReturnValue:
    """Change one's own password; a form that waited for it goes on."""
    errors: list[FieldError] = []
    kept_form = request.form.get(STORED_FORM, "")
    if request.method == "POST":
        try:
            errors = _change_password(request.form.get("old", ""), request.form.get("new", ""))
        except TooManyTries as refused:
            return refuse(_own_password(kept_form, [FieldError("old", str(refused))]), refused)
        if not errors:
            user = find_user(get_desk(), me().name)
            if user is None or not _renew(user):
                return redirect(url_for("account.sign_in"), 303)
            flash("Kata sandi Anda sudah diganti. Peramban lain yang masih masuk dengan akun ini sudah dikeluarkan.",
                  "success")  # fmt: skip
            return offer_again(kept_form) if kept_form else redirect(url_for("home.home"), 303)
    return _own_password(kept_form, errors), 422 if errors else 200


@blueprint.before_app_request
def ask_for_own_password() -> ResponseReturnValue | None:
    """Let nobody go on with a password that somebody else made: only they themselves may know it.

    What they typed is kept on the page. Whoever came in without it, by the account of a provider, need not know it.
    """
    if request.endpoint in _WITH_ANY_PASSWORD or (request.blueprint or "").startswith("api"):
        return None
    if not (current_user.is_authenticated and me().user.must_change) or me().sign_in.method == "oidc":
        return None
    if wants_json():
        return jsonify(error=translate("Ganti dahulu kata sandi Anda.")), 403
    kept_form = keep_form() if request.method == "POST" else ""
    return (_own_password(kept_form), 403) if kept_form else redirect(url_for("own_password.change"), 303)


def _renew(user: User) -> bool:
    """Go on in a new session, as the old ones have ended; the password proves no second factor anew."""
    return begin(user, me().sign_in.method, renewed=True, confirmed_at=proved_at(me().sign_in))


def _own_password(kept_form: str, errors: Sequence[FieldError] = ()) -> str:
    return render_template("account/password.html", errors=errors, shortest=SHORTEST_PASSWORD, kept=kept_form)


def _change_password(old: str, new: str) -> list[FieldError]:
    """Change one's own password and return what is wrong; only a wrong old one counts as a guess.

    Raises TooManyTries.
    """
    if new != request.form.get("again", ""):
        return [FieldError("again", "Kedua kata sandi baru tidak sama. Ketik ulang.")]
    guess = guess_again("own-password")
    errors: list[FieldError] = []
    try:
        change_password(get_desk(), me().name, old, new)
    except InvalidSubmission as invalid:
        errors = invalid.errors
    if all(error.field != "old" for error in errors):
        guess.was_right()
    return errors
