"""Work in hand: jobs, idempotency keys, share links, webhooks and their outbox."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, ForeignKey, Index, Integer, String, Table, Text

from storage.catalogue.tables.message_columns import MessageJson, MessageText
from storage.catalogue.tables.schema import metadata

# Long work, and its queue: whoever takes a job is its `owner`, believed until `next_at`.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("status", String(10), nullable=False),
    Column("request", JSON, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("per_second", Float),
    Column("result", MessageJson),
    Column("error", MessageText),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("token", String(26), nullable=False, server_default=""),
    Column("owner", String(120), nullable=False, server_default=""),  # who has it in hand, "" when nobody has
    Column("attempts", Integer, nullable=False, server_default="0"),  # tries that came no further than those before
    Column("next_at", DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"),
    Column("request_id", String(64), nullable=False, server_default=""),  # of the caller's request that asked for it
    Index("ix_jobs_status_next_at", "status", "next_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", String(300), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("document", String(26), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), nullable=False, index=True),
    Column("note", String(300), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("uses", Integer, nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("token", String(26), nullable=False, server_default=""),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret", String(100), nullable=False),  # signs, so it must be read back; shown to administrators once
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
)

# The outbox: a line for each event and webhook, written by the transaction that makes the event true.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("webhook", String(26), ForeignKey("webhooks.id"), nullable=False),
    Column("event", String(40), nullable=False),
    Column("type", String(60), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("status", String(10), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),  # when it is due; moved on while it is being sent
    Column("give_up_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answered", Integer),
    Column("error", MessageText, nullable=False),
    Column("delivered_at", DateTime(timezone=True)),
    Column("request_id", String(64), nullable=False, server_default=""),  # of the caller's request that it follows from
    Index("ix_deliveries_status_next_at", "status", "next_at"),
    Index("ix_deliveries_webhook_id", "webhook", "id"),
)
