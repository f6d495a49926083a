"""Kinds that the office makes itself, their versions and since when each is in force; dossiers outside the SOP."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kind_versions",
        sa.Column("slug", sa.String(60), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("template_sha256", sa.String(64), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("example", sa.JSON(), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_kind_versions_sha256", "kind_versions", ["sha256"])
    op.create_table(
        "kind_publications",
        sa.Column("slug", sa.String(60), primary_key=True),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_at", _moment, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("cancelled_at", _moment),
    )
    # Of a dossier of letters outside the SOP: the classification and the year that they share.
    op.add_column("dossiers", sa.Column("classification", sa.String(60), server_default="", nullable=False))
    op.add_column("dossiers", sa.Column("year", sa.Integer(), server_default="0", nullable=False))
