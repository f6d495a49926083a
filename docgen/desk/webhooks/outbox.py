"""Add events to the outbox: a CloudEvents message for each webhook that subscribes to the event.

A message is written by the transaction that makes its event true, so none is lost, and none speaks of what did not
happen. `docgen.desk.webhooks.delivery` sends it.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.webhooks.public_address import refused_literal
from docgen.errors import FieldError, InvalidSubmission
from docgen.numbering.number_systems import shown_number
from docgen.work_context import current_request
from storage import media_types
from storage.catalogue import documents, dossiers, webhooks
from storage.catalogue.visibility.classes import OPEN, closed_documents, is_closed
from storage.link_records import Delivery, EventType, Webhook
from storage.records import Change, Document, Dossier, SecurityClass
from storage.text import json_text

GIVE_UP = dt.timedelta(days=3)
EVENTS: dict[EventType, str] = {
    "document.issued": "Naskah terbit",
    "document.endorsed": "Naskah diputuskan pejabat",
    "document.numbered": "Nomor dari sistem lain dicatat",
    "document.signed": "Naskah ditandatangani secara elektronik",
    "document.voided": "Naskah dibatalkan",
    "document.attached": "Salinan bertanda tangan dilampirkan",
    "dossier.closed": "Berkas ditutup",
    "draft.submitted": "Draf diajukan",
    "draft.decided": "Draf diparaf",
    "draft.returned": "Draf dikembalikan",
    "draft.signed": "Draf ditandatangani",
    "draft.withdrawn": "Draf ditarik atau ditolak",
}
_CHANGES: dict[Change, EventType] = {
    "issued": "document.issued",
    "endorsed": "document.endorsed",
    "numbered": "document.numbered",
    "signed": "document.signed",
    "voided": "document.voided",
    "attached": "document.attached",
}


def add_webhook(desk: Desk, url: str, events: Sequence[EventType], by: str, *, private: bool = False) -> Webhook:
    """Send these events to an address from now on; its receiver checks the messages with the secret of the answer.

    Raises InvalidSubmission for what is no address, or, unless `private`, is one of this machine or a private network.
    """
    _check_address(url, private)
    webhook = Webhook(
        id=str(ULID()).lower(),
        url=url,
        events=sorted(set(events)),
        secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
        created_at=desk.now(),
        created_by=by,
    )
    if not webhook.events:
        raise InvalidSubmission([FieldError("events", "Pilih paling sedikit satu kejadian.")])
    with desk.catalogue.write() as tx:
        webhooks.add_webhook(tx, webhook)
        audit.record(
            desk, tx, by, Action.WEBHOOK_CREATED, webhook.id, after={"url": url, "events": list(webhook.events)}
        )
    return webhook


def remove_webhook(desk: Desk, id: str, by: str) -> None:
    """Send nothing more to an address, not even what waits. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        webhook = webhooks.get_webhook(tx, id)
        webhooks.remove_webhook(tx, id)
        audit.record(desk, tx, by, Action.WEBHOOK_REMOVED, id, before={"url": webhook.url})
    keep_mirror(desk)  # at once, so that a removed webhook stays removed after a restore


def send_again(desk: Desk, id: str) -> Delivery:
    """Send a message again as soon as possible, and for three more days if need be. Raises RecordMissing."""
    now = desk.now()
    with desk.catalogue.write() as tx:
        webhooks.get_delivery(tx, id)
        values = {"status": "pending", "next_at": now, "give_up_at": now + GIVE_UP, "attempts": 0, "error": ""}
        webhooks.change_delivery(tx, id, values)
        return webhooks.get_delivery(tx, id)


def add_document_event(desk: Desk, tx: Connection, id: str, change: Change) -> None:
    """Add the event of a change that this transaction makes to a document; not every change has one.

    A letter of class T, R or SR has no events.
    """
    if change in _CHANGES and (subscribers := _subscribers(tx, _CHANGES[change])) and not is_closed(tx, id):
        data = document_data(desk, tx, documents.get_document(tx, id))
        _add(desk, tx, subscribers, _CHANGES[change], id, data)


