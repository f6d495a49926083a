"""The catalogue on SQLite and on PostgreSQL: one suite, the same claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from ulid import ULID

from storage.catalogue import (
    Catalogue,
    accounts,
    classes,
    documents,
    dossiers,
    drafts,
    fulltext,
    idempotency,
    jobs,
    journal,
    numbers,
    periods,
    registers,
)
from storage.catalogue.database import newest_version
from storage.catalogue.limits import Limits, seen_within
from storage.catalogue.search import Filter, search_documents
from storage.catalogue.tables import metadata
from storage.errors import RecordConflict, RecordMissing, StoreUnavailable
from storage.records import (
    Asset,
    Attachment,
    Document,
    Dossier,
    Draft,
    Endorsement,
    Job,
    Office,
    Official,
    RegisterEntry,
    Revision,
    StoredFile,
    Submission,
    Task,
    Token,
    User,
)
from tests.support.moments import NOW

# What makes the full-text index is the database's own and no table of the code.
FULL_TEXT = {"include_name": lambda name, _type, _parents: not (name or "").startswith(("document_fts", "fts_"))}
ISSUING = Task(change="issued", at=NOW, by="tester", reason="Diterbitkan")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue with the newest schema, on each database."""
    url = f"sqlite:///{tmp_path / 'c.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    catalogue = Catalogue(url)
    catalogue.upgrade()
    yield catalogue
    catalogue.close()


def make_document(catalogue: Catalogue, sequence: int, **changes: object) -> Document:
    """A reserved document in a dossier of its own, with its journal line."""
    dossier = Dossier(id=str(ULID()).lower(), procedure="pemeliharaan", assets=["A/1"], title="Berkas", opened_at=NOW)
    values = {
        "id": f"{sequence:026}",
        "number": f"B/000.1.9.1/{sequence}/X/XI/2026",
        "unit": "X",
        "year": 2026,
        "sequence": sequence,
        "status": "reserved",
        "kind": "nota_dinas",
        "procedure": "pemeliharaan",
        "step": 2,
        "assets": ["A/1"],
        "dossier": dossier.id,
        "title": "Perbaikan 100% server_utama",
        "date": dt.date(2026, 11, 24),
        "signer": "kasi",
        "code": f"CODE{sequence:012}",
        "revision": 0,
        "created_at": NOW,
        "created_by": "tester",
    } | changes
    document = Document.model_validate(values)
    submission = Submission.model_validate(
        {k: values[k] for k in ("kind", "procedure", "step", "assets", "dossier", "signer", "date")}
        | {"data": {"hal": "x"}}
    )
    with catalogue.write() as tx:
        dossiers.add_dossier(tx, dossier)
        documents.add_document(tx, document, ISSUING, submission, {"assets": []}, "host:1", NOW)
    return document


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


def test_office_and_emblem_are_kept_apart(catalogue: Catalogue) -> None:
    """Changing the office's data leaves its emblem as it is; before init the office is missing with a hint."""
    with catalogue.read() as tx, pytest.raises(RecordMissing, match="docgen init"):
        registers.get_office(tx)
    with catalogue.write() as tx:
        registers.put_office(tx, Office(government="G", name="N", unit_code="U", place="P"))
        registers.put_emblem(tx, b"\x89PNG")
        registers.put_office(tx, Office(government="G", name="Baru", unit_code="U", place="P"))
    with catalogue.read() as tx:
        assert registers.get_office(tx).name == "Baru"
        assert registers.get_emblem(tx) == b"\x89PNG"


def test_officials_keep_every_field_and_conflict_by_id(catalogue: Catalogue) -> None:
    """An official comes back as written; the same id twice is a conflict; a missing one is named."""
    official = Official(
        id="plt", name="Rina", nip="198305112007011005", rank="Penata", grade="III/c", post="Kepala Seksi",
        role="kepala_seksi", capacity="plt", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 12, 31),
    )  # fmt: skip
    with catalogue.write() as tx:
        registers.add_official(tx, official)
        assert registers.get_official(tx, "plt") == official
        registers.put_official(tx, official.model_copy(update={"name": "Rini"}))
        assert [one.name for one in registers.list_officials(tx)] == ["Rini"]
        with pytest.raises(RecordConflict, match="plt"):
            registers.add_official(tx, official)
        with pytest.raises(RecordMissing, match="nobody"):
            registers.put_official(tx, official.model_copy(update={"id": "nobody"}))
        registers.remove_official(tx, "plt")
        assert registers.list_officials(tx) == []


