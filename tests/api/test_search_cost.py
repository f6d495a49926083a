"""What a search over HTTP asks of the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import event

from docgen.desk import open_desk
from docgen.desk.access.tokens import create_token
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, journal
from storage.records import Revision, StoredFile
from tests.support.callers.api import Caller, make_app
from tests.support.office.demo_office import data_folder
from tests.support.office.documents import make_document
from tests.support.office.moments import NOW


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_search_asks_the_same_few_things_however_much_it_finds(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    """Two transactions, of the token and of the search, and 10 statements, for one letter as for twenty."""
    settings = {"DOCGEN_DATA": str(data_folder(tmp_path))}
    if database == "postgres":
        settings["DOCGEN_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    desk = open_desk(read_settings(settings), cast(Converter, object()))
    initialise(desk, demo=True)
    file = StoredFile(key="k", sha256="0" * 64, size=1, content_type="application/pdf", pages=1)
    for sequence in range(1, 21):
        document = make_document(desk.catalogue, sequence, security="B")
        revision = Revision(
            document=document.id, number=1, created_at=NOW, created_by="t", reason="r", pdf=file, docx=file
        )
        with desk.catalogue.write() as tx:
            documents.add_revision(tx, document, revision, {}, {})
            documents.set_document_status(tx, document.id, "issued")
            journal.strike_line(tx, document.id)
            tx.exec_driver_sql("DELETE FROM stale_dossiers")
    caller = Caller(make_app(desk), create_token(desk, "dasbor", "read", []))
    caller.get("/documents")  # the first call notes when the token was used
    statements: list[str] = []
    event.listen(desk.catalogue.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def search(**narrowed: Any) -> tuple[int, int, int]:
        statements.clear()
        answer = caller.get("/documents", query_string={"asset": "A/1", "procedure": "pemeliharaan", **narrowed})
        begun = sum(statement.startswith("BEGIN") for statement in statements)
        return len(answer.get_json()["items"]), begun, len(statements) - begun

    assert search(step=2) == (20, 2, 10)
    assert search(step=2, limit=1) == (1, 2, 10)
    assert search(step=3) == (0, 2, 3)
    desk.catalogue.close()
