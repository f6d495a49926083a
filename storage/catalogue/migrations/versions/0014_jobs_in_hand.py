"""Who has a job in hand, until when he is believed, and how often it was tried: the jobs table is the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("owner", sa.String(length=120), server_default="", nullable=False))
    op.add_column("jobs", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    long_ago = "1970-01-01 00:00:00"  # what an earlier version left waiting, or had in hand, may be taken at once
    op.add_column("jobs", sa.Column("next_at", sa.DateTime(timezone=True), server_default=long_ago, nullable=False))
    op.create_index("ix_jobs_status_next_at", "jobs", ["status", "next_at"])
