"""The catalogue's tables. Column names are the field names of `storage.records`."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    func,
)
from sqlalchemy.types import BigInteger

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

office = Table(
    "office",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1: one office per installation
    Column("record", JSON, nullable=False),
    Column("emblem", LargeBinary),
)

officials = Table(
    "officials",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("nip", String(300), nullable=False),
    Column("rank", String(300), nullable=False),
    Column("grade", String(300), nullable=False),
    Column("post", String(300), nullable=False),
    Column("role", String(30), nullable=False, index=True),
    Column("capacity", String(10), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

assets = Table(
    "assets",
    metadata,
    Column("nibar", String(120), primary_key=True),
    Column("kode_barang", String(300), nullable=False),
    Column("kode_register", String(300), nullable=False),
    Column("name", String(300), nullable=False),
    Column("brand", String(300), nullable=False),
    Column("serial", String(300), nullable=False),
    Column("year", Integer),
    Column("value", BigInteger),
    Column("condition", String(2), nullable=False),
    Column("location", String(300), nullable=False),
    Column("sort", String(10), nullable=False),
    Column("search", Text, nullable=False),
)

registers = Table(
    "registers",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("number", String(300), nullable=False, index=True),
    Column("status", String(10), nullable=False),
    Column("document", String(26), nullable=False, index=True),
    Column("date", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# Numbers put between two others afterwards (12a): the sequence beside them stays gapless.
inserted_numbers = Table(
    "inserted_numbers",
    metadata,
    Column("unit", String(300), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("suffix", String(1), primary_key=True),
    Column("number", String(300), nullable=False, index=True),
    Column("status", String(10), nullable=False),
    Column("date", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

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
    # The first asset, or "" when collective: with the procedure it finds an open dossier to join.
    Column("first_asset", String(120), nullable=False),
    Index("ix_dossiers_first_asset_procedure", "first_asset", "procedure"),
    Index("ix_dossiers_closed_at_id", "closed_at", "id"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("number", String(300), nullable=False, index=True),
    Column("unit", String(300), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("status", String(10), nullable=False),
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
    Index("ix_documents_dossier_id", "dossier", "id"),
    Index("ix_documents_procedure_step_id", "procedure", "step", "id"),
    Index("ix_documents_kind_id", "kind", "id"),
    Index("ix_documents_year_id", "year", "id"),
    Index("ix_documents_status_id", "status", "id"),
    Index("ix_documents_date_procedure_status", "date", "procedure", "status"),
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
    Column("error", Text, nullable=False),
    Column("owner", String(120), nullable=False),  # the process at work on it, "" when none is
    Column("lease", DateTime(timezone=True), nullable=False),  # until when that process is believed
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", String(300), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("document", String(26), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("user", String(300), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("save_id", String(40), nullable=False, server_default=""),
)

# Standard sentences (kalimat baku) of the office, put into the long fields of a form.
phrases = Table(
    "phrases",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("kind", String(60), nullable=False),  # "" for every kind
    Column("text", Text, nullable=False),
)

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

# Codes an asset had before: `nibar` is found as `now`. Never a chain: a further rename moves every older code along.
asset_aliases = Table(
    "asset_aliases",
    metadata,
    Column("nibar", String(120), primary_key=True),
    Column("now", String(120), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
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
    Column("error", Text, nullable=False),
    Column("delivered_at", DateTime(timezone=True)),
    Index("ix_deliveries_status_next_at", "status", "next_at"),
    Index("ix_deliveries_webhook_id", "webhook", "id"),
)

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
    Column("result", JSON),
    Column("error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("owner", String(120), nullable=False, server_default=""),  # who has it in hand, "" when nobody has
    Column("attempts", Integer, nullable=False, server_default="0"),  # tries that came no further than those before
    Column("next_at", DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"),
    Index("ix_jobs_status_next_at", "status", "next_at"),
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

# Which rows changed since the catalogue was last mirrored into the store; triggers write it (`changes.watch`).
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
    Column("status", String(10), nullable=False),
    Column("files", JSON, nullable=False),
    Column("done", Boolean, nullable=False),
)
