"""Webhooks: add and remove them, list their deliveries, send a delivery again."""

from __future__ import annotations

from docgen.desk.webhooks.outbox import add_webhook, remove_webhook, send_again
from storage import link_records
from storage.catalogue import webhooks
from web.api.http.auth import caller
from web.api.http.calls import Answer, call
from web.api.schemas import links as models
from web.api.schemas.queries import PageQuery
from web.desk import get_desk, get_settings


@call("GET", "/webhooks", "List webhooks", tag="Webhooks", action="connect", query=PageQuery,
      returns={200: models.WebhookPage})  # fmt: skip
def list_webhooks(query: PageQuery) -> models.WebhookPage:
    """Who is told of events."""
    with get_desk().catalogue.read() as tx:
        matches = webhooks.list_webhooks(tx, after=query.cursor, limit=query.limit + 1)
    items = [_webhook(webhook) for webhook in matches[: query.limit]]
    return models.WebhookPage(items=items, next=items[-1].id if len(matches) > query.limit else None)


@call("POST", "/webhooks", "Add a webhook", tag="Webhooks", action="connect", body=models.WebhookRequest,
      returns={201: models.NewWebhook})  # fmt: skip
def post_webhook(body: models.WebhookRequest) -> models.NewWebhook:
    """Tell an address of events: each is POSTed as a CloudEvents 1.0 message (JSON), signed as Standard Webhooks says,
    and tried again for 3 days until a 2xx is answered. An event may come twice: `webhook-id` stays the same."""
    private = get_settings().webhook_private
    webhook = add_webhook(get_desk(), body.url, body.events, caller().name, private=private)
    return models.NewWebhook.model_validate(webhook.model_dump())


@call("DELETE", "/webhooks/<id>", "Remove a webhook", tag="Webhooks", action="connect", returns={204: None})
def delete_webhook(id: str) -> Answer:
    """Nothing more is sent to it, not even what waits."""
    remove_webhook(get_desk(), id, caller().name)
    return Answer(None, 204)


@call("GET", "/webhooks/<id>/deliveries", "What a webhook was sent", tag="Webhooks", action="connect",
      query=PageQuery, returns={200: models.DeliveryPage})  # fmt: skip
def list_deliveries(id: str, query: PageQuery) -> models.DeliveryPage:
    """The log of deliveries, newest first, of the last 30 days."""
    with get_desk().catalogue.read() as tx:
        webhooks.get_webhook(tx, id)
        matches = webhooks.list_deliveries(tx, id, cursor=query.cursor, limit=query.limit + 1)
    items = [_delivery(delivery) for delivery in matches[: query.limit]]
    return models.DeliveryPage(items=items, next=items[-1].id if len(matches) > query.limit else None)


@call("POST", "/deliveries/<id>/resend", "Send again", tag="Webhooks", action="connect",
      returns={200: models.Delivery})  # fmt: skip
def post_resend(id: str) -> models.Delivery:
    """Send a message again, whatever became of it, with the same `webhook-id`."""
    return _delivery(send_again(get_desk(), id))


def _webhook(webhook: link_records.Webhook) -> models.Webhook:
    return models.Webhook.model_validate(webhook.model_dump(exclude={"secret"}))


def _delivery(delivery: link_records.Delivery) -> models.Delivery:
    values = delivery.model_dump(include=set(models.Delivery.model_fields))
    return models.Delivery.model_validate(values | ({} if delivery.status == "pending" else {"next_at": None}))
