"""Webhooks and their outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import deliveries, webhooks
from storage.errors import RecordMissing
from storage.link_records import Delivery, Webhook
from wording import say

_PAGE = select(webhooks).where(webhooks.c.id > bindparam("after")).order_by(webhooks.c.id).limit(bindparam("most"))


def add_webhook(tx: Connection, webhook: Webhook) -> None:
    """Add a webhook."""
    tx.execute(insert(webhooks).values(to_row(webhook, webhooks)))


def list_webhooks(tx: Connection, *, after: str = "", limit: int = 1000) -> list[Webhook]:
    """Return webhooks, oldest first, after the one of id `after`."""
    return [to_record(Webhook, row) for row in tx.execute(_PAGE, {"after": after, "most": limit}).mappings()]


def get_webhook(tx: Connection, id: str) -> Webhook:
    """Return one webhook. Raises RecordMissing."""
    row = tx.execute(select(webhooks).where(webhooks.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(say("Webhook {id} tidak ada.", id=repr(id)))
    return to_record(Webhook, row)


def remove_webhook(tx: Connection, id: str) -> None:
    """Remove a webhook with its deliveries, sent or not. Raises RecordMissing."""
    get_webhook(tx, id)
    tx.execute(delete(deliveries).where(deliveries.c.webhook == id))
    tx.execute(delete(webhooks).where(webhooks.c.id == id))


def add_delivery(tx: Connection, delivery: Delivery) -> None:
    """Put a message into the outbox."""
    tx.execute(insert(deliveries).values(to_row(delivery, deliveries)))


def get_delivery(tx: Connection, id: str) -> Delivery:
    """Return one delivery. Raises RecordMissing."""
    row = tx.execute(select(deliveries).where(deliveries.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(say("Pengiriman {id} tidak ada.", id=repr(id)))
    return to_record(Delivery, row)


def list_deliveries(tx: Connection, webhook: str, *, cursor: str = "", limit: int = 50) -> list[Delivery]:
    """Return the deliveries of a webhook, newest first, from after `cursor` on."""
    query = select(deliveries).where(deliveries.c.webhook == webhook).order_by(deliveries.c.id.desc()).limit(limit)
    if cursor:
        query = query.where(deliveries.c.id < cursor)
    return [to_record(Delivery, row) for row in tx.execute(query).mappings()]


def due_deliveries(tx: Connection, now: dt.datetime, limit: int = 20) -> dict[str, list[str]]:
    """Return the ids of the deliveries due now, by webhook: oldest first, at most `limit` each."""
    rank = func.row_number().over(partition_by=deliveries.c.webhook, order_by=(deliveries.c.next_at, deliveries.c.id))
    waiting = (
        select(deliveries.c.webhook, deliveries.c.id, rank.label("rank"))
        .where(deliveries.c.status == "pending", deliveries.c.next_at <= now)
        .subquery()
    )
    query = select(waiting.c.webhook, waiting.c.id).where(waiting.c.rank <= limit)
    ids: dict[str, list[str]] = {}
    for webhook, id in tx.execute(query.order_by(waiting.c.rank)):
        ids.setdefault(webhook, []).append(id)
    return ids


def claim_delivery(tx: Connection, id: str, now: dt.datetime, until: dt.datetime) -> Delivery | None:
    """Claim a due delivery until `until` and return it; None when another process was quicker."""
    is_due = (deliveries.c.id == id) & (deliveries.c.status == "pending") & (deliveries.c.next_at <= now)
    row = tx.execute(update(deliveries).where(is_due).values(next_at=until).returning(deliveries)).mappings().first()
    return None if row is None else to_record(Delivery, row)


def change_delivery(tx: Connection, id: str, values: Mapping[str, Any]) -> None:
    """Change columns of a delivery."""
    tx.execute(update(deliveries).where(deliveries.c.id == id).values(dict(values)))


def forget_delivered(tx: Connection, before: dt.datetime) -> None:
    """Delete deliveries from before this moment that are over, delivered or not."""
    tx.execute(delete(deliveries).where(deliveries.c.status != "pending", deliveries.c.created_at < before))
