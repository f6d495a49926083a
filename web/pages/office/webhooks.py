"""Webhooks: administrators add them, read their deliveries, and send a delivery again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.webhooks.outbox import EVENTS, add_webhook, remove_webhook, send_again
from docgen.errors import FieldError, InvalidSubmission
from docgen.messages import field_errors
from storage.catalogue import webhooks
from web.desk import get_desk, get_settings
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhook")

LABELS = {"url": "Alamat penerima", "events": "Kejadian"}
SHOWN = 50
STATES = {"pending": "Menunggu", "delivered": "Terkirim", "failed": "Gagal"}


@blueprint.route("", methods=["GET", "POST"])
@may("connect")
def index() -> ResponseReturnValue:
    """List webhooks and add one; its secret is shown this once."""
    if request.method == "GET":
        return _page("", list(EVENTS), [])
    url = request.form.get("url", "").strip()
    events: list[Any] = [event for event in request.form.getlist("events") if event in EVENTS]
    try:
        created = add_webhook(get_desk(), url, events, me().name, private=get_settings().webhook_private)
    except ValidationError as error:
        return _page(url, events, field_errors(error, LABELS)), 422
    except InvalidSubmission as error:
        return _page(url, events, error.errors), 422
    return _page("", list(EVENTS), [], created=(created.url, created.secret))


@blueprint.post("/hapus")
@may("connect")
def remove() -> ResponseReturnValue:
    """Remove a webhook."""
    remove_webhook(get_desk(), request.form.get("id", ""), me().name)
    flash("Webhook dihapus; tidak ada lagi yang dikirim ke sana.", "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/<id>")
@may("connect")
def log(id: str) -> ResponseReturnValue:
    """Show the deliveries of a webhook."""
    cursor = request.args.get("sesudah", "")
    with get_desk().catalogue.read() as tx:
        webhook = webhooks.get_webhook(tx, id)
        matches = webhooks.list_deliveries(tx, id, cursor=cursor, limit=SHOWN + 1)
    next_cursor = matches[SHOWN - 1].id if len(matches) > SHOWN else None
    return render_template(
        "connect/deliveries.html",
        webhook=webhook,
        found=matches[:SHOWN],
        more=next_cursor,
        events=EVENTS,
        states=STATES,
    )


@blueprint.post("/kirim-lagi")
@may("connect")
def resend() -> ResponseReturnValue:
    """Send a message again."""
    delivery = send_again(get_desk(), request.form.get("id", ""))
    flash("Pesan akan segera dikirim lagi. Muat ulang halaman ini untuk melihat hasilnya.", "success")
    return redirect(url_for(".log", id=delivery.webhook), 303)


def _page(url: str, events: list[Any], errors: list[FieldError], created: tuple[str, str] | None = None) -> str:
    with get_desk().catalogue.read() as tx:
        all_webhooks = webhooks.list_webhooks(tx)
    return render_template(
        "connect/webhooks.html",
        webhooks=all_webhooks,
        events=EVENTS,
        url=url,
        chosen=events,
        errors=errors,
        wrong={error.field.partition("[")[0]: error.message for error in errors},
        labels=LABELS,
        created=created,
    )
