"""Who works with the catalogue: users, how they get in, their sessions, and tokens."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Index, Integer, String, Table, Text, false

from storage.catalogue.tables.schema import metadata

users = Table(
    "users",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("full_name", String(300), nullable=False),
    Column("password", String(300), nullable=False),
    Column("role", String(60), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("officials", JSON, nullable=False, server_default="[]"),
    Column("toured", Boolean, nullable=False, server_default=false()),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("email", String(300), nullable=False, server_default=""),
    Column("mail", String(10), nullable=False, server_default="now"),
    Column("divisions", JSON, nullable=False, server_default="[]"),
    Column("last_sign_in_at", DateTime(timezone=True)),
    Column("last_sign_in_from", String(300), nullable=False, server_default=""),
    Column("issuer", String(300), nullable=False, server_default=""),  # of the region's account it is bound to
    Column("subject", String(300), nullable=False, server_default=""),
    Column("bound_at", DateTime(timezone=True)),
)

_BOUND = users.c.issuer != ""
# An account elsewhere opens one account here, also for two who are bound to it at once.
Index("ix_users_bound", users.c.issuer, users.c.subject, unique=True, sqlite_where=_BOUND, postgresql_where=_BOUND)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("user", String(300), nullable=False, index=True),
    Column("origin", String(300), nullable=False),
    Column("browser", String(300), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("method", String(20), nullable=False, server_default="password"),
    Column("confirmed_at", DateTime(timezone=True)),  # when the person proved last who he is; None: at the beginning
)

# A link that lets a person choose a password: the SHA-256 of what stands in its address.
one_time_links = Table(
    "one_time_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(300), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String(300), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("void_at", DateTime(timezone=True)),
)

# The authenticator application of a person (TOTP); `secret` is encrypted, `last_step` the time step used last.
authenticators = Table(
    "authenticators",
    metadata,
    Column("user", String(300), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user", String(300), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", String(1400), primary_key=True),  # the credential's id, base64url
    Column("user", String(300), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("public_key", Text, nullable=False),  # COSE, base64url
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", JSON, nullable=False, server_default="[]"),
    Column("backed_up", Boolean, nullable=False, server_default=false()),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
)

# Tries in vain by what was tried: an account's name, or a browser it is known in (as a hash, never as it was typed).
failed_tries = Table(
    "failed_tries",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),  # when the next try is looked at
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
    Column("permissions", JSON, nullable=False, server_default="[]"),  # [] for those of the scope
)
