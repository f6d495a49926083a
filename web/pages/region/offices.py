"""Wilayah: the offices of this installation with their figures; adding one, retiring it, taking it back.

Figures only: what an office holds is seen in the office.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.first_password import FIRST_USER
from docgen.desk.access.password_links import PasswordLink
from docgen.desk.offices.create import CreatedOffice
from docgen.desk.offices.retire import restore_office, retire_office
from docgen.desk.service.new_office import add_office
from docgen.errors import Conflict, FieldError, InvalidSubmission
from web.desk import get_desk, hosted_offices, region_states
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("region", __name__, url_prefix="/wilayah")

EMPTY = {"slug": "", "host": ""}


@blueprint.get("")
@may("manage_offices")
def index() -> ResponseReturnValue:
    """List the offices with their figures; one that is away keeps nobody waiting."""
    return _page()


@blueprint.post("")
@may("manage_offices", confirmed=True)
def create() -> ResponseReturnValue:
    """Add an office; the link by which its first administrator chooses a password is shown this once."""
    typed = {key: request.form.get(key, "").strip() for key in EMPTY}
    offices = hosted_offices()
    try:
        created, link = add_office(get_desk(), offices, typed["slug"], typed["host"], me().name)
    except InvalidSubmission as error:
        return _page(typed, error.errors), 422
    except Conflict as error:
        return _page(typed, [FieldError("slug", str(error))]), 409
    return _page(created=created, link=link)


@blueprint.post("/hentikan")
@may("manage_offices", confirmed=True)
def retire() -> ResponseReturnValue:
    """Take an office out of service: it is read as before, and begins nothing."""
    slug = request.form.get("slug", "")
    retire_office(get_desk(), slug, me().name)
    hosted_offices().look()
    flash(say("Kantor {slug} tidak dilayani lagi; arsipnya tetap dapat dibaca.", slug=slug), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/layani")
@may("manage_offices", confirmed=True)
def restore() -> ResponseReturnValue:
    """Take a retired office back into service."""
    slug = request.form.get("slug", "")
    restore_office(get_desk(), slug, me().name)
    hosted_offices().look()
    flash(say("Kantor {slug} dilayani kembali.", slug=slug), "success")
    return redirect(url_for(".index"), 303)


def _page(
    typed: dict[str, str] = EMPTY,
    errors: list[FieldError] | None = None,
    created: CreatedOffice | None = None,
    link: PasswordLink | None = None,
) -> str:
    return render_template(
        "region/offices.html",
        states_of_offices=region_states(),
        typed=typed,
        errors=errors or [],
        wrong={error.field: error.message for error in errors or []},
        created=created,
        link=link,
        first_user=FIRST_USER,
    )
