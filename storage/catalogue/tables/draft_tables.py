"""Letters before they have a number: drafts, their versions, their route, who reads them and what is said of them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, ForeignKey, Index, Integer, String, Table, Text

from storage.catalogue.tables.schema import metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("user", String(300), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("save_id", String(40), nullable=False, server_default=""),
    Column("state", String(10), nullable=False, server_default="writing"),
    Column("title", Text, nullable=False, server_default=""),
    Column("submitted_at", DateTime(timezone=True)),
    Column("document", String(26), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("removed_at", DateTime(timezone=True)),
    Column("token", String(26), nullable=False, server_default=""),
    Index("ix_drafts_document", "document"),
)

draft_versions = Table(
    "draft_versions",
    metadata,
    Column("draft", String(26), ForeignKey("drafts.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("late", Integer, primary_key=True),  # 0 for the version that counts
    Column("by", String(300), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("body", JSON, nullable=False),
)

draft_route = Table(
    "draft_route",
    metadata,
    Column("draft", String(26), ForeignKey("drafts.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("official", String(60), nullable=False),
    Column("part", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("acting", String(60), nullable=False),
    Column("at", DateTime(timezone=True)),
    Column("by", String(300), nullable=False),
    Column("version", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("reminded_at", DateTime(timezone=True)),
    Index("ix_draft_route_official_state", "official", "state"),
)

draft_comments = Table(
    "draft_comments",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("draft", String(26), ForeignKey("drafts.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("by", String(300), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("text", Text, nullable=False),
    Column("field", String(300), nullable=False),
    Column("page", Integer, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("answers", String(26), nullable=False),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolved_by", String(300), nullable=False),
)

# Whom the author lets read a draft beside the officials of its route.
draft_readers = Table(
    "draft_readers",
    metadata,
    Column("draft", String(26), ForeignKey("drafts.id"), primary_key=True),
    Column("user", String(300), primary_key=True),
    Index("ix_draft_readers_user", "user"),
)

draft_readings = Table(
    "draft_readings",
    metadata,
    Column("draft", String(26), ForeignKey("drafts.id"), primary_key=True),
    Column("user", String(300), primary_key=True),
    Column("version", Integer, nullable=False),
)

# What the office set itself in place of the delivered routes; one row, or none.
drafting = Table(
    "drafting",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1: one office per installation
    Column("record", JSON, nullable=False),
)
