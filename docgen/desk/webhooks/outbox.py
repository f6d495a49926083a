"""What happened, told to other systems: a CloudEvents message for each webhook that wants it.

It is written by the transaction that makes the event true, so an event is neither lost nor told of what did not
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
from storage import media_types
from storage.catalogue import documents, registers, webhooks
from storage.catalogue.classes import OPEN, is_secret
from storage.link_records import Delivery, EventType, Webhook
from storage.records import Change, Document, Dossier
from storage.text import to_json

GIVE_UP = dt.timedelta(days=3)
EVENTS: dict[EventType, str] = {
    "document.issued": "Naskah terbit",
    "document.endorsed": "Naskah diputuskan pejabat",
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
    "voided": "document.voided",
    "attached": "document.attached",
}


def add_webhook(desk: Desk, url: str, events: Sequence[EventType], by: str, *, private: bool = False) -> Webhook:
    """Tell this address of these events from now on; the secret of the answer checks what it is sent.

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
    """Tell this address of nothing more, not even of what waits. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        webhook = webhooks.get_webhook(tx, id)
        webhooks.remove_webhook(tx, id)
        audit.record(desk, tx, by, Action.WEBHOOK_REMOVED, id, before={"url": webhook.url})
    keep_mirror(desk)  # at once: what is taken away must be so after a restore, too


def send_again(desk: Desk, id: str) -> Delivery:
    """Send a message again as soon as possible, and for three more days if need be. Raises RecordMissing."""
    now = desk.now()
    with desk.catalogue.write() as tx:
        webhooks.get_delivery(tx, id)
        again = {"status": "pending", "next_at": now, "give_up_at": now + GIVE_UP, "attempts": 0, "error": ""}
        webhooks.change_delivery(tx, id, again)
        return webhooks.get_delivery(tx, id)


def tell_document(desk: Desk, tx: Connection, id: str, change: Change) -> None:
    """Tell of a change of a document that this transaction makes; changes nobody is told of are passed over.

    Nobody is told of a letter of class R or SR.
    """
    if change in _CHANGES and (wanted := _wanting(tx, _CHANGES[change])) and not is_secret(tx, id):
        one = documents.get_document(tx, id)
        _put(desk, tx, wanted, _CHANGES[change], id, document_data(desk, tx, one))


def tell_closed(desk: Desk, tx: Connection, dossier: Dossier) -> None:
    """Tell that a dossier was closed, in the transaction that closes it."""
    if wanted := _wanting(tx, "dossier.closed"):
        plain = dossier.model_dump(mode="json")
        links = {
            "self": desk.links.api(f"dossiers/{dossier.id}"),
            "page": desk.links.dossier(dossier.id),
        }
        _put(desk, tx, wanted, "dossier.closed", dossier.id, plain | {"links": links})


def tell_draft(desk: Desk, tx: Connection, type_: EventType, id: str, data: Mapping[str, Any]) -> None:
    """Tell of what this transaction does to a draft. Nobody is told in an office whose letters are of class R or SR."""
    if (wanted := _wanting(tx, type_)) and registers.get_office(tx).security_code in OPEN:
        _put(desk, tx, wanted, type_, id, data)


def document_data(desk: Desk, tx: Connection, one: Document) -> dict[str, Any]:
    """What an event tells of a document: its facts, as the API names them, and where to find it."""
    plain = {"id", "number", "status", "status_reason", "kind", "title", "procedure", "step", "assets", "dossier"}
    here = desk.links.api(f"documents/{one.id}")
    data = one.model_dump(mode="json", include=plain | {"date", "revision"})
    data["links"] = {
        "self": here,
        "page": desk.links.document(one.id),
        "pdf": f"{here}/pdf",
        "verify": desk.links.verification(one.code),
    }
    if one.revision:
        revision = documents.get_revision(tx, one.id, one.revision)
        data["pdf"] = {"sha256": revision.pdf.sha256, "size": revision.pdf.size, "pages": revision.pdf.pages}
        if revision.endorsement is not None:
            told = {"step", "decision", "official", "name", "post", "note", "at"}
            data["endorsement"] = revision.endorsement.model_dump(mode="json", include=told)
    return data


def _wanting(tx: Connection, type_: EventType) -> list[Webhook]:
    return [one for one in webhooks.list_webhooks(tx) if type_ in one.events]


def _put(desk: Desk, tx: Connection, wanted: list[Webhook], type_: EventType, subject: str, data: Any) -> None:
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
    body = to_json(message)
    for webhook in wanted:
        delivery = Delivery(
            id=str(ULID()).lower(),
            webhook=webhook.id,
            event=event,
            type=type_,
            body=body,
            created_at=now,
            next_at=now,
            give_up_at=now + GIVE_UP,
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
