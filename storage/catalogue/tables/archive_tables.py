"""The archive: dossiers, documents, revisions, their words, the journal, tombstones and filed bundles."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Text

from storage.catalogue.tables.message_columns import MessageText
from storage.catalogue.tables.schema import metadata
from storage.records import MAIN_SERIES

_Status = String(10).with_variant(String(20), "postgresql")  # SQLite holds longer ones in the column of old, too

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("procedure", String(60), nullable=False),
    Column("assets", JSON, nullable=False),
    Column("title", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", String(300), nullable=False, server_default=""),
    Column("close_reason", Text, nullable=False, server_default=""),
    # What the letters outside the SOP that lie in it have in common; "" and 0 for a run of a procedure.
    Column("classification", String(60), nullable=False, server_default=""),
    Column("year", Integer, nullable=False, server_default="0"),
    # The first asset, or "" when collective: with the procedure it finds an open dossier to join.
    Column("first_asset", String(120), nullable=False),
    Index("ix_dossiers_first_asset_procedure", "first_asset", "procedure"),
    Index("ix_dossiers_closed_at_id", "closed_at", "id"),
)

_OPEN = dossiers.c.closed_at.is_(None)
# The open dossiers of an asset and procedure, newest first: those that a letter may continue.
Index(
    "ix_dossiers_open",
    dossiers.c.first_asset,
    dossiers.c.procedure,
    dossiers.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("number", String(300), nullable=False, index=True),
    Column("unit", String(300), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("status", _Status, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("procedure", String(60), nullable=False),
    Column("step", Integer, nullable=False),
    Column("assets", JSON, nullable=False),
    Column("dossier", String(26), ForeignKey("dossiers.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("signer", String(60), nullable=False),
    Column("code", String(40), nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("status_reason", Text, nullable=False),
    Column("replaced_by", String(26), nullable=False, server_default=""),
    Column("search", Text, nullable=False),
    Column("security", String(2), nullable=False, server_default=""),  # class it was issued under; "": not known
    Column("division", String(300), nullable=False, server_default=""),
    Column("token", String(26), nullable=False, server_default=""),  # that it was issued with; "" by an account
    Column("series", String(60), nullable=False, server_default=MAIN_SERIES),  # "" without a number of ours
    Column("numbering", String(300), nullable=False, server_default=""),  # the system that numbers it
    Index("ix_documents_dossier_id", "dossier", "id"),
    Index("ix_documents_procedure_step_id", "procedure", "step", "id"),
    Index("ix_documents_kind_id", "kind", "id"),
    Index("ix_documents_year_id", "year", "id"),
    Index("ix_documents_status_id", "status", "id"),
    Index("ix_documents_date_procedure_status", "date", "procedure", "status"),
    Index("ix_documents_security_id", "security", "id"),
)

# Officials on the way of a document, or named in it: they read it whatever its class is.
document_people = Table(
    "document_people",
    metadata,
    Column("official", String(60), primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Index("ix_document_people_document", "document"),
)

# Which documents are about an asset: the newest of an asset and step is one index walk.
document_assets = Table(
    "document_assets",
    metadata,
    Column("nibar", String(120), primary_key=True),
    Column("procedure", String(60), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Index("ix_document_assets_nibar_document", "nibar", "document"),
    Index("ix_document_assets_document", "document"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("reason", Text, nullable=False),
    Column("pdf", JSON, nullable=False),
    Column("docx", JSON, nullable=False),
    Column("submission", JSON, nullable=False),
    Column("snapshot", JSON, nullable=False),
    Column("change", String(12), nullable=False, server_default="issued"),
    Column("endorsement", JSON(none_as_null=True)),
    Column("attachments", JSON, nullable=False, server_default="[]"),
)

# The words of each document, folded; FTS5 or tsvector over it is made by the migration. `stale`: its newest revision
# was not read yet.
document_words = Table(
    "document_words",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), nullable=False, unique=True),
    Column("words", Text, nullable=False),
    Column("stale", Boolean, nullable=False),
    Index("ix_document_words_stale_n", "stale", "n"),
)

# What files a revision has that people outside may hold: its PDF and its attachments, found by their bytes alone.
archived_files = Table(
    "archived_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
)

# Work that was promised (a number is taken, a decision made) and is not archived yet: one task a document at a time.
# A row is deleted by the commit that finishes it.
journal = Table(
    "journal",
    metadata,
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("task", JSON, nullable=False),
    Column("submission", JSON, nullable=False),
    Column("snapshot", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", MessageText, nullable=False),
    Column("owner", String(120), nullable=False),  # the process at work on it, "" when none is
    Column("lease", DateTime(timezone=True), nullable=False),  # until when that process is believed
)

# What was destroyed when its retention was over, without its content. `done` when its objects are gone.
tombstones = Table(
    "tombstones",
    metadata,
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("act", String(26), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
    Column("official", JSON, nullable=False),
    Column("approval", String(300), nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", _Status, nullable=False),
    Column("files", JSON, nullable=False),
    Column("done", Boolean, nullable=False),
)

recipes = Table(
    "recipes",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("request", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
)

# Bundles that were archived: rows are added and never changed.
bundles = Table(
    "bundles",
    metadata,
    Column("code", String(26), primary_key=True),
    Column("title", Text, nullable=False),
    Column("recipe", String(26), nullable=False, index=True),
    Column("pdf", JSON, nullable=False),
    Column("manifest", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
)

bundle_documents = Table(
    "bundle_documents",
    metadata,
    Column("bundle", String(26), ForeignKey("bundles.code"), primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("starts_at", Integer, nullable=False),
    Index("ix_bundle_documents_document", "document"),
)
