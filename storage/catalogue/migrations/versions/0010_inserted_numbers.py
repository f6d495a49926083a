"""Numbers put between two others of the buku agenda; who has seen the tour."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inserted_numbers",
        sa.Column("unit", sa.String(length=300), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.String(length=1), nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "year", "sequence", "suffix", name=op.f("pk_inserted_numbers")),
    )
    op.create_index(op.f("ix_inserted_numbers_number"), "inserted_numbers", ["number"])
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("toured", sa.Boolean(), nullable=False, server_default=sa.false()))
