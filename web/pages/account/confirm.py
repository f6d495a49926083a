"""Before a decision, a signature, or a change of one's factors: who did not prove lately who they are does so again.

Which forms ask for it is said by the rules of their views (`web.route_rules.Rule.confirmed`). The form waits on the
page with all that was typed, and is sent to its own address together with the proof: without JavaScript, too.
"""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.access.accounts import check_password
from docgen.desk.access.factors.second_factors import factors_of
from docgen.desk.access.sessions import is_confirmed, note_confirmed
from docgen.errors import TooManyTries
from web.desk import get_desk
from web.pages.account.guesses import guess_again, refuse
from web.pages.account.proofs import prove
from web.pages.shell.access import here, me, wants_json
from web.pages.shell.kept_form import PROOFS, keep_form, typed_fields
from web.pages.shell.message_translation import translate
from web.route_rules import Rule

blueprint = Blueprint("confirm", __name__)

_WRONG = "Tidak cocok. Coba sekali lagi; yang Anda isi tidak hilang."


@blueprint.before_app_request
def ask_again() -> ResponseReturnValue | None:
    """Ask for a factor before a form that needs it, unless it was given within the last 15 minutes."""
    if request.method != "POST" or not current_user.is_authenticated or not request.endpoint:
        return None
    declared: dict[str, Rule] = getattr(current_app.view_functions[request.endpoint], "route_rules", {})
    rule = declared.get("POST", declared.get(""))
    if rule is None or not rule.confirmed or is_confirmed(me().sign_in, get_desk().now()):
        return None
    if rule.permission and not rule.is_held_by(me().caller.permissions):
        return None  # the view refuses
    if not any(request.form.get(name) for name in PROOFS):
        return _ask()
    try:
        counted = guess_again("confirm")
    except TooManyTries as refused:
        return refuse(_page(str(refused)), refused)
    if not _is_proved():
        return _ask(_WRONG)
    counted.was_right()
    note_confirmed(get_desk(), me().sign_in)
    return None


def _is_proved() -> bool:
    """Return whether the form holds a right proof: a second factor of who has one, else the password."""
    code, secret, answer = (request.form.get(name, "") for name in PROOFS)
    if factors_of(get_desk(), me().name):
        return prove(me().user, code, answer) is not None
    return check_password(get_desk(), me().name, secret) is not None


def _ask(message: str = "") -> ResponseReturnValue:
    if wants_json():
        return jsonify(error=translate(message or "Buktikan lagi bahwa ini Anda, lalu kirim lagi."), confirm=True), 401
    return _page(message), 401


def _page(message: str) -> str:
    return render_template(
        "account/confirm.html", factors=factors_of(get_desk(), me().name), message=message,
        path=here(), fields=typed_fields(), kept=keep_form(), method=me().sign_in.method,
    )  # fmt: skip