def add_closed_event(desk: Desk, tx: Connection, dossier: Dossier) -> None:
    """Add the event that a dossier was closed, in the transaction that closes it.

    A dossier of which every letter is of class T, R or SR has no events.
    """
    ids = [outline.id for outline in dossiers.outlines_of(tx, [dossier.id])[dossier.id]]
    is_open = not ids or len(closed_documents(tx, ids)) < len(ids)
    if (subscribers := _subscribers(tx, "dossier.closed")) and is_open:
        facts = dossier.model_dump(mode="json")
        links = {
            "self": desk.links.api(f"dossiers/{dossier.id}"),
            "page": desk.links.dossier(dossier.id),
        }
        _add(desk, tx, subscribers, "dossier.closed", dossier.id, facts | {"links": links})


def add_draft_event(
    desk: Desk, tx: Connection, type_: EventType, id: str, data: Mapping[str, Any], security: SecurityClass
) -> None:
    """Add an event of a draft that this transaction changes; none of one of class T, R or SR."""
    if (subscribers := _subscribers(tx, type_)) and security in OPEN:
        _add(desk, tx, subscribers, type_, id, data)


def document_data(desk: Desk, tx: Connection, document: Document) -> dict[str, Any]:
    """Return what an event holds of a document: its facts, as the API names them, and its addresses."""
    fields = {"id", "number", "status", "status_reason", "kind", "title", "procedure", "step", "assets", "dossier"}
    address = desk.links.api(f"documents/{document.id}")
    data = document.model_dump(mode="json", include=fields | {"date", "revision", "numbering"})
    data["number"] = shown_number(document)
    data["links"] = {
        "self": address,
        "page": desk.links.document(document.id),
        "pdf": f"{address}/pdf",
        "verify": desk.links.verification(document.code),
    }
    if document.revision:
        revision = documents.get_revision(tx, document.id, document.revision)
        data["pdf"] = {"sha256": revision.pdf.sha256, "size": revision.pdf.size, "pages": revision.pdf.pages}
        if revision.endorsement is not None:
            endorsement_fields = {"step", "decision", "official", "name", "post", "note", "at"}
            data["endorsement"] = revision.endorsement.model_dump(mode="json", include=endorsement_fields)
    return data


def _subscribers(tx: Connection, type_: EventType) -> list[Webhook]:
    return [webhook for webhook in webhooks.list_webhooks(tx) if type_ in webhook.events]


def _add(desk: Desk, tx: Connection, subscribers: list[Webhook], type_: EventType, subject: str, data: Any) -> None:
    now = desk.now()
    event = f"msg_{str(ULID()).lower()}"
    message = {
        "specversion": "1.0",
        "id": event,
        "source": desk.public_url,
        "type": type_,
        "subject": subject,
        "time": now.isoformat(),
        "datacontenttype": media_types.JSON,
        "data": data,
    }
    body = json_text(message)
    for webhook in subscribers:
        delivery = Delivery(
            id=str(ULID()).lower(),
            webhook=webhook.id,
            event=event,
            type=type_,
            body=body,
            created_at=now,
            next_at=now,
            give_up_at=now + GIVE_UP,
            request_id=current_request(),
        )
        webhooks.add_delivery(tx, delivery)


def _check_address(url: str, private: bool) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and url.isascii()
        sound = sound and len(url) <= 2000 and (parts.port or 1) > 0 and url.isprintable() and " " not in url
    except ValueError:
        sound = False
    if not sound:
        raise InvalidSubmission([FieldError("url", "Tulis alamat lengkap, misalnya https://aset.example/docgen.")])
    if not private and refused_literal(parts.hostname or ""):
        message = "Alamat ini ada di mesin ini atau jaringan pribadi. Izinkan dahulu dengan DOCGEN_WEBHOOK_PRIVATE=1."
        raise InvalidSubmission([FieldError("url", message)])
