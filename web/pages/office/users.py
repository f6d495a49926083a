"""Users: the list of accounts, and the page of each; both are the administrator's."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.access.accounts import change_user, create_user, get_user, list_users, reset_password
from docgen.desk.access.sessions import end_sessions
from docgen.desk.notices.preferences import choose
from docgen.desk.rights import EVERYONE
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.messages import field_errors
from storage.catalogue import registers
from storage.errors import RecordConflict
from storage.records import Official
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("users", __name__, url_prefix="/pengguna")

EMPTY = {"name": "", "full_name": "", "role": "operator", "official": ""}
FIELDS = {"name": "Nama pengguna", "full_name": "Nama lengkap", "role": "Peran", "officials": "Memutus atas nama"}


@blueprint.route("", methods=["GET", "POST"])
@may("accounts")
def index() -> ResponseReturnValue:
    """List and add users; the password of a new one is shown this once."""
    typed = dict(EMPTY)
    errors: list[FieldError] = []
    created = None
    if request.method == "POST":
        typed = {key: request.form.get(key, "").strip() for key in EMPTY}
        try:
            password = create_user(
                get_desk(),
                typed["name"],
                typed["role"],
                typed["full_name"],
                officials=[typed["official"]] if typed["official"] else [],
                by=me().name,
            )
        except ValidationError as error:
            errors = field_errors(error, FIELDS)
        except InvalidSubmission as error:
            errors = error.errors
        except RecordConflict as error:
            errors = [FieldError("name", str(error))]
        else:
            created = {"name": typed["name"], "password": password}
            typed = dict(EMPTY)
    page = render_template(
        "registers/users.html",
        people=list_users(get_desk()),
        officials=_officials(),
        everyone=EVERYONE,
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        created=created,
        roles=get_desk().roles,
    )
    return page, 422 if errors else 200


@blueprint.route("/ubah", methods=["GET", "POST"])
@may("accounts")
def edit() -> ResponseReturnValue:
    """Show one account; change the person's name and role."""
    name = request.args.get("name", "")
    if request.method == "GET":
        return _account(name)
    changes = {key: request.form[key].strip() for key in ("full_name", "role") if key in request.form}
    if name == me().name:
        changes.pop("role", None)
    try:
        change_user(get_desk(), name, me().name, **changes)
    except ValidationError as error:
        return _account(name, field_errors(error, FIELDS)), 422
    except InvalidSubmission as error:
        return _account(name, error.errors), 422
    flash(say("Akun {name} disimpan.", name=name), "success")
    return _back(name)


@blueprint.post("/pejabat")
@may("accounts")
def assign() -> ResponseReturnValue:
    """Say in whose name a user decides."""
    name = request.form.get("name", "")
    chosen = request.form.getlist("officials")
    change_user(get_desk(), name, me().name, officials=[EVERYONE] if EVERYONE in chosen else chosen)
    flash(say("Wewenang akun {name} disimpan.", name=name), "success")
    return _back(name)


@blueprint.post("/surel")
@may("accounts")
def set_mail() -> ResponseReturnValue:
    """Set where and when a user is told by mail."""
    name = request.form.get("name", "")
    try:
        choose(get_desk(), name, request.form.get("email", ""), request.form.get("mail", ""), me().name)
    except InvalidSubmission as error:
        return _account(name, error.errors), 422
    flash(say("Surel akun {name} disimpan.", name=name), "success")
    return _back(name)


@blueprint.post("/sandi")
@may("accounts")
def give_password() -> ResponseReturnValue:
    """Give somebody who forgot theirs a password for one sign-in, shown this once."""
    name = request.form.get("name", "")
    if name == me().name:
        raise Conflict("Kata sandi Anda sendiri diganti di halaman Ganti kata sandi.")
    return _account(name, password=reset_password(get_desk(), name, me().name, must_change=True))


@blueprint.post("/keluarkan")
@may("accounts")
def sign_out() -> ResponseReturnValue:
    """Sign somebody out of every browser."""
    name = request.form.get("name", "")
    end_sessions(get_desk(), name, me().name)
    flash(say("Akun {name} dikeluarkan dari semua peramban.", name=name), "success")
    return _back(name)


@blueprint.post("/aktif")
@may("accounts")
def activate() -> ResponseReturnValue:
    """Open or close an account."""
    name, active = request.form.get("name", ""), request.form.get("active") == "1"
    if name == me().name:
        raise Conflict("Akun Anda sendiri tidak dapat dinonaktifkan. Minta administrator lain melakukannya.")
    change_user(get_desk(), name, me().name, active=active)
    flash(say("Akun {name} {state}.", name=name, state="diaktifkan" if active else "dinonaktifkan"), "success")
    return _back(name)


def _back(name: str) -> ResponseReturnValue:
    return redirect(url_for(".edit", name=name), 303)


def _account(name: str, errors: Sequence[FieldError] = (), *, password: str = "") -> str:
    """Return the page of one account, with what was typed where it is wrong; `password` is shown this once."""
    user = get_user(get_desk(), name)
    typed = user.model_dump(include={"full_name", "role", "email", "mail"})
    if errors:
        typed |= {key: request.form[key] for key in typed if key in request.form}
    return render_template(
        "registers/user.html",
        one=user,
        officials=_officials(),
        everyone=EVERYONE,
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        password=password,
        roles=get_desk().roles,
    )


def _officials() -> list[Official]:
    with get_desk().catalogue.read() as tx:
        return registers.list_officials(tx)
