"""The audit log, the mirror of the catalogue in the object store, and when both were backed up and checked."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, String, Table, Text, func
from sqlalchemy.types import BigInteger

from storage.catalogue.tables.schema import metadata

# Append-only: lines are added and never changed. `hash` seals a line and, through `previous`, all before it.
audit = Table(
    "audit",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", String(300), nullable=False),
    Column("origin", String(300), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(300), nullable=False, index=True),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# One row: the last line of the audit log, and the lock under which the next is written.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("hash", String(64), nullable=False),
)

# Which rows changed since the catalogue was last mirrored; triggers write it (`changes.create_triggers`).
changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("table", String(60), nullable=False),
    Column("key", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.current_timestamp()),
)

# One row: who this catalogue is to the archive it is mirrored into (`identity`).
identity = Table(
    "identity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("catalogue", String(26), nullable=False),
    Column("database", String(64), nullable=False),  # a fingerprint of where it stood when it last wrote
    Column("writes", Boolean, nullable=False),  # False: made for a drill, the archive is only read
)

# One row: the last segment of the mirror.
mirror = Table(
    "mirror",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("segment", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)

# When this installation was backed up and checked, and how that ended.
maintenance_runs = Table(
    "maintenance_runs",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("is_ok", Boolean, nullable=False),
    Column("summary", JSON, nullable=False),
    Index("ix_maintenance_runs_kind_ended_at", "kind", "ended_at"),
)
