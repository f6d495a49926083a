"""Show in which browsers one is signed in, and sign out there."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.sessions import IDLE, LONGEST, end_session, end_sessions, list_sessions
from web.desk import get_desk
from web.pages.account.begin import sign_out_here
from web.pages.shell.access import me, signed_in
from web.pages.shell.browser_names import browser_name
from web.pages.shell.message_translation import flash

blueprint = Blueprint("sessions", __name__)

HOUR = timedelta(hours=1)


@blueprint.get("/sesi")
@signed_in
def show() -> ResponseReturnValue:
    """Show in which browsers one is signed in."""
    return render_template(
        "account/sessions.html", sessions=list_sessions(get_desk(), me().name), here=me().session,
        browser=browser_name, idle=IDLE // HOUR, longest=LONGEST // HOUR,
    )  # fmt: skip


@blueprint.post("/sesi")
@signed_in
def end() -> ResponseReturnValue:
    """End one of one's own sessions, or all of them."""
    if request.form.get("semua"):
        end_sessions(get_desk(), me().name, me().name)
        return sign_out_here("Anda sudah keluar dari semua peramban.")
    end_session(get_desk(), request.form.get("id", ""), me().name)
    flash("Peramban itu sudah dikeluarkan.", "success")
    return redirect(url_for(".show"), 303)
