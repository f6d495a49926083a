"""How people get in and what they may see: factors, links, divisions, and who has a part in a document."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.visibility.people import people_of

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_FORMERLY = {"archivist": "arsiparis", "reader": "pejabat"}


def upgrade() -> None:
    with op.batch_alter_table("users") as batch:
        batch.alter_column("role", type_=sa.String(60), existing_type=sa.String(20), existing_nullable=False)
        batch.add_column(sa.Column("divisions", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("last_sign_in_at", _moment))
        batch.add_column(sa.Column("last_sign_in_from", sa.String(300), server_default="", nullable=False))
        batch.add_column(sa.Column("issuer", sa.String(300), server_default="", nullable=False))
        batch.add_column(sa.Column("subject", sa.String(300), server_default="", nullable=False))
        batch.add_column(sa.Column("bound_at", _moment))
    bound = sa.text("issuer <> ''")
    op.create_index(
        "ix_users_bound", "users", ["issuer", "subject"], unique=True, sqlite_where=bound, postgresql_where=bound
    )
    users = sa.table("users", sa.column("role"))
    for former, role in _FORMERLY.items():
        op.execute(sa.update(users).where(users.c.role == former).values(role=role))
    op.add_column("sessions", sa.Column("method", sa.String(20), server_default="password", nullable=False))
    op.add_column("sessions", sa.Column("confirmed_at", _moment))
    op.add_column("jobs", sa.Column("token", sa.String(26), server_default="", nullable=False))
    op.add_column("tokens", sa.Column("permissions", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("officials", sa.Column("division", sa.String(300), server_default="", nullable=False))
    op.add_column("officials", sa.Column("leave_from", sa.Date()))
    op.add_column("officials", sa.Column("leave_to", sa.Date()))
    op.add_column("documents", sa.Column("division", sa.String(300), server_default="", nullable=False))
    _create_factors()
    op.create_table(
        "document_people",
        sa.Column("official", sa.String(60), primary_key=True),
        sa.Column("document", sa.String(26), sa.ForeignKey("documents.id"), primary_key=True),
    )
    op.create_index("ix_document_people_document", "document_people", ["document"])
    op.add_column("documents", sa.Column("token", sa.String(26), server_default="", nullable=False))
    op.create_index("ix_documents_security_id", "documents", ["security", "id"])
    _fill_people()


def _fill_people() -> None:
    """Note the officials of the letters there are: rows of earlier versions do not tell them."""
    tx = op.get_bind()
    archived, waiting = (
        sa.table(name, sa.column("document"), *(sa.column(column, sa.JSON()) for column in columns))
        for name, columns in (
            ("revisions", ("submission", "snapshot", "endorsement")),
            ("journal", ("submission", "snapshot", "task")),
        )
    )
    people = {
        (official, row.document)
        for row in tx.execute(sa.select(archived))
        for official in people_of(row.submission, row.snapshot, row.endorsement)
    }
    people |= {
        (official, row.document)
        for row in tx.execute(sa.select(waiting))
        for official in people_of(row.submission, row.snapshot, row.task.get("endorsement"))
    }
    rows = [{"official": official, "document": document} for official, document in sorted(people)]
    if rows:
        op.bulk_insert(sa.table("document_people", sa.column("official"), sa.column("document")), rows)


def _create_factors() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(300), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
        sa.Column("void_at", _moment),
    )
    op.create_index("ix_one_time_links_user", "one_time_links", ["user"])
    op.create_table(
        "authenticators",
        sa.Column("user", sa.String(300), primary_key=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("confirmed_at", _moment),
        sa.Column("last_used_at", _moment),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user", sa.String(300), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(1400), primary_key=True),
        sa.Column("user", sa.String(300), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("backed_up", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("last_used_at", _moment),
    )
    op.create_index("ix_passkeys_user", "passkeys", ["user"])
    op.create_table(
        "failed_tries",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", _moment, nullable=False),
        sa.Column("until", _moment, nullable=False),
    )
