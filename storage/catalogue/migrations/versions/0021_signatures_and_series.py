"""Electronic signatures, numbers given elsewhere, and registers of several series."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_MAIN = "utama"
_KEYS = {
    "registers": ["unit", "year", "series"],
    "register_entries": ["unit", "year", "sequence", "series"],
    "inserted_numbers": ["unit", "year", "sequence", "suffix", "series"],
}


def upgrade() -> None:
    for table, key in _KEYS.items():
        with op.batch_alter_table(table, recreate="auto") as batch:
            batch.add_column(sa.Column("series", sa.String(60), server_default=_MAIN, nullable=False))
            if table != "registers":
                batch.add_column(sa.Column("pattern", sa.String(300), server_default="", nullable=False))
            batch.drop_constraint(f"pk_{table}", type_="primary")
            batch.create_primary_key(f"pk_{table}", key)
    op.add_column("documents", sa.Column("series", sa.String(60), server_default=_MAIN, nullable=False))
    op.add_column("documents", sa.Column("numbering", sa.String(300), server_default="", nullable=False))
    op.add_column("office", sa.Column("signature_picture", sa.LargeBinary()))
    op.add_column("office", sa.Column("signature_logo", sa.LargeBinary()))
    for table in ("documents", "tombstones"):
        if op.get_bind().dialect.name == "postgresql":  # SQLite does not limit the length of a text
            op.alter_column(table, "status", type_=sa.String(20), existing_type=sa.String(10), existing_nullable=False)
    _create_numbers()
    _create_signatures()


def _create_numbers() -> None:
    op.create_table(
        "foreign_numbers",
        sa.Column("system", sa.String(300), primary_key=True),
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("number", sa.String(300), nullable=False),
        sa.Column("document", sa.String(26), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.String(300), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
    )
    op.create_index("ix_foreign_numbers_document", "foreign_numbers", ["document"])
    op.create_index("ix_foreign_numbers_key", "foreign_numbers", ["key"])
    op.create_table(
        "number_holds",
        sa.Column("unit", sa.String(300), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True),
        sa.Column("sequence", sa.Integer(), primary_key=True),
        sa.Column("series", sa.String(60), primary_key=True),
        sa.Column("draft", sa.String(26), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("until", _moment, nullable=False),
    )


def _create_signatures() -> None:
    op.create_table(
        "signing_identities",
        sa.Column("official", sa.String(60), primary_key=True),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("masked", sa.String(300), nullable=False),
        sa.Column("totp", sa.Text(), server_default="", nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.String(300), nullable=False),
    )
    op.create_table(
        "awaited_signatures",
        sa.Column("document", sa.String(26), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("official", sa.String(60), nullable=False),
        sa.Column("since", _moment, nullable=False),
        sa.Column("by", sa.String(300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tried_at", _moment),
    )
    op.create_index("ix_awaited_signatures_official", "awaited_signatures", ["official"])
    op.create_table(
        "kept_aside",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("document", sa.String(26), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("official", sa.String(60), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.String(300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file", sa.JSON(), nullable=False),
        sa.Column("seen_at", _moment),
        sa.Column("seen_by", sa.String(300), server_default="", nullable=False),
    )
    op.create_index("ix_kept_aside_document", "kept_aside", ["document"])
    op.create_table(
        "signature_proofs",
        sa.Column("document", sa.String(26), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(5), nullable=False),
        sa.Column("stamped_at", _moment),
        sa.Column("until", _moment),
        sa.Column("tried_at", _moment),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
    )
    op.create_index("ix_signature_proofs_until", "signature_proofs", ["until"])
