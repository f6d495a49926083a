"""Electronic signatures: by what officials are known to the signing service, what waits, and what was refused."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, String, Table, Text

from storage.catalogue.tables.message_columns import MessageText
from storage.catalogue.tables.schema import metadata

# NIK or e-mail, encrypted; official "" is the office's seal.
signing_identities = Table(
    "signing_identities",
    metadata,
    Column("official", String(60), primary_key=True),
    Column("sort", String(10), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("masked", String(300), nullable=False),
    Column("totp", Text, nullable=False, server_default=""),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
)

# Letters that wait for an official's electronic signature; `reason` says why the last try was not answered.
awaited_signatures = Table(
    "awaited_signatures",
    metadata,
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("official", String(60), nullable=False, index=True),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
    Column("reason", MessageText, nullable=False),
    Column("tried_at", DateTime(timezone=True)),
)

# What came as a signed copy and was refused: for the administrator. Rows are added, and seen once.
kept_aside = Table(
    "kept_aside",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("document", String(26), ForeignKey("documents.id"), nullable=False, index=True),
    Column("official", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(300), nullable=False),
    Column("reason", MessageText, nullable=False),
    Column("file", JSON, nullable=False),
    Column("seen_at", DateTime(timezone=True)),
    Column("seen_by", String(300), nullable=False, server_default=""),
)

# What the signatures of a letter's PDF prove and until when, as of one revision; derived from the PDF itself. `level`
# is "" without a valid signature; `problem` says why, or why the last renewal failed.
signature_proofs = Table(
    "signature_proofs",
    metadata,
    Column("document", String(26), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("level", String(5), nullable=False),
    Column("stamped_at", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True), index=True),
    Column("tried_at", DateTime(timezone=True)),
    Column("problem", MessageText, nullable=False, server_default=""),
)
