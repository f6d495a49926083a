"""How documents and dossiers stand, derived from the other rows; `standings.note_all` has them written."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "standings",
        sa.Column("document", sa.String(26), primary_key=True),
        sa.Column("dossier", sa.String(26), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_standings_dossier", "standings", ["dossier"])
    op.create_index("ix_standings_state_document", "standings", ["state", "document"])
    op.create_index("ix_standings_open", "standings", ["is_open", "state", "role", "since", "document"])
    op.create_table(
        "turns",
        sa.Column("dossier", sa.String(26), primary_key=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("awaits", sa.Boolean(), nullable=False),
        sa.Column("approved", sa.String(26), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("due", moment, nullable=False),
    )
    op.create_index("ix_turns_approved", "turns", ["approved"])
    op.create_index("ix_turns_due", "turns", ["due"])
    op.create_table(
        "stale_dossiers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("dossier", sa.String(26), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stale_dossiers_dossier", "stale_dossiers", ["dossier"])
