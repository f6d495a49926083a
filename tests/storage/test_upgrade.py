"""Each released schema is brought to the newest with what was in it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from storage.backup import back_up, back_up_before_upgrade, restore
from storage.catalogue import Catalogue, changes, documents, jobs, journal, registers, standings
from storage.catalogue.database import MIGRATIONS, newest_version
from storage.catalogue.drafting import draft_hands, drafts
from storage.catalogue.numbering import manual_numbers, numbers
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.visibility import classes

MOMENT = "2026-11-24 01:30:15.123456"
DOCUMENT = {
    **{"number": "B/1", "unit": "X", "year": 2026, "kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2},
    **{"assets": "[]", "dossier": "b", "title": "T", "date": "2026-11-24", "signer": "k", "created_at": MOMENT},
    **{"created_by": "sari", "status_reason": "", "search": ""},
}
FILE = {"key": "k", "sha256": "0" * 64, "size": 1, "content_type": "application/pdf", "pages": 1}
ASKED = {
    **{"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [], "dossier": "b", "signer": "k"},
    **{"date": "2026-11-24", "data": {"hal": "x"}},
}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """A catalogue of the first schema with a document in work and one that was voided."""
    url = f"sqlite:///{tmp_path / 'c.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    catalogue = Catalogue(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with catalogue.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")

        def insert(table: str, **values: object) -> None:
            shown = {key: json.dumps(one) if isinstance(one, dict) else one for key, one in values.items()}
            names = ", ".join(shown)
            marks = ", ".join(f"'{one}'" if isinstance(one, str) else str(one) for one in shown.values())
            tx.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})")  # noqa: S608 (written here)

        insert("dossiers", id="b", procedure="pemeliharaan", assets="[]", title="T", opened_at=MOMENT, first_asset="")
        insert(
            "officials", id="k", name="Siti", nip="", rank="", grade="", post="Kasi", role="kepala_seksi",
            capacity="definitif",
        )  # fmt: skip
        insert("documents", id="waiting", sequence=1, status="reserved", code="C1", revision=0, **DOCUMENT)
        insert("documents", id="voided", sequence=2, status="void", code="C2", revision=2, **DOCUMENT)
        for number in (1, 2):
            insert(
                "revisions", document="voided", number=number, created_at=MOMENT, created_by="sari", reason="r",
                pdf=FILE, docx=FILE, submission=ASKED, snapshot={},
            )  # fmt: skip
        insert(
            "jobs", id="j1", kind="scan", status="running", request={"files": []}, done=1, total=3, created_at=MOMENT,
            created_by="sari",
        )  # fmt: skip
        insert(
            "journal", document="waiting", submission=ASKED, snapshot={}, attempts=0, error="", owner="", lease=MOMENT
        )
    yield catalogue
    catalogue.close()


def test_the_first_schema_is_upgraded_with_its_work(old: Catalogue) -> None:
    """The journal line is a promise to issue, by whom and when it was made; the void is a revision that voided."""
    old.upgrade()
    with old.read() as tx:
        [line] = journal.list_pending(tx)
        assert (line.document, line.task.change, line.task.by) == ("waiting", "issued", "sari")
        assert line.task.at == dt.datetime(2026, 11, 24, 1, 30, 15, 123456, tzinfo=dt.UTC)
        assert [one.change for one in documents.list_revisions(tx, "voided")] == ["issued", "voided"]
        assert documents.get_document(tx, "voided").replaced_by == ""
        assert registers.get_official(tx, "k").unit == "", "who was there signs for this office"
        found = documents.find_by_sha256(tx, FILE["sha256"])
        assert found is not None
        assert (found[0].id, found[1].number) == ("voided", 2)  # of the same bytes twice, the newest


def test_the_class_of_a_letter_is_read_from_its_record(old: Catalogue) -> None:
    """A letter that was issued as R before classes were kept is secret; so is one of which nothing tells the class."""
    with old.write() as tx:
        secret, open_ = (json.dumps({"office": {"security_code": one}}) for one in ("R", "B"))
        tx.exec_driver_sql(f"UPDATE revisions SET snapshot = '{secret}' WHERE number = 2")  # noqa: S608 (written here)
        tx.exec_driver_sql(f"UPDATE journal SET snapshot = '{open_}'")  # noqa: S608 (written here)
    old.upgrade()
    with old.read() as tx:
        assert classes.secret_documents(tx, ["waiting", "voided"]) == {"voided"}


@pytest.mark.parametrize("version", sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))[1:])
def test_every_later_schema_is_upgraded_with_its_work(old: Catalogue, version: str) -> None:
    """An installation that stopped at any schema goes on: its documents, its journal, its numbers and its index."""
    old.migrate(version)
    assert old.version() == version
    old.upgrade()
    assert old.version() == newest_version()
    with old.read() as tx:
        assert [line.document for line in journal.list_pending(tx)] == ["waiting"]
        assert documents.get_document(tx, "voided").status == "void"
        [job] = jobs.unfinished_jobs(tx)
        assert (job.id, job.owner, job.attempts) == ("j1", "", 0)
        assert job.next_at < dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # whoever comes first may take it
        found = search_documents(tx, Filter(kind="nota_dinas"))
        assert [one.id for one in found] == ["waiting", "voided"]
    old.upgrade(lambda version: pytest.fail("the schema is the newest already"))


def test_a_draft_of_an_earlier_version_is_one_that_is_written(old: Catalogue) -> None:
    """Somebody's draft is still his, with its version, in nobody's hands, and on no route."""
    old.migrate("0015")
    with old.write() as tx:
        tx.exec_driver_sql(
            'INSERT INTO drafts (id, "user", body, updated_at, version, save_id) '  # noqa: S608 (written here)
            f"VALUES ('d', 'sari', '{json.dumps({'kind': 'nota_dinas'})}', '{MOMENT}', 3, 's')"
        )
    old.upgrade()
    with old.read() as tx:
        [draft] = drafts.list_drafts(tx, "sari")
        assert (draft.state, draft.version, draft.body, draft.submitted_at) == (
            "writing",
            3,
            {"kind": "nota_dinas"},
            None,
        )
        assert draft_hands.get_route(tx, "d") == []
        assert draft_hands.get_drafting(tx).routes is None


def test_an_upgrade_saves_what_was_there_first(old: Catalogue, tmp_path: Path) -> None:
    """A backup of the old schema lies beside the data; made a catalogue again, it is upgraded with the same rows."""
    saved: list[Path] = []
    moment = dt.datetime(2026, 11, 25, 1, 2, 3, tzinfo=dt.UTC)
    old.upgrade(lambda version: saved.append(back_up_before_upgrade(old, tmp_path / "backups", version, moment)))
    [file] = saved
    assert file.name.startswith("katalog-0001-20261125T010203Z.")
    assert file.stat().st_mode & 0o077 == 0
    old.upgrade(lambda version: pytest.fail("the schema is the newest already"))
    with old.read() as tx:
        voided = documents.get_document(tx, "voided")
    if old.is_sqlite:
        again = Catalogue(f"sqlite:///{file}")
        assert again.version() == "0001"
        again.upgrade()
    else:
        again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite'}")
        with again.write() as tx:
            assert restore(tx, file) == 8
    with again.read() as tx:
        assert documents.get_document(tx, "voided") == voided
        [line] = journal.list_pending(tx)
        assert line.task.change == "issued"
        _, noted = changes.pending_changes(tx, 100)
        assert {one.table for one in noted} >= {"documents", "dossiers", "journal"}
    again.close()


def test_the_last_five_backups_are_kept(old: Catalogue, tmp_path: Path) -> None:
    """Older ones go, by when they were made; another file in the folder stays."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "sebelum-diganti-x.jsonl.gz").write_bytes(b"x")
    for day in range(1, 9):
        back_up_before_upgrade(old, folder, "0001", dt.datetime(2026, 11, day, tzinfo=dt.UTC))
    kept = sorted(path.name.split(".")[0] for path in folder.iterdir())
    assert kept == [*(f"katalog-0001-2026110{day}T000000Z" for day in range(4, 9)), "sebelum-diganti-x"]


