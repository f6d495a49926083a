"""Connect somebody's account with the provider's, and part them: what an administrator does for others."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.provider.provider_accounts import bind, identity_of, unbind
from docgen.errors import Conflict, Forbidden, InvalidSubmission, NotFound
from web.desk import get_desk, get_settings
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("user_binding", __name__, url_prefix="/pengguna/akun-daerah")


@blueprint.post("/hubungkan")
@may("accounts")
def connect() -> ResponseReturnValue:
    """Bind somebody's account to the subject that they were shown when they tried to sign in."""
    name, provider = _somebody_else(), get_settings().openid
    if provider is None:
        raise NotFound("Layanan ini tidak memakai akun dari tempat lain. Masuk dengan nama pengguna dan kata sandi.")
    try:
        bind(get_desk(), provider, name, identity_of(provider, request.form.get("subject", "")), me().name,
             caller=me().caller)  # fmt: skip
        flash(say("Akun {name} terhubung dengan {provider}.", name=name, provider=provider.name), "success")
    except InvalidSubmission as invalid:
        flash(invalid.summary(), "warning")
    except Conflict as refused:
        flash(str(refused), "warning")
    return _back(name)


@blueprint.post("/putuskan")
@may("accounts")
def part() -> ResponseReturnValue:
    """Part somebody's account from the provider."""
    name = _somebody_else()
    try:
        unbind(get_desk(), name, me().name, caller=me().caller)
        flash(say("Akun {name} tidak lagi terhubung.", name=name), "success")
    except Conflict as refused:
        flash(str(refused), "warning")
    return _back(name)


def _somebody_else() -> str:
    name = request.form.get("name", "")
    if name == me().name:
        raise Forbidden("Akun Anda sendiri dihubungkan di halaman Keamanan akun.")
    return name


def _back(name: str) -> ResponseReturnValue:
    return redirect(url_for("users.edit", name=name, _anchor="akun-daerah"), 303)
