"""Records that other systems depend on: former codes of assets, share links, webhooks and their deliveries."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from storage.records import Record, Sentence

EventType = Literal[
    "document.issued",
    "document.endorsed",
    "document.numbered",
    "document.signed",
    "document.voided",
    "document.attached",
    "dossier.closed",
    "draft.submitted",
    "draft.decided",
    "draft.returned",
    "draft.signed",
    "draft.withdrawn",
]
DeliveryStatus = Literal["pending", "delivered", "failed"]


class Alias(Record):
    """A former code of an asset: `nibar` leads to the asset whose code is `now`."""

    nibar: str
    now: str
    at: dt.datetime
    by: str


class Share(Record):
    """A link by which anybody reads one document until it expires or is revoked; `uses` counts openings.

    `token` is the id of the token that made it; "" when a person did, or an earlier version did not note it.
    """

    id: str
    document: str
    note: str = ""
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None = None
    uses: int = 0
    last_used_at: dt.datetime | None = None
    token: str = ""


class Webhook(Record):
    """An address that receives events. `secret` (`whsec_…`) signs each message."""

    id: str
    url: str
    events: list[EventType]
    secret: str
    created_at: dt.datetime
    created_by: str


class Delivery(Record):
    """One event for one webhook. `event` is the id of the message, the same however often it is sent.

    `body` is sent byte for byte; `answered` is the HTTP status of the last try, `error` why it failed. `request_id` is
    that of the caller's request which the event follows from, "" where there was none.
    """

    id: str
    webhook: str
    event: str
    type: str
    body: str
    created_at: dt.datetime
    status: DeliveryStatus = "pending"
    next_at: dt.datetime
    give_up_at: dt.datetime
    attempts: int = 0
    answered: int | None = None
    error: Sentence = ""
    delivered_at: dt.datetime | None = None
    request_id: str = ""
