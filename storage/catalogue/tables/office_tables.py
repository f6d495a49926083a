"""The table of the offices that an installation holds; each has tables like these in a database of its own."""

from sqlalchemy import Column, DateTime, String, Table

from storage.catalogue.tables.schema import metadata

# Filled in the catalogue of the installation alone.
offices = Table(
    "offices",
    metadata,
    Column("slug", String(60), primary_key=True),
    Column("host", String(300), nullable=False),
    Column("path", String(300), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
    Column("retired_by", String(300), nullable=False),
)