def test_an_official_who_signed_cannot_be_removed(catalogue: Catalogue) -> None:
    """Who signed a document stays in the register."""
    with catalogue.write() as tx:
        registers.add_official(tx, Official(id="kasi", name="A", post="Kasi", role="kepala_seksi"))
    make_document(catalogue, 1)
    with catalogue.write() as tx, pytest.raises(RecordConflict, match="menandatangani"):
        registers.remove_official(tx, "kasi")


def test_assets_are_found_by_any_word(catalogue: Catalogue) -> None:
    """Search takes every word, in any case, over name, brand, serial and NIBAR; % and _ are taken
    literally.
    """
    assets = [
        Asset(nibar="A/1", name="Server Rack", brand="Dell R740", serial="SN_100%", value=10**15, year=2021),
        Asset(nibar="A/2", name="Switch", brand="Cisco", serial="SN1000"),
    ]
    with catalogue.write() as tx:
        assert registers.put_assets(tx, assets) == (2, 0)
        assert registers.put_assets(tx, assets[:1]) == (0, 1)
        assert registers.search_assets(tx, "r740 SERVER") == assets[:1]
        assert [asset.nibar for asset in registers.search_assets(tx, "sn_1")] == ["A/1"]
        assert [asset.nibar for asset in registers.search_assets(tx, "100%")] == ["A/1"]
        assert [asset.nibar for asset in registers.search_assets(tx, after="A/1")] == ["A/2"]
        assert registers.count_assets(tx) == 2


def test_assets_come_in_the_order_asked_for(catalogue: Catalogue) -> None:
    """Thousands of assets are fetched in the caller's order, and the missing one is named."""
    many = [Asset(nibar=f"N{number:04}", name="x") for number in range(1200)]
    with catalogue.write() as tx:
        registers.put_assets(tx, many)
        wanted = [asset.nibar for asset in reversed(many)]
        assert [asset.nibar for asset in registers.get_assets(tx, wanted)] == wanted
        with pytest.raises(RecordMissing, match="N9999"):
            registers.get_assets(tx, ["N0001", "N9999"])


def test_an_asset_with_documents_cannot_be_removed(catalogue: Catalogue) -> None:
    """An asset that documents are about stays; one without can go."""
    with catalogue.write() as tx:
        registers.put_assets(tx, [Asset(nibar="A/1", name="x"), Asset(nibar="A/2", name="y")])
    make_document(catalogue, 1)
    with catalogue.write() as tx:
        registers.remove_asset(tx, "A/2")
        with pytest.raises(RecordConflict, match="A/1"):
            registers.remove_asset(tx, "A/1")


def test_racing_threads_take_gapless_numbers(catalogue: Catalogue) -> None:
    """Eight threads taking 200 numbers get 1..200, each once."""

    def take(_: int) -> int:
        with catalogue.write() as tx:
            return numbers.take_sequence(tx, "U", 2026)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(200)))
    assert sorted(taken) == list(range(1, 201))


def test_a_rolled_back_number_is_given_again(catalogue: Catalogue) -> None:
    """A transaction that fails leaves no gap; years and units count apart."""

    def fail_after_taking() -> None:
        with catalogue.write() as tx:
            assert numbers.take_sequence(tx, "U", 2026) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_taking()
    with catalogue.write() as tx:
        assert numbers.take_sequence(tx, "U", 2026) == 1
        assert numbers.take_sequence(tx, "U", 2027) == 1
        assert numbers.take_sequence(tx, "V", 2026) == 1
        assert numbers.take_sequence(tx, "U", 2026) == 2
        assert numbers.last_sequence(tx, "U", 2026) == 2
        assert numbers.last_sequence(tx, "W", 2026) == 0


def test_register_lists_what_each_number_became(catalogue: Catalogue) -> None:
    """Every number stays listed in sequence with its status and reason."""
    with catalogue.write() as tx:
        for sequence in (2, 1):
            entry = RegisterEntry(
                unit="U", year=2026, sequence=sequence, number=f"{sequence}/U", status="reserved",
                document=f"d{sequence}", date=dt.date(2026, 1, 2), title="Hal",
            )  # fmt: skip
            numbers.add_entry(tx, entry)
        numbers.set_entry_status(tx, "d1", "void", "salah alamat")
        listed = [(one.sequence, one.status, one.reason) for one in numbers.list_entries(tx, "U", 2026)]
    assert listed == [(1, "void", "salah alamat"), (2, "reserved", "")]


