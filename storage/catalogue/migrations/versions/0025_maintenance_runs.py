"""When the installation was last backed up and checked; which request of a caller a job or a message follows from."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "maintenance_runs",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("started_at", _moment, nullable=False),
        sa.Column("ended_at", _moment, nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
    )
    op.create_index("ix_maintenance_runs_kind_ended_at", "maintenance_runs", ["kind", "ended_at"])
    op.add_column("jobs", sa.Column("request_id", sa.String(64), server_default="", nullable=False))
    op.add_column("deliveries", sa.Column("request_id", sa.String(64), server_default="", nullable=False))
