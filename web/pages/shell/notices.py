"""Pemberitahuan: how a person is told what waits for them or came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.notices.preferences import choose, list_recent, send_test, subscribe, subscriptions, unsubscribe
from docgen.errors import FieldError, InvalidSubmission
from docgen.links import NOTICES
from docgen.web_push import PushKeys
from web.desk import get_desk, get_settings
from web.pages.shell.access import me, signed_in, signed_in_lately
from web.pages.shell.browser_names import browser_name
from web.pages.shell.message_translation import flash

blueprint = Blueprint("notices", __name__)

SHOWN = 10  # notices


@blueprint.route(NOTICES, methods=["GET", "POST"])
@signed_in_lately  # links for a new password go to the address that is set here
def show() -> ResponseReturnValue:
    """Show and change where and when one is told."""
    if request.method == "GET":
        return _page({"email": me().user.email, "mail": me().user.mail})
    typed = {name: request.form.get(name, "").strip() for name in ("email", "mail")}
    try:
        choose(get_desk(), me().name, typed["email"], typed["mail"], me().name)
    except InvalidSubmission as error:
        return _page(typed, error.errors), 422
    flash("Pilihan Anda disimpan.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post(f"{NOTICES}/coba")
@signed_in
def try_out() -> ResponseReturnValue:
    """Tell oneself something, to see whether it arrives."""
    send_test(get_desk(), me().name)
    flash("Pemberitahuan percobaan dikirim. Bila belum tiba dalam dua menit, lihat keadaannya di bawah.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post(f"{NOTICES}/peramban")
@signed_in
def add_browser() -> ResponseReturnValue:
    """Show notices in this browser, too."""
    form = request.form
    try:
        subscribe(
            get_desk(), me().name, form.get("endpoint", ""), form.get("p256dh", ""), form.get("auth", ""),
            browser=request.user_agent.string, private=get_settings().webhook_private,
        )  # fmt: skip
    except InvalidSubmission as error:
        flash(error.errors[0].message, "danger")
    else:
        flash("Peramban ini sekarang menampilkan pemberitahuan.", "success")
    return redirect(url_for(".show"), 303)


@blueprint.post(f"{NOTICES}/peramban/hapus")
@signed_in
def remove_browser() -> ResponseReturnValue:
    """Show notices in one of one's browsers no more."""
    unsubscribe(get_desk(), me().name, request.form.get("id", ""))
    flash("Peramban itu tidak lagi menampilkan pemberitahuan.", "success")
    return redirect(url_for(".show"), 303)


def _page(typed: Mapping[str, str], errors: Sequence[FieldError] = ()) -> str:
    desk = get_desk()
    return render_template(
        "account/notices.html",
        typed=typed,
        errors=errors,
        wrong={error.field: error.message for error in errors},
        has_mail=desk.mail is not None,
        key=PushKeys.of(str(current_app.config["SECRET_KEY"])).public,
        browsers=subscriptions(desk, me().name),
        browser=browser_name,
        recent=list_recent(desk, me().name, SHOWN),
    )
