"""Full text: the words of every document, indexed by FTS5 or tsvector; documents by date for charts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FTS5 = (
    "CREATE VIRTUAL TABLE document_fts USING fts5(words, content='document_words', content_rowid='n', prefix='2 3')",
    "CREATE TRIGGER document_words_added AFTER INSERT ON document_words BEGIN "
    "INSERT INTO document_fts(rowid, words) VALUES (new.n, new.words); END",
    "CREATE TRIGGER document_words_removed AFTER DELETE ON document_words BEGIN "
    "INSERT INTO document_fts(document_fts, rowid, words) VALUES ('delete', old.n, old.words); END",
    "CREATE TRIGGER document_words_changed AFTER UPDATE OF words ON document_words BEGIN "
    "INSERT INTO document_fts(document_fts, rowid, words) VALUES ('delete', old.n, old.words); "
    "INSERT INTO document_fts(rowid, words) VALUES (new.n, new.words); END",
)
TSVECTOR = ("CREATE INDEX fts_document_words ON document_words USING gin (to_tsvector('simple', words))",)


def upgrade() -> None:
    op.create_table(
        "document_words",
        sa.Column("n", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name=op.f("fk_document_words_document")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_document_words")),
        sa.UniqueConstraint("document", name=op.f("uq_document_words_document")),
    )
    op.create_index("ix_document_words_stale_n", "document_words", ["stale", "n"])
    op.create_index("ix_documents_date_procedure_status", "documents", ["date", "procedure", "status"])
    op.create_index("ix_dossiers_closed_at_id", "dossiers", ["closed_at", "id"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in FTS5 if sqlite else TSVECTOR:
        op.execute(statement)
    _begin_index(sqlite)


def _begin_index(sqlite: bool) -> None:
    """Documents that are there already are findable by what is known of them; the service reads their text later."""
    known = "search" if sqlite else r"regexp_replace(search, '[\W_]+', ' ', 'g')"
    facets = (
        "' xkindx' || replace(kind, '_', 'x') || ' xprocedurex' || replace(replace(procedure, '_', 'x'), '-', 'x') "
        "|| ' xstepx' || step || ' xyearx' || year"
    )
    op.execute(
        "INSERT INTO document_words (document, words, stale) "  # noqa: S608
        f"SELECT id, {known} || {facets}, {'1' if sqlite else 'true'} FROM documents ORDER BY id"
    )
