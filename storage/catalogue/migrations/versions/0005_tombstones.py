"""What was destroyed when its retention was over: a tombstone for each document."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("act", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("official", sa.JSON(), nullable=False),
        sa.Column("approval", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name=op.f("fk_tombstones_document")),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_act"), "tombstones", ["act"])
