"""Drafts have a state, versions, a route of officials, readers and comments; the office sets its routes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("state", sa.String(length=10), server_default="writing", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("submitted_at", moment),
        sa.Column("document", sa.String(length=26), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("token", sa.String(length=26), server_default="", nullable=False),
    ):
        op.add_column("drafts", column)
    op.create_index("ix_drafts_document", "drafts", ["document"])
    op.create_table(
        "draft_versions",
        sa.Column("draft", sa.String(length=26), sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("late", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_table(
        "draft_route",
        sa.Column("draft", sa.String(length=26), sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("official", sa.String(length=60), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("acting", sa.String(length=60), nullable=False),
        sa.Column("at", moment),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reminded_at", moment),
    )
    op.create_index("ix_draft_route_official_state", "draft_route", ["official", "state"])
    op.create_table(
        "draft_comments",
        sa.Column("id", sa.String(length=26), primary_key=True),
        sa.Column("draft", sa.String(length=26), sa.ForeignKey("drafts.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=300), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("answers", sa.String(length=26), nullable=False),
        sa.Column("resolved_at", moment),
        sa.Column("resolved_by", sa.String(length=300), nullable=False),
    )
    op.create_index("ix_draft_comments_draft", "draft_comments", ["draft"])
    op.create_table(
        "draft_readers",
        sa.Column("draft", sa.String(length=26), sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("user", sa.String(length=300), primary_key=True),
    )
    op.create_index("ix_draft_readers_user", "draft_readers", ["user"])
    op.create_table(
        "draft_readings",
        sa.Column("draft", sa.String(length=26), sa.ForeignKey("drafts.id"), primary_key=True),
        sa.Column("user", sa.String(length=300), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "drafting",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("record", sa.JSON(), nullable=False),
    )
