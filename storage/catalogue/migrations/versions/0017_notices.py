"""What people are told by mail and in their browsers, and where: an address and a choice for each account."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("email", sa.String(length=300), nullable=False, server_default=""))
        table.add_column(sa.Column("mail", sa.String(length=10), nullable=False, server_default="now"))
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("user", sa.String(length=300), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("target", sa.String(length=26), nullable=False, server_default=""),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("dossier", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("secret", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("message", sa.String(length=26), nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.Text(), nullable=False, server_default=""),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user", "channel", "target", "key", name=op.f("uq_notices_user_channel_target_key")),
    )
    op.create_index("ix_notices_status_channel_next_at", "notices", ["status", "channel", "next_at"])
    op.create_index("ix_notices_subject", "notices", ["subject"])
    op.create_index("ix_notices_key", "notices", ["key"])
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("user", sa.String(length=300), nullable=False),
        sa.Column("endpoint", sa.String(length=2000), nullable=False),
        sa.Column("endpoint_sha256", sa.String(length=64), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("browser", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint_sha256", name=op.f("uq_push_subscriptions_endpoint_sha256")),
    )
    op.create_index(op.f("ix_push_subscriptions_user"), "push_subscriptions", ["user"])
