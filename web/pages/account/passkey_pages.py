"""Passkeys on the pages: questions for the browser's scripts, a new passkey, and signing in by one alone."""

from __future__ import annotations

import json

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from docgen.desk.access.factors.passkeys import add_passkey, creation_options, request_options
from docgen.errors import Conflict, InvalidSubmission
from web.desk import get_desk
from web.pages.account.begin import begin, go_on
from web.pages.account.guesses import message_of, refuse
from web.pages.account.proofs import ask, box, last_question, owner_of_passkey, passkeys_work
from web.pages.account.second_step import waiting
from web.pages.account.security import after_adding, keep_nowhere, security_page
from web.pages.shell.access import me, public, safe_next, signed_in, signed_in_lately
from web.pages.shell.kept_form import STORED_FORM
from web.pages.shell.message_translation import flash, translate
from web.pages.shell.rate_limits import SIGN_IN
from web.rate_limits import caller_address, get_rate_limits

blueprint = Blueprint("passkeys", __name__)
blueprint.after_request(keep_nowhere)

_STALE = "Kunci sandi itu tidak dapat dipakai. Coba sekali lagi, atau masuk dengan kata sandi."


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"passkeys_work": passkeys_work}


@blueprint.post("/masuk/kunci/tantangan")
@public("Who signs in by a passkey is known by its answer.")
def question() -> ResponseReturnValue:
    """Ask for a passkey: of who is signed in or gives the second step one of theirs, else any of this service."""
    known = me().user if current_user.is_authenticated else waiting()
    try:
        return jsonify(json.loads(request_options(get_desk(), ask(), known.name if known else "")))
    except Conflict as unfit:
        return jsonify(error=translate(unfit)), 409


@blueprint.post("/masuk/kunci")
@public("Who signs in by a passkey is known by its answer.")
def sign_in() -> ResponseReturnValue:
    """Sign in by a passkey alone: it is something one has, and asks for a PIN or a finger."""
    target, kept_form = safe_next(request.form.get("next", "/")), request.form.get(STORED_FORM, "")
    by_address = ("sign-in", caller_address())
    try:
        get_rate_limits().count(SIGN_IN, *by_address)
    except TooManyRequests as refused:
        return refuse(_page(target, kept_form, message_of(refused)), refused)
    user = owner_of_passkey(request.form.get("passkey", ""))
    if user is None or not begin(user, "passkey"):
        return _page(target, kept_form, _STALE), 401
    get_rate_limits().give_back(SIGN_IN, *by_address)
    return go_on(user, target, kept_form)


@blueprint.post("/keamanan/kunci/tantangan")
@signed_in
def creation() -> ResponseReturnValue:
    """Ask for a new passkey."""
    try:
        return jsonify(json.loads(creation_options(get_desk(), box(), me().user, ask())))
    except Conflict as unfit:
        return jsonify(error=translate(unfit)), 409


@blueprint.post("/keamanan/kunci")
@signed_in_lately
def add() -> ResponseReturnValue:
    """Register a new passkey under a name."""
    kept_form, new = request.form.get(STORED_FORM, ""), last_question()
    if new is None:
        return security_page(kept_form, _STALE), 422
    try:
        codes = add_passkey(get_desk(), me().name, new, request.form.get("passkey", ""), request.form.get("nama", ""))
    except InvalidSubmission as wrong:
        return security_page(kept_form, wrong.errors[0].message), 422
    flash("Kunci sandi terdaftar. Anda dapat masuk dengannya tanpa kata sandi.", "success")
    return after_adding(codes, kept_form)


def _page(target: str, kept_form: str, message: str) -> str:
    return render_template("account/sign_in.html", message=message, target=target, name="", kept=kept_form)
