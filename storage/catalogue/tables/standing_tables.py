"""How documents and dossiers stand: derived from the archive's rows and the SOP, so that lists and counts are quick."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Index, Integer, String, Table

from storage.catalogue.tables.schema import metadata

# What was decided on a document in force, or who is to decide; no row where the SOP asks for no decision.
standings = Table(
    "standings",
    metadata,
    Column("document", String(26), primary_key=True),
    Column("dossier", String(26), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("role", String(30), nullable=False),  # who decides next; "" when nobody does
    Column("since", DateTime(timezone=True), nullable=False),
    Column("is_open", Boolean, nullable=False),  # somebody is still to act on it
    Index("ix_standings_state_document", "state", "document"),
    Index("ix_standings_open", "is_open", "state", "role", "since", "document"),
)

# The step whose turn it is in each open dossier that is not complete.
turns = Table(
    "turns",
    metadata,
    Column("dossier", String(26), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("role", String(30), nullable=False),
    Column("lacks", JSON, nullable=False),  # kinds that the step must still yield
    Column("awaits", Boolean, nullable=False),  # a decision is still to be made on a document
    Column("approved", String(26), nullable=False, index=True),  # the document whose approval opened the step, or ""
    Column("since", DateTime(timezone=True), nullable=False),
    Column("due", DateTime(timezone=True), nullable=False, index=True),
)

# Dossiers that changed since their rows above were written; triggers write it (`standings.create_triggers`).
stale_dossiers = Table(
    "stale_dossiers",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("dossier", String(26), nullable=False, index=True),
    sqlite_autoincrement=True,  # the id of a note that was struck is not given to another
)
