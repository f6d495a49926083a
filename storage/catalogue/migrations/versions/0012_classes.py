"""The class a letter was issued under, and which token made a share link."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_documents = sa.table("documents", sa.column("id"), sa.column("revision"), sa.column("security"))
_revisions = sa.table("revisions", sa.column("document"), sa.column("number"), sa.column("snapshot", sa.JSON()))
_journal = sa.table("journal", sa.column("document"), sa.column("snapshot", sa.JSON()))


def upgrade() -> None:
    op.add_column("documents", sa.Column("security", sa.String(length=2), server_default="", nullable=False))
    op.add_column("shares", sa.Column("token", sa.String(length=26), server_default="", nullable=False))
    archived = sa.select(_class_in(_revisions)).where(
        _revisions.c.document == _documents.c.id, _revisions.c.number == _documents.c.revision
    )
    waiting = sa.select(_class_in(_journal)).where(_journal.c.document == _documents.c.id)
    known = sa.func.coalesce(archived.scalar_subquery(), waiting.scalar_subquery(), "")
    op.execute(sa.update(_documents).values(security=known))


def _class_in(table: sa.TableClause) -> sa.ColumnElement[str]:
    found: sa.ColumnElement[str] = table.c.snapshot["office"]["security_code"].as_string()
    return found
