"""Users: the administrator's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.access.accounts import LABELS, change_user, create_user, list_users, reset_password
from docgen.desk.access.sessions import end_sessions
from docgen.desk.notices.preferences import choose
from docgen.desk.rights import EVERYONE
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.messages import field_errors
from storage.catalogue import registers
from storage.errors import RecordConflict
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("users", __name__, url_prefix="/pengguna")

EMPTY = {"name": "", "full_name": "", "role": "operator"}
FIELDS = {"name": "Nama pengguna", "full_name": "Nama lengkap", "role": "Peran"}


@blueprint.route("", methods=["GET", "POST"])
@may("administer")
def index() -> ResponseReturnValue:
    """List and add users; the password of a new one is shown this once."""
    typed = dict(EMPTY)
    errors: list[FieldError] = []
    created = None
    if request.method == "POST":
        typed = {key: request.form.get(key, "").strip() for key in FIELDS}
        try:
            password = create_user(get_desk(), typed["name"], typed["role"], typed["full_name"], by=me().name)
        except ValidationError as error:
            errors = field_errors(error, FIELDS)
        except RecordConflict as error:
            errors = [FieldError("name", str(error))]
        else:
            created = {"name": typed["name"], "password": password}
            typed = dict(EMPTY)
    return _page(typed, errors, created=created), 422 if errors else 200


@blueprint.post("/pejabat")
@may("administer")
def assign() -> ResponseReturnValue:
    """Say in whose name a user decides."""
    name = request.form.get("name", "")
    chosen = request.form.getlist("officials")
    change_user(get_desk(), name, me().name, officials=[EVERYONE] if EVERYONE in chosen else chosen)
    flash(say("Wewenang akun {name} disimpan.", name=name), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/surel")
@may("administer")
def set_mail() -> ResponseReturnValue:
    """Set where and when a user is told by mail."""
    name = request.form.get("name", "")
    try:
        choose(get_desk(), name, request.form.get("email", ""), request.form.get("mail", ""), me().name)
    except InvalidSubmission as error:
        flash(error.errors[0].message, "danger")
    else:
        flash(say("Surel akun {name} disimpan.", name=name), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/sandi")
@may("administer")
def give_password() -> ResponseReturnValue:
    """Give somebody who forgot theirs a password for one sign-in, shown this once."""
    name = request.form.get("name", "")
    if name == me().name:
        raise Conflict("Kata sandi Anda sendiri diganti di halaman Ganti kata sandi.")
    return _page(new_password={"name": name, "password": reset_password(get_desk(), name, me().name, must_change=True)})


@blueprint.post("/keluarkan")
@may("administer")
def sign_out() -> ResponseReturnValue:
    """Sign somebody out of every browser."""
    name = request.form.get("name", "")
    end_sessions(get_desk(), name, me().name)
    flash(say("Akun {name} dikeluarkan dari semua peramban.", name=name), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/aktif")
@may("administer")
def activate() -> ResponseReturnValue:
    """Open or close an account."""
    name, active = request.form.get("name", ""), request.form.get("active") == "1"
    if name == me().name:
        raise Conflict("Akun Anda sendiri tidak dapat dinonaktifkan. Minta administrator lain melakukannya.")
    change_user(get_desk(), name, me().name, active=active)
    flash(say("Akun {name} {state}.", name=name, state="diaktifkan" if active else "dinonaktifkan"), "success")
    return redirect(url_for(".index"), 303)


def _page(
    typed: Mapping[str, str] = EMPTY,
    errors: Sequence[FieldError] = (),
    *,
    created: Mapping[str, str] | None = None,
    new_password: Mapping[str, str] | None = None,
) -> str:
    """Return the page; `created` and `new_password` are names and passwords, shown this once."""
    with get_desk().catalogue.read() as tx:
        officials = registers.list_officials(tx)
    return render_template(
        "registers/users.html",
        people=list_users(get_desk()),
        officials=officials,
        everyone=EVERYONE,
        typed=typed,
        errors=errors,
        created=created,
        given=new_password,
        labels=LABELS,
    )
