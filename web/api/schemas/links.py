"""What the API answers about share links and webhooks."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from docgen.desk.access.share_links import DEFAULT_DAYS, MOST_DAYS
from storage.link_records import DeliveryStatus, EventType
from storage.records import Line
from web.api.schemas.answers import Href, Next, Strict


class ShareRequest(BaseModel):
    """For how long a document is shared."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="Days until the link expires", examples=[30])] = (
        DEFAULT_DAYS
    )
    note: Annotated[Line, Field(description="For whom, or what for", examples=["Inspektorat"])] = ""


class Share(Strict):
    """A link by which anybody reads a document until it expires or is revoked; `uses` counts openings.

    It also ends with the right of its maker: `ended` says why, in Indonesian.
    """

    id: str
    document: str
    href: Annotated[Href | None, Field(description="null for callers that may make no links")]
    note: str
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    uses: int
    last_used_at: dt.datetime | None
    ended: str | None


class WebhookRequest(BaseModel):
    """Where to send events, and which."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000, examples=["https://aset.example/docgen"])]
    events: Annotated[list[EventType], Field(min_length=1, max_length=5)]


class Webhook(Strict):
    """An address that is told of events."""

    id: str
    url: str
    events: list[EventType]
    created_at: dt.datetime
    created_by: str


class NewWebhook(Webhook):
    """A webhook with the secret that checks `webhook-signature`; it is shown this once."""

    secret: Annotated[str, Field(pattern="^whsec_", description="As Standard Webhooks has it")]


class WebhookPage(Strict):
    """Webhooks, oldest first."""

    items: list[Webhook]
    next: Next


class Delivery(Strict):
    """One event for one webhook. `event` is sent as `webhook-id` and as the `id` of the message."""

    id: str
    webhook: str
    event: str
    type: str
    status: DeliveryStatus
    created_at: dt.datetime
    attempts: int
    answered: Annotated[int | None, Field(description="HTTP status of the last try")]
    error: Annotated[str, Field(description="Why the last try failed, in Indonesian")]
    next_at: Annotated[dt.datetime | None, Field(description="When it is tried next, while it is pending")]
    delivered_at: dt.datetime | None


class DeliveryPage(Strict):
    """Deliveries of a webhook, newest first."""

    items: list[Delivery]
    next: Next
