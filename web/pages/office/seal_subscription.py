"""The office's seal at BSrE: its id is entered, it is activated with a code, and revoked."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.signing.office_seal_bsre import (
    activate,
    enter_code,
    remove_subscriber,
    revoke,
    set_subscriber,
    shown_subscriber,
)
from docgen.errors import BsreError, Conflict, InvalidSubmission
from web.desk import get_desk
from web.errors import http_error
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from web.secret_fields import sent_secret
from wording import say

blueprint = Blueprint("seal_subscription", __name__, url_prefix="/kantor/segel-bsre")


@blueprint.get("")
@may("administer")
def show() -> ResponseReturnValue:
    """Show the state of the seal, with what can be done about it."""
    return _page()


@blueprint.post("/simpan")
@may("administer", confirmed=True)
def save() -> ResponseReturnValue:
    """Set the id of the subscriber."""
    typed = request.form.get("subscriber", "")
    try:
        record = set_subscriber(get_desk(), typed, by=me().name)
    except InvalidSubmission as error:
        return _page(typed=typed, wrong=error.errors[0].message), 422
    flash(say("Id pelanggan segel {masked} disimpan.", masked=record.masked), "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/hapus")
@may("administer", confirmed=True)
def remove() -> ResponseReturnValue:
    """Remove the id of the subscriber and the code."""
    remove_subscriber(get_desk(), by=me().name)
    flash("Id pelanggan segel dihapus.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/aktivasi")
@may("administer", confirmed=True)
def ask_for_activation() -> ResponseReturnValue:
    """Have the first code sent to the office's contact."""
    try:
        activate(get_desk(), by=me().name)
    except (BsreError, Conflict) as error:
        return _fault(error)
    flash("BSrE mengirim kode ke kontak kantor. Masukkan kode itu di sini.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/kode")
@may("administer", confirmed=False)
def use_code() -> ResponseReturnValue:
    """Activate the seal with the code that came."""
    secret = sent_secret("totp")
    try:
        enter_code(get_desk(), secret, by=me().name)
    except InvalidSubmission as error:
        return _page(wrong_code=error.errors[0].message), 422
    except (BsreError, Conflict) as error:
        return _fault(error)
    finally:
        if secret is not None:
            secret.wipe()
    flash("Segel kantor aktif dan dapat dibubuhkan.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/cabut")
@may("administer", confirmed=True)
def end() -> ResponseReturnValue:
    """Revoke the activation."""
    try:
        revoke(get_desk(), by=me().name)
    except (BsreError, Conflict) as error:
        return _fault(error)
    flash("Aktivasi segel kantor dicabut di BSrE.", "success")
    return redirect(url_for(".show"), 303)


def _fault(error: BsreError | Conflict) -> ResponseReturnValue:
    answer = http_error(error)
    return _page(fault=str(error)), answer.status if answer else 409


def _page(*, typed: str = "", wrong: str = "", wrong_code: str = "", fault: str = "") -> str:
    desk = get_desk()
    return render_template(
        "registers/seal_subscription.html",
        seal=shown_subscriber(desk),
        own_seal=desk.signing.can_seal,
        connected=desk.bsre is not None,
        typed=typed,
        wrong=wrong,
        wrong_code=wrong_code,
        fault=fault,
    )
