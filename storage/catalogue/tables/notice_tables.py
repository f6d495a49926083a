"""What people are told, by mail and in their browsers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, Text, UniqueConstraint, false

from storage.catalogue.tables.schema import metadata

# The outbox: a line for each event, person and way to tell, written by the transaction that makes the event true.
notices = Table(
    "notices",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("user", String(300), nullable=False),
    Column("channel", String(4), nullable=False),
    Column("target", String(26), nullable=False, server_default=""),
    Column("key", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("path", String(300), nullable=False),
    Column("kind", String(120), nullable=False, server_default=""),
    Column("dossier", String(60), nullable=False, server_default=""),
    Column("secret", Boolean, nullable=False, server_default=false()),
    Column("due_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),  # when it is due; moved on while it is being sent
    Column("give_up_at", DateTime(timezone=True), nullable=False),
    Column("status", String(10), nullable=False),
    Column("message", String(26), nullable=False, server_default=""),  # which carries it, with others
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("sent_at", DateTime(timezone=True)),
    UniqueConstraint("user", "channel", "target", "key"),
    Index("ix_notices_status_channel_next_at", "status", "channel", "next_at"),
    Index("ix_notices_subject", "subject"),
    Index("ix_notices_key", "key"),
)

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("user", String(300), nullable=False, index=True),
    Column("endpoint", String(2000), nullable=False),
    Column("endpoint_sha256", String(64), nullable=False, unique=True),  # of the endpoint, too long for a key
    Column("p256dh", String(100), nullable=False),
    Column("auth", String(40), nullable=False),
    Column("browser", String(300), nullable=False, server_default=""),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
