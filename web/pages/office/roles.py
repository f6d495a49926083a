"""Roles and permissions, as the office's file has them: who may what, and who has which role. Only read here."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from docgen.desk.access.roles import people_who_may, role_holders
from web.desk import get_desk, get_settings
from web.pages.shell.access import may, me

blueprint = Blueprint("roles", __name__, url_prefix="/peran")


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """Show roles × permissions in words; who keeps accounts or reads the history also sees who has which role."""
    desk = get_desk()
    return render_template(
        "registers/permissions.html",
        table=desk.roles,
        holders=role_holders(desk),
        names_people=me().may("accounts") or me().may("audit"),
        keepers=people_who_may(desk, "accounts"),
        own_role=desk.roles.formerly.get(me().user.role, me().user.role),
        own_file=get_settings().permissions,
    )
