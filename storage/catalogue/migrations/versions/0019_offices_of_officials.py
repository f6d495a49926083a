"""The office an official signs for, where it is not this one, and what its letterhead says."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("unit", "unit_government", "unit_address", "unit_place"):
        op.add_column("officials", sa.Column(name, sa.String(length=300), server_default="", nullable=False))
