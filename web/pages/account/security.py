"""Keamanan akun: one's own second factors, when each was used last; remove them, make new recovery codes."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.factors.passkeys import site_of
from docgen.desk.access.factors.second_factors import factors_of, make_codes, remove_authenticator, remove_passkey
from docgen.errors import Conflict
from web.desk import get_desk
from web.pages.account.needed_factor import is_needed
from web.pages.account.proofs import passkeys_work
from web.pages.shell.access import me, signed_in, signed_in_lately
from web.pages.shell.kept_form import STORED_FORM, stored_fields
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("security", __name__, url_prefix="/keamanan")


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """List one's second factors; a form that waits for one is sent here and stays on the page."""
    return security_page(request.form.get(STORED_FORM, ""))


def keep_nowhere(response: Response) -> Response:
    """Have no browser keep a page with secrets or codes: others may use the same computer."""
    response.headers["Cache-Control"] = "no-store"
    return response


blueprint.after_request(keep_nowhere)


@blueprint.get("/hapus")
@signed_in
def removal() -> ResponseReturnValue:
    """Ask whether a factor is to be removed, and say what follows."""
    factors = factors_of(get_desk(), me().name)
    key = next((key for key in factors.passkeys if key.id == request.args.get("kunci")), None)
    if key is None and (request.args.get("kunci") or not factors.authenticator):
        return redirect(url_for(".show"), 303)
    last = len(factors.passkeys) + bool(factors.authenticator) == 1
    return render_template("account/remove_factor.html", key=key, last=last)


@blueprint.post("/hapus")
@signed_in_lately
def remove() -> ResponseReturnValue:
    """Remove a factor."""
    id = request.form.get("kunci", "")
    if id:
        remove_passkey(get_desk(), me().name, id)
        flash("Kunci sandi dihapus; tidak dapat dipakai masuk lagi.", "success")
    else:
        remove_authenticator(get_desk(), me().name)
        flash("Aplikasi kode dihapus; kodenya tidak berlaku lagi.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/kode")
@signed_in_lately
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show them this once."""
    if not factors_of(get_desk(), me().name):
        raise Conflict("Kode pemulihan dibuat bersama langkah kedua. Pasang dahulu aplikasi kode atau kunci sandi.")
    return codes_page(make_codes(get_desk(), me().name))


def security_page(kept_form: str = "", message: str = "") -> str:
    """Return the page that lists one's factors; `message` says what went wrong."""
    try:
        site, obstacle = site_of(get_desk()).origin, ""
    except Conflict as unfit:
        site, obstacle = "", str(unfit)
    if site and not passkeys_work():
        obstacle = say("Kunci sandi hanya bekerja di {address}. Buka layanan lewat alamat itu.", address=site)
    return render_template(
        "account/security.html", factors=factors_of(get_desk(), me().name), obstacle=obstacle, kept=kept_form,
        message=message, needed=is_needed(), fields=stored_fields(kept_form),
    )  # fmt: skip


def codes_page(codes: list[str], kept_form: str = "") -> str:
    """Return the page that shows new recovery codes, this once."""
    return render_template("account/codes.html", codes=codes, resume=stored_fields(kept_form))


def after_adding(codes: list[str], kept_form: str) -> ResponseReturnValue:
    """Answer after a factor was added: the recovery codes of the first, else the list, else the form that waited."""
    if codes:
        return codes_page(codes, kept_form)
    return security_page(kept_form) if kept_form else redirect(url_for("security.show"), 303)
