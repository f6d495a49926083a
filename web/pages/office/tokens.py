"""Tokens of other systems: administrators create them, see when each was used, and revoke them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.access.tokens import create_token, list_tokens, revoke_token
from docgen.desk.rights import EVERYONE
from docgen.errors import FieldError, InvalidSubmission
from docgen.messages import field_errors
from storage.catalogue import registers
from storage.text import clean_text
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("tokens", __name__, url_prefix="/token")

OWN_CHOICE = "pilih"  # among the scopes: the permissions that are ticked

SCOPE_OR_PERMISSIONS = (
    "Centang hanya berlaku dengan “Hanya izin yang dicentang di bawah”: pilih itu, atau hapus centangnya."
)
LABELS = {
    "name": "Nama sistem",
    "scope": "Yang boleh dilakukan",
    "permissions": "Izin",
    "officials": "Memutus atas nama",
    "assets": "Hanya aset ini",
    "procedures": "Hanya prosedur ini",
    "expires_at": "Berlaku sampai",
}


@blueprint.route("", methods=["GET", "POST"])
@may("connect")
def index() -> ResponseReturnValue:
    """List tokens and make one; it is shown this once."""
    if request.method == "GET":
        return _page({"name": "", "scope": "read", "assets": "", "expires_at": ""}, [])
    form = request.form
    typed = {key: form.get(key, "").strip() for key in ("name", "scope", "assets", "expires_at")}
    procedures, officials = form.getlist("procedures"), form.getlist("officials")
    chosen = form.getlist("permissions")
    try:
        if typed["scope"] != OWN_CHOICE and chosen:
            raise InvalidSubmission([FieldError("permissions", SCOPE_OR_PERMISSIONS)])
        if typed["scope"] == OWN_CHOICE and not chosen:
            raise InvalidSubmission([FieldError("permissions", "Pilih sedikitnya satu izin.")])
        raw = create_token(
            get_desk(),
            typed["name"],
            "read" if chosen else typed["scope"],  # type: ignore[arg-type]  # checked by the record
            [EVERYONE] if EVERYONE in officials else officials,
            me().name,
            assets=[line.strip() for line in clean_text(typed["assets"]).split("\n") if line.strip()],
            procedures=procedures,
            expires_at=_end_of(typed["expires_at"]),
            permissions=chosen,
            creator=me().caller,
        )
    except ValidationError as error:
        return _page(typed, field_errors(error, LABELS), procedures), 422
    except InvalidSubmission as error:
        return _page(typed, error.errors, procedures), 422
    return _page({"name": "", "scope": "read", "assets": "", "expires_at": ""}, [], created=(typed["name"], raw))


@blueprint.post("/cabut")
@may("connect")
def revoke() -> ResponseReturnValue:
    """Revoke a token."""
    token = revoke_token(get_desk(), request.form.get("id", ""), me().name)
    flash(say("Token {name} dicabut. Sistem yang memakainya tidak lagi dilayani.", name=token.name), "success")
    return redirect(url_for(".index"), 303)


def _end_of(day: str) -> dt.datetime | None:
    """Return the end of a day on the office's clock. Raises InvalidSubmission."""
    if not day:
        return None
    with get_desk().catalogue.read() as tx:
        zone = ZoneInfo(registers.get_office(tx).time_zone)
    try:
        begin = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), zone)
    except ValueError as error:
        raise InvalidSubmission([FieldError("expires_at", "Tulis tanggal seperti 2027-12-31.")]) from error
    return begin + dt.timedelta(days=1)


def _page(
    typed: dict[str, str],
    errors: list[FieldError],
    procedures: list[str] | None = None,
    created: tuple[str, str] | None = None,
) -> str:
    desk = get_desk()
    with desk.catalogue.read() as tx:
        officials = registers.list_officials(tx)
    return render_template(
        "connect/tokens.html",
        tokens=list_tokens(desk),
        officials=officials,
        table=desk.roles,
        own_choice=OWN_CHOICE,
        ticked=request.form.getlist("permissions") if errors else [],
        deciding=request.form.getlist("officials") if errors else [],
        everyone=EVERYONE,
        procedures=desk.sop.places,
        chosen=procedures or [],
        typed=typed,
        errors=errors,
        wrong={error.field.partition("[")[0]: error.message for error in errors},
        labels=LABELS,
        created=created,
        now=desk.now(),
    )