def test_documents_come_back_whole(catalogue: Catalogue) -> None:
    """A document, its submission and its revisions read back exactly as written, moments included."""
    document = make_document(catalogue, 1)
    file = StoredFile(key="k", sha256="0" * 64, size=1, content_type="application/pdf", pages=1)
    revision = Revision(
        document=document.id,
        number=1,
        created_at=NOW,
        created_by="t",
        reason="Diterbitkan",
        pdf=file,
        docx=file,
    )
    with catalogue.write() as tx:
        assert documents.get_document(tx, document.id) == document
        assert documents.get_contents(tx, document.id)[0].data == {"hal": "x"}
        documents.add_revision(tx, revision, {**documents.get_contents(tx, document.id)[0].model_dump(mode="json")}, {})
        documents.set_document_status(tx, document.id, "issued")
        journal.finish(tx, document.id)
        assert documents.list_revisions(tx, document.id) == [revision]
        assert documents.get_revision(tx, document.id, 1) == revision
        assert documents.get_document(tx, document.id).revision == 1
        assert documents.find_by_code(tx, document.code).status == "issued"
        assert journal.get_pending(tx, document.id) is None
        with pytest.raises(RecordMissing, match="revisi 2"):
            documents.get_revision(tx, document.id, 2)


def test_files_are_found_by_their_bytes(catalogue: Catalogue) -> None:
    """A revision's PDF and its attachments lead to the newest revision that has them; other sums to nothing."""
    document = make_document(catalogue, 1)
    file = StoredFile(key="k", sha256="a" * 64, size=1, content_type="application/pdf", pages=1)
    scan = Attachment(sort="scan", name="s.pdf", file=file.model_copy(update={"sha256": "b" * 64}))
    with catalogue.write() as tx:
        for number in (1, 2):
            revision = Revision(
                **{"document": document.id, "number": number, "created_at": NOW, "created_by": "t", "reason": "r"},
                **{"pdf": file, "docx": file, "attachments": [scan, scan] if number == 2 else []},
            )
            documents.add_revision(tx, revision, {}, {})
    with catalogue.read() as tx:
        for sha256 in ("a" * 64, "b" * 64):
            found = documents.find_by_sha256(tx, sha256)
            assert found is not None
            assert (found[0].id, found[1].number) == (document.id, 2)
        assert documents.find_by_sha256(tx, "c" * 64) is None


def test_search_narrows_and_pages(catalogue: Catalogue) -> None:
    """Every filter narrows; newest come first; a cursor goes on where the page ended; % is literal."""
    for sequence in range(1, 6):
        make_document(catalogue, sequence, step=sequence, year=2026 if sequence < 5 else 2025)

    def found(**wanted: object) -> list[int]:
        with catalogue.read() as tx:
            return [one.sequence for one in search_documents(tx, Filter(**wanted), limit=2)]  # type: ignore[arg-type]

    assert found() == [5, 4]
    assert found(cursor=f"{4:026}") == [3, 2]
    assert found(step=3) == [3]
    assert found(asset="A/1", procedure="pemeliharaan", step=2) == [2]
    assert found(asset="A/2") == []
    assert found(year=2025) == [5]
    assert found(status="issued") == []
    assert found(q="perbaikan 100%") == [5, 4]
    assert found(q="perbaikan 1000") == []
    assert found(q="serverXutama") == []
    assert found(q="000.1.9.1/3/") == [3]


def test_a_secret_letter_is_found_by_those_on_its_way(catalogue: Catalogue) -> None:
    """Under limits, letters of R and SR, and of a class that is not known, are found only by who signs or decided; by
    filters, by words and by id. What is made anew from their records has its class again."""
    classes_of = {1: "B", 2: "T", 3: "R", 4: "SR", 5: ""}
    made = {number: make_document(catalogue, number) for number in classes_of}
    decided = Endorsement(
        **{"step": 2, "decision": "setuju", "official": "kabid", "name": "K", "nip": "", "post": "K", "at": NOW},
        **{"actor": "kepala_bidang", "role": "Kepala Bidang", "by": "k"},
    )
    file = StoredFile(key="k", sha256="0" * 64, size=1, content_type="application/pdf", pages=1)
    with catalogue.write() as tx:
        for number, security in classes_of.items():
            more = {"change": "endorsed", "endorsement": decided} if number == 4 else {}
            values = {"document": made[number].id, "number": 1, "created_at": NOW, "created_by": "t", "reason": "r"}
            revision = Revision.model_validate({**values, "pdf": file, "docx": file, **more})
            snapshot = {"office": {"security_code": security}} if security else {}
            documents.add_revision(tx, revision, {"data": {}}, snapshot)
        assert classes.secret_among(tx, [one.id for one in made.values()]) == {one.id for one in made.values()}
        classes.settle_classes(tx)
        fulltext.index_all(tx)
    open_, all_ = {1, 2}, set(made)
    with catalogue.read() as tx:
        for officials, seen in (((), open_), (("kabid",), open_ | {4}), (("kasi",), all_), (None, all_)):
            within = Limits(secret_of=officials)
            ids = {made[number].id for number in seen}
            assert {one.id for one in search_documents(tx, Filter(within=within))} == ids
            assert {one.id for one in search_documents(tx, Filter(asset="A/1", within=within))} == ids
            assert {one.id for one in search_documents(tx, Filter(q="server", within=within), 2)} <= ids
            assert {one.id for one in search_documents(tx, Filter(q="server", within=within))} == ids
            assert seen_within(tx, [one.id for one in made.values()], within) == ids
        assert classes.secret_among(tx, [one.id for one in made.values()]) == {made[n].id for n in (3, 4, 5)}


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
        journal.finish(tx, document.id)
        assert journal.claim(tx, document.id, "host:2", lease, lambda line: line.owner == "host:1") is None
        assert journal.list_pending(tx) == []