def test_a_backup_that_fails_leaves_the_schema_as_it_is(old: Catalogue, tmp_path: Path) -> None:
    """No room for a backup: no upgrade."""
    (tmp_path / "backups").write_text("a file in its place")
    moment = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    with pytest.raises(OSError, match="backups"):
        old.upgrade(lambda version: back_up_before_upgrade(old, tmp_path / "backups", version, moment))
    assert old.version() == "0001"


def test_how_dossiers_stand_is_found_out_after_an_upgrade(old: Catalogue) -> None:
    """Every dossier there was is noted, and each change of one from then on, in the transaction that makes it."""
    old.migrate("0017")
    old.upgrade()
    with old.write() as tx:
        notes = standings.stale_notes(tx, 10)
        assert list(notes) == ["b"]
        standings.replace_rows(tx, "b", notes["b"], [], None)
        assert not standings.is_any_stale(tx)
        documents.set_document_status(tx, "waiting", "void", "Salah")
        again = standings.stale_notes(tx, 10)
        assert list(again) == ["b"]
        known = standings.Standing(
            "voided", "b", "returned", "", dt.datetime(2026, 11, 24, tzinfo=dt.UTC), is_open=True
        )
        standings.replace_rows(tx, "b", notes["b"], [known], None)  # too late: another process struck these notes
        assert standings.standings_of(tx, ["voided"]) == {}
        standings.replace_rows(tx, "b", again["b"], [known], None)
        assert standings.standings_of(tx, ["voided"]) == {"voided": known}


