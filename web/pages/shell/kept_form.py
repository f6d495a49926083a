"""A form that was sent in vain, because its session had ended, stays on the page and is sent again afterwards."""

from __future__ import annotations

import json

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.pages.shell.access import here, home_path, safe_next, wants_json
from web.pages.shell.message_translation import translate
from web.same_origin import from_own_page
from wording import joined

STORED_FORM = "isian_tertahan"  # the hidden field that carries a form through signing in
PROOFS = ("bukti_kode", "bukti_sandi", "bukti_kunci")  # fields by which a person proves again who they are
SIGNING_SECRETS = ("passphrase", "totp")  # fields by which an official signs at BSrE
_NEVER_STORED = ("csrf_token", "old", "new", "again", "password", STORED_FORM, *PROOFS, *SIGNING_SECRETS)


def ask_to_sign_in() -> ResponseReturnValue:
    """Ask somebody who is not signed in (any more) to sign in; the page keeps the typed form."""
    if wants_json():
        return jsonify(error=translate("Sesi Anda sudah berakhir. Masuk lagi; isian di halaman ini tidak hilang.")), 401
    if request.method == "POST" and request.endpoint not in ("account.sign_in", "account.sign_out"):
        kept_form = keep_form()
        advice = (
            "Masuk lagi untuk melanjutkan; isian Anda tidak hilang." if kept_form else "Masuk lagi untuk melanjutkan."
        )
        message = joined(["Sesi Anda sudah berakhir.", advice])
        return render_template(
            "account/sign_in.html", message=message, target=request.script_root + request.path, kept=kept_form, name=""
        ), 401
    target = here() if request.method == "GET" else home_path()
    return redirect(url_for("account.sign_in", next=None if target == home_path() else target))


def keep_form() -> str:
    """Return this request's form as text for a hidden field; empty for a form of another site."""
    if not from_own_page():
        return ""
    fields = typed_fields()
    return json.dumps({"path": here(), "fields": fields}) if fields else ""


def typed_fields() -> list[tuple[str, str]]:
    """Return the fields of this request's form, without passwords, passphrases, codes and tokens."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_STORED]


def offer_again(kept_form: str) -> ResponseReturnValue:
    """Show a page with the stored form and one button that sends it again, now with a valid token."""
    form = stored_fields(kept_form)
    if form is None:
        return redirect(home_path())
    return render_template("account/resume.html", path=form[0], fields=form[1])


def stored_fields(kept_form: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Return the address and the fields of a stored form, None when it is none."""
    try:
        form = json.loads(kept_form)
        return safe_next(str(form["path"])), [(str(name), str(value)) for name, value in form["fields"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
