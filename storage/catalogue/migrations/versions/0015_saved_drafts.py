"""Which save a draft holds, so that a page knows its own again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("save_id", sa.String(length=40), server_default="", nullable=False))
