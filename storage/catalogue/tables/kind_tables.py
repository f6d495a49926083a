"""Tables of the kinds that the office makes itself."""

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table, Text

from storage.catalogue.tables.schema import metadata

# The Word file of a version lies in the object store, under `storage.keys.template_key`.
kind_versions = Table(
    "kind_versions",
    metadata,
    Column("slug", String(60), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("template_sha256", String(64), nullable=False),
    Column("sheet", JSON, nullable=False),
    Column("example", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("note", Text, nullable=False),
)

# Which version is in force since when; rows are only added, and the ids of one kind count from 1.
kind_publications = Table(
    "kind_publications",
    metadata,
    Column("slug", String(60), primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),  # 0: the kind that is delivered or installed
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("cancelled_at", DateTime(timezone=True)),
)
