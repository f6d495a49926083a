"""Indexes of the open dossiers of an asset, and of idempotency keys by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_dossiers_open",
        "dossiers",
        ["first_asset", "procedure", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
