"""Remove the second factors of somebody who lost them: the administrator's."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.factors.second_factors import reset_factors
from docgen.errors import Conflict
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("user_factors", __name__, url_prefix="/pengguna")


@blueprint.post("/langkah-kedua")
@may("accounts", confirmed=True)
def reset() -> ResponseReturnValue:
    """Remove every second factor of an account, whose owner is told."""
    name = request.form.get("name", "")
    if name == me().name:
        raise Conflict("Langkah kedua Anda sendiri diatur di halaman Keamanan akun.")
    if reset_factors(get_desk(), name, me().name, caller=me().caller):
        flash(say("Langkah kedua akun {name} dihapus, dan semua perambannya dikeluarkan.", name=name), "success")
    return redirect(url_for("users.edit", name=name), 303)
