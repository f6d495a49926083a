"""The offices that an installation holds beside its own."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "offices",
        sa.Column("slug", sa.String(60), primary_key=True),
        sa.Column("host", sa.String(300), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("retired_at", _moment),
        sa.Column("retired_by", sa.String(300), nullable=False),
    )
