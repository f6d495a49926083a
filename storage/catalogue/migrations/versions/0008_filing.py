"""Filing: recipes for bundles, archived bundles and what they hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "recipes",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipes")),
    )
    op.create_table(
        "bundles",
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("recipe", sa.String(length=26), nullable=False),
        sa.Column("pdf", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bundles")),
    )
    op.create_index(op.f("ix_bundles_recipe"), "bundles", ["recipe"])
    op.create_table(
        "bundle_documents",
        sa.Column("bundle", sa.String(length=26), nullable=False),
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bundle"], ["bundles.code"], name=op.f("fk_bundle_documents_bundle")),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name=op.f("fk_bundle_documents_document")),
        sa.PrimaryKeyConstraint("bundle", "document", name=op.f("pk_bundle_documents")),
    )
    op.create_index("ix_bundle_documents_document", "bundle_documents", ["document"])
