"""Approvals: journal tasks, endorsements, attachments, superseded documents, closing, files by SHA-256, audit log."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = "jejak audit hanya bertambah; barisnya tidak dapat diubah atau dihapus"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", _long(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sequence", _long(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    _keep_audit()
    op.create_table(
        "archived_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name=op.f("fk_archived_files_document")),
        sa.PrimaryKeyConstraint("sha256", "document", "revision", name=op.f("pk_archived_files")),
    )
    _list_files()
    with op.batch_alter_table("dossiers") as table:
        table.add_column(sa.Column("closed_by", sa.String(length=300), nullable=False, server_default=""))
        table.add_column(sa.Column("close_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("replaced_by", sa.String(length=26), nullable=False, server_default=""))
    with op.batch_alter_table("revisions") as table:
        table.add_column(sa.Column("change", sa.String(length=12), nullable=False, server_default="issued"))
        table.add_column(sa.Column("endorsement", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("attachments", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("officials", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("journal") as table:
        table.add_column(sa.Column("task", sa.JSON(), nullable=True))
    _tell_tasks()
    with op.batch_alter_table("journal") as table:
        table.alter_column("task", existing_type=sa.JSON(), nullable=False)
    op.execute("UPDATE revisions SET change = 'voided' WHERE number > 1")  # voiding was the only change there was


def _keep_audit() -> None:
    """The database itself refuses to change lines of the audit log or take them away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        return
    taken = "WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence) "
    # INSERT OR REPLACE takes a row away without asking the trigger of DELETE.
    for name, moment, when in (("update", "UPDATE", ""), ("delete", "DELETE", ""), ("replace", "INSERT", taken)):
        op.execute(
            f"CREATE TRIGGER audit_no_{name} BEFORE {moment} ON audit {when}"
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )


def _tell_tasks() -> None:
    """The first schema journaled nothing but issuing."""
    journal = sa.table("journal", sa.column("document"), sa.column("task", sa.JSON()))
    documents = sa.table(
        "documents", sa.column("id"), sa.column("created_at", sa.DateTime(timezone=True)), sa.column("created_by")
    )
    query = sa.select(documents).join_from(journal, documents, journal.c.document == documents.c.id)
    for row in op.get_bind().execute(query).all():
        moment = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=dt.UTC)
        task = {"change": "issued", "at": moment.isoformat(), "by": row.created_by, "reason": "Diterbitkan"}
        op.execute(sa.update(journal).where(journal.c.document == row.id).values(task=task))


def _list_files() -> None:
    """PDFs archived so far are found by their bytes as well; the first schema knew no attachments."""
    revisions = sa.table("revisions", sa.column("document"), sa.column("number"), sa.column("pdf", sa.JSON()))
    files = sa.table("archived_files", sa.column("sha256"), sa.column("document"), sa.column("revision"))
    found = op.get_bind().execute(sa.select(revisions)).all()
    rows = [{"sha256": row.pdf["sha256"], "document": row.document, "revision": row.number} for row in found]
    if rows:
        op.bulk_insert(files, rows)


def _long() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