@pytest.fixture
def numbered(old: Catalogue) -> Catalogue:
    """The catalogue at the schema before there were series: two numbers, one between them, and notes of all of it."""
    old.migrate("0020")
    common = "'X', 2026, {sequence}, {values}, '2026-11-24'"
    lines = [common.format(sequence=1, values="'B/1', 'issued', 'waiting'") + ", 'T', ''"]
    lines.append(common.format(sequence=2, values="'B/2', 'void', 'voided'") + ", 'T', 'Salah'")
    with old.write() as tx:
        changes.forget_all(tx)
        tx.exec_driver_sql("INSERT INTO registers (unit, year, last) VALUES ('X', 2026, 2)")
        columns = 'unit, year, sequence, number, status, document, "date", title, reason'
        for line in lines:
            tx.exec_driver_sql(f"INSERT INTO register_entries ({columns}) VALUES ({line})")  # noqa: S608 (written here)
        tx.exec_driver_sql(
            'INSERT INTO inserted_numbers (unit, year, sequence, suffix, number, status, "date", title, reason) '
            "VALUES ('X', 2026, 1, 'a', 'B/1a', 'issued', '2026-11-24', 'Sisipan', 'Kiriman')"
        )
    return old


def register_of(catalogue: Catalogue) -> tuple[list[tuple[int, str, str]], list[str], int]:
    """The numbers of the main series with their documents, those between them, and the last one given out."""
    with catalogue.read() as tx:
        assert numbers.gaps(tx) == []
        entries = numbers.list_entries(tx, "X", 2026)
        assert {(entry.series, entry.pattern) for entry in entries} == {("utama", "")}
        inserted = manual_numbers.list_inserted(tx, "X", 2026)
        listed = [(entry.sequence, entry.number, entry.document) for entry in entries]
        return listed, [entry.number for entry in inserted], numbers.last_sequence(tx, "X", 2026)


REGISTER = ([(1, "B/1", "waiting"), (2, "B/2", "voided")], ["B/1a"], 2)


def test_every_number_is_one_of_the_main_series_after_an_upgrade(numbered: Catalogue) -> None:
    """Lines, inserted numbers and the counter are kept and go on; another series begins with one beside them."""
    numbered.upgrade()
    assert register_of(numbered) == REGISTER
    with numbered.write() as tx:
        assert documents.get_document(tx, "voided").series == "utama"
        assert [numbers.take_sequence(tx, "X", 2026, series) for series in ("utama", "edaran")] == [3, 1]


def test_notes_from_before_the_upgrade_are_mirrored(numbered: Catalogue) -> None:
    """A row that was noted by its earlier key is found by it, is told by the present one, and only once."""
    earlier = {"registers": ["X", 2026], "register_entries": ["X", 2026, 1], "inserted_numbers": ["X", 2026, 1, "a"]}
    with numbered.write() as tx:
        for table, key in earlier.items():
            note = f"('{table}', '{json.dumps(key, separators=(',', ':'))}')"
            tx.exec_driver_sql(f'INSERT INTO changes ("table", key) VALUES {note}')  # noqa: S608 (written here)
    numbered.upgrade()
    with numbered.read() as tx:
        ids, noted = changes.pending_changes(tx, 1000)
    assert len(ids) >= len(noted)
    rows = {(change.table, *change.key): change.row for change in noted if change.table in earlier}
    assert len(rows) == sum(change.table in earlier for change in noted)
    for table, key in earlier.items():
        row = rows[(table, *key, "utama")]
        assert row is not None
        assert row["series"] == "utama"


def test_a_backup_of_the_schema_before_is_restored(numbered: Catalogue, tmp_path: Path) -> None:
    """Into the same sort of database, and into SQLite: every number of the register is there, of the main series."""
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(numbered, file, dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
    with numbered.write() as tx:
        restore(tx, file)
    assert register_of(numbered) == REGISTER
    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite'}")
    with again.write() as tx:
        restore(tx, file)
    assert register_of(again) == REGISTER
    again.close()
