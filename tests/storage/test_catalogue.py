"""The catalogue on SQLite and on PostgreSQL: its schema, its journal, and work in hand."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.catalogue import Catalogue, documents, idempotency, jobs, journal, registers
from storage.catalogue.access import accounts
from storage.catalogue.database import newest_version
from storage.catalogue.drafting import drafts
from storage.catalogue.tables import metadata
from storage.errors import RecordConflict, RecordMissing, StoreUnavailable
from storage.records import (
    Asset,
    Draft,
    Job,
    Office,
    Revision,
    StoredFile,
    Token,
    User,
)
from tests.support.office.documents import ISSUING, make_document
from tests.support.office.moments import NOW
from wording import Message, say

# What makes the full-text index is the database's own and no table of the code.
FULL_TEXT = {"include_name": lambda name, _type, _parents: not (name or "").startswith(("document_fts", "fts_"))}


def test_upgrading_again_changes_nothing(catalogue: Catalogue) -> None:
    """Upgrading is safe at every start: data written before is still there."""
    with catalogue.write() as tx:
        registers.put_office(tx, Office(government="G", name="N", unit_code="U", place="P"))
    catalogue.upgrade()
    with catalogue.read() as tx:
        assert registers.get_office(tx).unit_code == "U"


def test_the_newest_version_is_the_one_migrations_lead_to(catalogue: Catalogue) -> None:
    """After an upgrade the database says the version that the file names say, and its tables are those of the code."""
    with catalogue.read() as tx:
        assert tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest_version()
        assert compare_metadata(MigrationContext.configure(tx, opts=FULL_TEXT), metadata) == []


def test_who_looks_at_the_journal_waits_for_nobody(catalogue: Catalogue) -> None:
    """While one works on a line, others read it as it was committed last, many at once; who would change it waits."""
    made = [make_document(catalogue, sequence).id for sequence in (1, 2)]
    with catalogue.write() as tx:
        assert journal.hold_pending(tx, made[0]) is not None
        with catalogue.read() as other:
            if not catalogue.is_sqlite:
                other.execute(text("SET LOCAL lock_timeout = '500ms'"))
            assert journal.get_pending(other, made[0]) is not None
            lines = journal.find_pending(other, [*(f"x{n}" for n in range(1200)), *made])
            assert {id: line.document for id, line in lines.items()} == {id: id for id in made}
            if not catalogue.is_sqlite:
                with pytest.raises(OperationalError, match="lock timeout"):
                    journal.hold_pending(other, made[0])


def test_the_journal_is_claimed_noted_and_struck(catalogue: Catalogue) -> None:
    """A journal line names its owner until it fails or is finished; failures are counted with their reason."""
    document = make_document(catalogue, 1)
    lease = NOW + dt.timedelta(minutes=2)
    with catalogue.write() as tx:
        assert journal.claim(tx, document.id, "host:2", lease, lambda line: line.owner == "host:1") is not None
        [pending] = journal.list_pending(tx)
        assert (pending.document, pending.owner, pending.lease) == (document.id, "host:2", lease)
        journal.note_failure(tx, document.id, "LibreOffice mati", NOW)
        again = journal.get_pending(tx, document.id)
        assert again is not None
        assert (again.attempts, again.error) == (1, "LibreOffice mati")
        journal.strike_line(tx, document.id)
        assert journal.claim(tx, document.id, "host:2", lease, lambda line: line.owner == "host:1") is None
        assert journal.list_pending(tx) == []


def test_a_line_is_finished_once_and_by_its_own_revision(catalogue: Catalogue) -> None:
    """Whoever archived a revision finishes its journal line, unless another process did: a line that was promised
    since is of the next revision, and stays.
    """
    document = make_document(catalogue, 1)
    file = StoredFile(key="k", sha256="0" * 64, size=1, content_type="application/pdf", pages=1)
    values = {"document": document.id, "number": 1, "created_at": NOW, "created_by": "t", "reason": "r"}
    first = Revision.model_validate({**values, "pdf": file, "docx": file})
    with catalogue.write() as tx:
        submission, snapshot = documents.get_contents(tx, document.id)
        assert journal.finish_line(tx, document.id, 1)
        assert not journal.finish_line(tx, document.id, 1)
        documents.add_revision(tx, document, first, submission.model_dump(mode="json"), snapshot)
        journal.add_task(tx, document.id, ISSUING, submission, snapshot, "host:1", NOW)
        assert not journal.finish_line(tx, document.id, 1)
        assert journal.get_pending(tx, document.id) is not None
        assert journal.finish_line(tx, document.id, 2)


def test_idempotency_keys_belong_to_a_caller_and_a_request(catalogue: Catalogue) -> None:
    """A key finds its document for the same request; another request is a conflict; old keys are forgotten."""
    with catalogue.write() as tx:
        idempotency.add(tx, "sys", "k", "a" * 64, "doc", NOW)
        assert idempotency.find(tx, "sys", "k", "a" * 64) == "doc"
        assert idempotency.find(tx, "other", "k", "a" * 64) is None
        with pytest.raises(RecordConflict, match="Idempotency-Key"):
            idempotency.find(tx, "sys", "k", "b" * 64)
        with pytest.raises(RecordConflict):
            idempotency.add(tx, "sys", "k", "a" * 64, "doc2", NOW + dt.timedelta(days=7))
        idempotency.add(tx, "sys", "k", "b" * 64, "doc2", NOW + dt.timedelta(days=8))
        assert idempotency.find(tx, "sys", "k", "b" * 64) == "doc2"
        idempotency.add(tx, idempotency.BATCH + "job", "0", "c" * 64, "doc3", NOW)
        idempotency.forget_old(tx, NOW + dt.timedelta(days=16))
        assert idempotency.find(tx, "sys", "k", "b" * 64) is None
        assert idempotency.find(tx, idempotency.BATCH + "job", "0", "c" * 64) == "doc3"


def test_accounts_drafts_and_jobs_read_back(catalogue: Catalogue) -> None:
    """Users, tokens, drafts and jobs come back as written; a revoked token and another's draft are not
    found.
    """
    user = User(name="sari", password="$argon2", role="operator")
    token = Token(id="t1", name="desk", hash="f" * 64, scope="write", officials=["kasi"], created_at=NOW)
    job = Job(id="j1", kind="bundle", status="queued", request={"asset": "A"}, created_at=NOW, created_by="sari")
    draft = Draft(id="d1", user="sari", body={"hal": "x"}, updated_at=NOW)
    with catalogue.write() as tx:
        accounts.add_user(tx, user)
        with pytest.raises(RecordConflict, match="sari"):
            accounts.add_user(tx, user)
        accounts.put_user(tx, user.model_copy(update={"active": False}))
        assert [one.active for one in accounts.list_users(tx)] == [False]
        accounts.add_token(tx, token)
        assert accounts.find_token(tx, "f" * 64) == token
        accounts.revoke_token(tx, "t1", NOW)
        assert accounts.find_token(tx, "f" * 64) is None
        jobs.add_job(tx, job)
        jobs.update_job(tx, "j1", status="running", done=1, total=3)
        assert [one.done for one in jobs.unfinished_jobs(tx)] == [1]
        drafts.put_draft(tx, draft)
        drafts.put_draft(tx, draft.model_copy(update={"body": {"hal": "y"}}))
        assert [one.body for one in drafts.list_drafts(tx, "sari")] == [{"hal": "y"}]
        with pytest.raises(RecordMissing):
            drafts.get_draft(tx, "d1", "orang lain")
        drafts.remove_draft(tx, "d1", "sari")
        assert drafts.list_drafts(tx, "sari") == []


def test_a_stored_sentence_keeps_its_values(catalogue: Catalogue) -> None:
    """Errors and results of jobs come back as the messages they were; texts of earlier versions come back as texts."""
    message = say(
        "Arsip {address} tidak dapat dihubungi: {reason}.", address="\u00e9", reason=say("{count} detik", count=3)
    )
    result = {"lines": [{"row": 1, "message": message}], "files": {}}
    with catalogue.write() as tx:
        accounts.add_user(tx, User(name="sari", password="$argon2", role="operator"))
        jobs.add_job(tx, Job(id="j1", kind="batch", status="queued", request={}, created_at=NOW, created_by="sari"))
        jobs.update_job(tx, "j1", error=message, result=result)
    with catalogue.read() as tx:
        job = jobs.get_job(tx, "j1")
        assert isinstance(job.error, Message)
        assert job.error.values["reason"] == "3 detik"
        assert isinstance(job.error.values["reason"], Message)
        assert job.result == result
        assert isinstance(job.result["lines"][0]["message"], Message)
    with catalogue.write() as tx:
        earlier = {"error": "Arsip lama: {x} \x1e rusak.", "result": json.dumps(result), "id": "j1"}
        tx.execute(text("UPDATE jobs SET error = :error, result = :result WHERE id = :id"), earlier)
    with catalogue.read() as tx:
        job = jobs.get_job(tx, "j1")
        assert (job.error, job.result) == (earlier["error"], result)
        assert not isinstance(job.error, Message)
        assert type(job.result["lines"][0]["message"]) is str


def test_readers_do_not_wait_for_a_writer(catalogue: Catalogue) -> None:
    """While one transaction writes, another reads the state before it."""
    with catalogue.write() as writing:
        registers.put_assets(writing, [Asset(nibar="A/1", name="x")])
        with catalogue.read() as reading:
            assert registers.count_assets(reading) == 0
    with catalogue.read() as reading:
        assert registers.count_assets(reading) == 1


def test_an_unreachable_database_says_so() -> None:
    """A database that cannot be opened is a StoreUnavailable that names the setting, not a driver's error."""
    catalogue = Catalogue("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    with pytest.raises(StoreUnavailable, match="DOCGEN_DATABASE_URL"):
        catalogue.check()
    catalogue.close()
