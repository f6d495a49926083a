"""Set up an authenticator application: a QR code to read, and its first code to prove that it was read."""

from __future__ import annotations

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from docgen.desk.access.factors.second_factors import new_secret, open_secret, set_authenticator
from docgen.desk.access.factors.totp import secret_text, setup_address
from docgen.errors import InvalidSubmission, TooManyTries
from storage.catalogue.registers import get_office
from web.desk import get_desk
from web.pages.account.guesses import guess_again, refuse
from web.pages.account.proofs import box
from web.pages.account.security import after_adding, keep_nowhere
from web.pages.shell.access import me, signed_in_lately
from web.pages.shell.kept_form import STORED_FORM
from web.pages.shell.message_translation import flash

blueprint = Blueprint("authenticator", __name__, url_prefix="/keamanan/aplikasi")
blueprint.after_request(keep_nowhere)


@blueprint.route("", methods=["GET", "POST"])
@signed_in_lately
def set_up() -> ResponseReturnValue:
    """Show a new secret, and use it from the moment its first code is right."""
    kept_form, locked = request.form.get(STORED_FORM, ""), request.form.get("rahasia", "")
    if request.method == "GET" or not locked:
        return _page(*new_secret(box(), me().name), kept_form)
    secret = open_secret(box(), me().name, locked)
    if secret is None:
        return redirect(url_for(".set_up"), 303)
    try:
        counted = guess_again("confirm")
        codes = set_authenticator(get_desk(), box(), me().name, secret, request.form.get("code", ""))
    except InvalidSubmission as wrong:
        return _page(secret, locked, kept_form, wrong.errors[0].message), 422
    except TooManyTries as refused:
        return refuse(_page(secret, locked, kept_form, str(refused)), refused)
    counted.was_right()
    flash("Aplikasi kode terpasang. Mulai sekarang Anda masuk dengan kata sandi dan kode dari aplikasi.", "success")
    return after_adding(codes, kept_form)


def _page(secret: bytes, locked: str, kept_form: str, message: str = "") -> str:
    with get_desk().catalogue.read() as tx:
        office = get_office(tx)
    address = setup_address(secret, me().name, office.short_name or office.name)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=2, svgclass="qr-setup", lineclass=None)
    return render_template(
        "account/authenticator.html", picture=Markup(picture), address=address, secret=secret_text(secret),  # noqa: S704
        locked=locked, kept=kept_form, message=message,
    )  # fmt: skip
