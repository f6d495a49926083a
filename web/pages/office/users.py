"""Users: the list of accounts, and the page of each; both are of who may manage accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.access.accounts import change_user, create_user, get_user, list_users, reset_password
from docgen.desk.access.factors.second_factors import factors_of
from docgen.desk.access.password_links import PasswordLink, make_link
from docgen.desk.access.sessions import end_marked_session, end_sessions, list_sessions, mark_of
from docgen.desk.notices.password_mails import mail_links
from docgen.desk.notices.preferences import choose
from docgen.desk.registers.divisions import divisions_in_use
from docgen.desk.rights import EVERYONE
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission
from docgen.messages import field_errors
from docgen.sop.actors import why_not
from storage.catalogue import registers
from storage.errors import RecordConflict
from storage.records import Official
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.browser_names import browser_name
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("users", __name__, url_prefix="/pengguna")

EMPTY = {"name": "", "full_name": "", "role": "operator", "official": "", "email": ""}
FIELDS = {"name": "Nama pengguna", "full_name": "Nama lengkap", "role": "Peran", "officials": "Memutus atas nama",
          "email": "Alamat surel"}  # fmt: skip


@blueprint.route("", methods=["GET", "POST"])
@may("accounts", confirmed=True)
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
                email=typed["email"],
                must_change=True,
                by=me().name,
                caller=me().caller,
            )
        except ValidationError as error:
            errors = field_errors(error, FIELDS)
        except InvalidSubmission as error:
            errors = error.errors
        except RecordConflict as error:
            errors = [FieldError("name", str(error))]
        except Forbidden as error:
            errors = [FieldError("role", str(error))]
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
@may("accounts", confirmed=True)
def edit() -> ResponseReturnValue:
    """Show one account; change the person's name and role."""
    name = request.args.get("name", "")
    if request.method == "GET":
        return _account(name)
    changes: dict[str, Any] = {key: request.form[key].strip() for key in ("full_name", "role") if key in request.form}
    if "divisions" in request.form and name != me().name:
        names = (part.strip() for part in request.form["divisions"].split(";"))
        changes["divisions"] = list(dict.fromkeys(part for part in names if part))
    if name == me().name:
        changes.pop("role", None)
    try:
        change_user(get_desk(), name, me().name, caller=me().caller, **changes)
    except ValidationError as error:
        return _account(name, field_errors(error, FIELDS)), 422
    except InvalidSubmission as error:
        return _account(name, error.errors), 422
    except Conflict as error:
        return _account(name, [FieldError("role", str(error))]), 409
    flash(say("Akun {name} disimpan.", name=name), "success")
    return _back(name)


@blueprint.post("/pejabat")
@may("accounts", confirmed=True)
def assign() -> ResponseReturnValue:
    """Say in whose name a user decides."""
    name = request.form.get("name", "")
    chosen = request.form.getlist("officials")
    officials = [EVERYONE] if EVERYONE in chosen else chosen
    change_user(get_desk(), name, me().name, caller=me().caller, officials=officials)
    flash(say("Wewenang akun {name} disimpan.", name=name), "success")
    return _back(name)


@blueprint.post("/surel")
@may("accounts", confirmed=True)
def set_mail() -> ResponseReturnValue:
    """Set where and when a user is told by mail."""
    name = request.form.get("name", "")
    caller = None if name == me().name else me().caller
    try:
        choose(get_desk(), name, request.form.get("email", ""), request.form.get("mail", ""), me().name, caller=caller)
    except InvalidSubmission as error:
        return _account(name, error.errors), 422
    flash(say("Surel akun {name} disimpan.", name=name), "success")
    return _back(name)


@blueprint.post("/sandi")
@may("accounts", confirmed=True)
def give_password() -> ResponseReturnValue:
    """Give somebody who forgot theirs a password for one sign-in, shown this once."""
    name = _somebody_else()
    password = reset_password(get_desk(), name, me().name, must_change=True, caller=me().caller)
    return _account(name, password=password)


@blueprint.post("/tautan")
@may("accounts", confirmed=True)
def give_link() -> ResponseReturnValue:
    """Make a link by which somebody chooses a password: shown this once, and mailed where that is set up."""
    name = _somebody_else()
    desk = get_desk()
    link = make_link(desk, name, me().name, caller=me().caller)
    problem = ""
    if desk.mail is not None and get_user(desk, name).email:
        problem = mail_links(desk, {name: link}).get(name, "")
        if not problem:
            flash(say("Tautan dikirim ke {email}.", email=get_user(desk, name).email), "success")
    return _account(name, link=link, problem=problem)


@blueprint.post("/keluarkan")
@may("accounts")
def sign_out() -> ResponseReturnValue:
    """Sign somebody out of one browser, or of every one."""
    name, mark = request.form.get("name", ""), request.form.get("sesi", "")
    if mark:
        end_marked_session(get_desk(), mark, name, me().name, caller=me().caller)
        flash("Peramban itu sudah dikeluarkan.", "success")
    else:
        end_sessions(get_desk(), name, me().name, caller=me().caller)
        flash(say("Akun {name} dikeluarkan dari semua peramban.", name=name), "success")
    return _back(name)


@blueprint.post("/aktif")
@may("accounts", confirmed=True)
def activate() -> ResponseReturnValue:
    """Open or close an account."""
    name, active = request.form.get("name", ""), request.form.get("active") == "1"
    if name == me().name:
        raise Conflict("Akun Anda sendiri tidak dapat dinonaktifkan. Minta administrator lain melakukannya.")
    change_user(get_desk(), name, me().name, caller=me().caller, active=active)
    flash(say("Akun {name} {state}.", name=name, state="diaktifkan" if active else "dinonaktifkan"), "success")
    return _back(name)


def _somebody_else() -> str:
    """Return the name of the form's account. Raises Conflict for one's own, whose password is changed elsewhere."""
    name = request.form.get("name", "")
    if name == me().name:
        raise Conflict("Kata sandi Anda sendiri diganti di halaman Ganti kata sandi.")
    return name


def _back(name: str) -> ResponseReturnValue:
    return redirect(url_for(".edit", name=name), 303)


def _account(
    name: str,
    errors: Sequence[FieldError] = (),
    *,
    password: str = "",
    link: PasswordLink | None = None,
    problem: str = "",
) -> str:
    """Return the page of one account, with what was typed where it is wrong; password and link are shown this once."""
    desk = get_desk()
    user = get_user(desk, name)
    typed = user.model_dump(include={"full_name", "role", "email", "mail", "divisions"})
    if errors:
        typed |= {key: request.form[key] for key in typed if key in request.form}
    with desk.catalogue.read() as tx:
        officials, today = registers.list_officials(tx), desk.today_in(tx)
        divisions = divisions_in_use(tx)
    return render_template(
        "registers/user.html",
        one=user,
        factors=factors_of(get_desk(), name),
        officials=officials,
        idle={official.id: reason for official in officials if (reason := why_not(official, today))},
        everyone=EVERYONE,
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        password=password,
        link=link,
        problem=problem,
        roles=desk.roles,
        divisions=divisions,
        sessions=list_sessions(desk, name),
        here=me().session,
        mark=mark_of,
        browser=browser_name,
    )


def _officials() -> list[Official]:
    with get_desk().catalogue.read() as tx:
        return registers.list_officials(tx)
