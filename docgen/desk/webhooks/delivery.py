"""Send the messages of the outbox; retry with growing pauses for three days."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.webhooks.sender import AddressRefused, Message, SendFailed, send
from docgen.telemetry.observing import count_delivery
from docgen.telemetry.tracing import span
from docgen.work_context import noted
from storage.catalogue import webhooks
from storage.errors import RecordMissing
from storage.link_records import Delivery, Webhook
from wording import say

log = logging.getLogger("docgen.webhooks")

# Pauses after each failed try; the last one is repeated until three days are over.
PAUSES = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18000, 36000))
LEASE = dt.timedelta(minutes=2)  # longer than a try may take
KEPT = dt.timedelta(days=30)  # in the log of deliveries
AT_ONCE = 8  # receivers; each gets its messages one by one, so that one that dawdles holds up no other


def deliver_due(desk: Desk, private: bool) -> int:
    """Send every message that is due and return how many arrived. Raises StoreUnavailable."""
    with desk.catalogue.read() as tx:
        waiting = webhooks.due_deliveries(tx, desk.now())
    if not waiting:
        return 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        return sum(pool.map(lambda ids: deliver_in_turn(desk, ids, private), waiting.values()))


def deliver_in_turn(desk: Desk, ids: Sequence[str], private: bool) -> int:
    """Send the messages of one receiver until one does not arrive; returns how many did. Raises StoreUnavailable."""
    for count, id in enumerate(ids):
        if not deliver(desk, id, private):
            return count
    return len(ids)


def deliver(desk: Desk, id: str, private: bool) -> bool:
    """Send one message unless another process is sending it; return whether it arrived. Raises StoreUnavailable."""
    now = desk.now()
    try:
        with desk.catalogue.write() as tx:
            delivery = webhooks.claim_delivery(tx, id, now, now + LEASE)
            webhook = webhooks.get_webhook(tx, delivery.webhook) if delivery else None
    except RecordMissing:
        return False
    if delivery is None or webhook is None:
        return False
    with noted(request=delivery.request_id), span("webhook", {"docgen.event": delivery.type}):
        status, error = _try(webhook, delivery, int(now.timestamp()), private)
        with desk.catalogue.write() as tx:
            webhooks.change_delivery(tx, id, _outcome(desk.now(), delivery, status, error))
        if error:
            log.warning("Webhook %s: %s not delivered: %s", webhook.id, delivery.event, error)
    count_delivery(is_ok=not error)
    return not error


def _try(webhook: Webhook, delivery: Delivery, timestamp: int, private: bool) -> tuple[int | None, str]:
    """Return the HTTP status of the answer, and why the message did not arrive ("" when it did)."""
    try:
        message = Message(delivery.event, delivery.body.encode(), delivery.request_id)
        status = send(webhook.url, webhook.secret, message, timestamp, private=private)
    except (SendFailed, AddressRefused) as error:
        return None, str(error)
    if 200 <= status < 300:
        return status, ""
    return status, say("Dijawab dengan status {status}; yang diharapkan 2xx.", status=status)


def _outcome(now: dt.datetime, delivery: Delivery, http_status: int | None, error: str) -> dict[str, Any]:
    attempts = delivery.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "answered": http_status, "error": error}
    if not error:
        return values | {"status": "delivered", "delivered_at": now}
    following = now + PAUSES[min(attempts, len(PAUSES)) - 1]
    if following > delivery.give_up_at:
        return values | {"status": "failed"}
    return values | {"next_at": following}


class Deliverer(ServiceThread):
    """Sends what is due every `interval` seconds; no receiver waits for another's."""

    def __init__(self, desk: Desk, private: bool = False, interval: float = 2.0) -> None:
        super().__init__("webhooks", interval)
        self._desk = desk
        self._private = private
        self._cleaned = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._under_way: dict[str, Future[int]] = {}

    def work(self) -> None:
        """Begin to send what is due to receivers that have nothing under way, and tidy the log once a day."""
        with self._desk.catalogue.read() as tx:
            waiting = webhooks.due_deliveries(tx, self._desk.now())
        for webhook, ids in waiting.items():
            running = self._under_way.get(webhook)
            if running is None or running.done():
                if running is not None and (error := running.exception()) is not None:
                    log.warning("Webhook %s waits: %s", webhook, error)
                self._under_way[webhook] = self._pool.submit(deliver_in_turn, self._desk, ids, self._private)
        self._clean()

    def end(self) -> None:
        """Wait for the tries in hand, which have a deadline."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _clean(self) -> None:
        """Delete deliveries that ended long ago, once a day."""
        now = self._desk.now()
        if now - self._cleaned > dt.timedelta(days=1):
            with self._desk.catalogue.write() as tx:
                webhooks.forget_delivered(tx, now - KEPT)
            self._cleaned = now
