"""Who has a role for which the office asks for a second factor sets one up before anything else."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.access.factors.second_factors import needs_factor
from web.desk import get_desk
from web.pages.account.begin import ONE_STEP
from web.pages.shell.access import me, wants_json
from web.pages.shell.kept_form import keep_form
from web.pages.shell.message_translation import translate
from web.route_rules import Rule

blueprint = Blueprint("needed_factor", __name__)

_ROOMS = ("security", "authenticator", "passkeys", "own_password", "account", "second_step", "tongue", "confirm")


@blueprint.before_app_request
def ask_for_factor() -> ResponseReturnValue | None:
    """Lead whoever needs a second factor to where it is set up; what they typed stays on the page."""
    if not request.endpoint or not current_user.is_authenticated or request.blueprint in _ROOMS:
        return None
    declared: dict[str, Rule] = getattr(current_app.view_functions[request.endpoint], "route_rules", {})
    rule = declared.get(request.method, declared.get(""))
    if rule is None or rule.system or rule.asks == "public" or me().user.must_change or not is_needed():
        return None
    if wants_json():
        return jsonify(error=translate("Pasang dahulu langkah kedua di halaman Keamanan akun.")), 403
    kept_form = keep_form() if request.method == "POST" else ""
    if kept_form:
        return render_template("account/factor_needed.html", kept=kept_form), 403
    return redirect(url_for("security.show"), 303)


def is_needed() -> bool:
    """Return whether the person has to set up a second factor; a provider that asked for one did so for us."""
    has_one = me().sign_in.method == "oidc" and not session.get(ONE_STEP)
    return not has_one and needs_factor(get_desk(), me().user)
