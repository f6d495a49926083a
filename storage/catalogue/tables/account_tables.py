"""Who works with the catalogue: users, sessions, tokens."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, String, Table, false

from storage.catalogue.tables.schema import metadata

users = Table(
    "users",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("full_name", String(300), nullable=False),
    Column("password", String(300), nullable=False),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("officials", JSON, nullable=False, server_default="[]"),
    Column("toured", Boolean, nullable=False, server_default=false()),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("email", String(300), nullable=False, server_default=""),
    Column("mail", String(10), nullable=False, server_default="now"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("user", String(300), nullable=False, index=True),
    Column("origin", String(300), nullable=False),
    Column("browser", String(300), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scope", String(10), nullable=False),
    Column("officials", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("assets", JSON, nullable=False, server_default="[]"),
    Column("procedures", JSON, nullable=False, server_default="[]"),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("created_by", String(300), nullable=False, server_default=""),
)