def test_dossiers_to_join_are_those_on_the_same_assets(catalogue: Catalogue) -> None:
    """A dossier is found by procedure and exactly its assets, newest first, unless it is closed."""
    with catalogue.write() as tx:
        for id, assets, closed in (
            ("a", ["1", "2"], None),
            ("b", ["1", "2"], None),
            ("c", ["1"], None),
            ("d", ["1", "2"], NOW),
        ):
            dossiers.add_dossier(
                tx, Dossier(id=id, procedure="p", assets=assets, title="t", opened_at=NOW, closed_at=closed)
            )
        assert [one.id for one in dossiers.open_dossiers(tx, "p", ["2", "1"])] == ["b", "a"]
        assert dossiers.open_dossiers(tx, "q", ["1", "2"]) == []
        assert dossiers.open_dossiers(tx, "p", []) == []
        assert [one.id for one in dossiers.list_dossiers(tx, asset="1", cursor="d")] == ["c", "b", "a"]


def test_idempotency_keys_belong_to_a_caller_and_a_request(catalogue: Catalogue) -> None:
    """A key finds its document for the same request; another request is a conflict; old keys are forgotten."""
    with catalogue.write() as tx:
        idempotency.add(tx, "sys", "k", "a" * 64, "doc", NOW)
        assert idempotency.find(tx, "sys", "k", "a" * 64) == "doc"
        assert idempotency.find(tx, "other", "k", "a" * 64) is None
        with pytest.raises(RecordConflict, match="Idempotency-Key"):
            idempotency.find(tx, "sys", "k", "b" * 64)
        idempotency.add(tx, "sys", "later", "c" * 64, "doc2", NOW + dt.timedelta(days=8))
        assert idempotency.find(tx, "sys", "k", "a" * 64) is None


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


def test_a_period_holds_what_was_issued_in_it_and_what_came_before(catalogue: Catalogue) -> None:
    """Issued documents of the period, both ends inclusive, and older ones of their dossiers; none void or reserved.
    Assets come once per procedure; closed dossiers are counted by the moment they were closed.
    """
    days = {2: "2026-07-01", 3: "2026-09-30", 4: "2026-10-01", 5: "2026-08-01", 6: "2026-08-02"}
    made = {n: make_document(catalogue, n, date=dt.date.fromisoformat(day)) for n, day in days.items()}
    made[1] = make_document(catalogue, 1, date=dt.date(2026, 6, 30), dossier=made[2].dossier)
    start, end = dt.date(2026, 7, 1), dt.date(2026, 9, 30)
    closed = NOW.astimezone(dt.timezone(dt.timedelta(hours=8)))
    with catalogue.write() as tx:
        registers.put_assets(tx, [Asset(nibar="A/1", name="Router", value=10**12)])
        for n in (1, 2, 3, 4):
            documents.set_document_status(tx, made[n].id, "issued")
        documents.set_document_status(tx, made[5].id, "void")
        dossiers.add_dossier(
            tx, Dossier(id="z", procedure="penghapusan", assets=[], title="B", opened_at=NOW, closed_at=NOW)
        )
    with catalogue.read() as tx:
        found = periods.documents_until(tx, start, end)
        assert [document.sequence for document in found] == [1, 2, 3]
        assert found[1] == made[2].model_copy(update={"status": "issued"})
        assert periods.assets_between(tx, start, end) == [periods.PeriodAsset("pemeliharaan", "A/1", "Router", 10**12)]
        second = dt.timedelta(seconds=1)
        assert periods.closed_between(tx, closed, closed + second) == {"penghapusan": 1}
        assert periods.closed_between(tx, closed - second, closed) == {}
        assert periods.documents_until(tx, dt.date(2027, 1, 1), dt.date(2027, 12, 31)) == []
