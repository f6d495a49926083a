"""Documents, revisions and dossiers, and the search over them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt

import pytest

from storage.catalogue import Catalogue, documents, dossiers, fulltext, journal, periods, registers
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.visibility import classes, people
from storage.catalogue.visibility.limits import Limits, visible_documents
from storage.errors import RecordMissing
from storage.records import (
    Asset,
    Attachment,
    Dossier,
    Endorsement,
    Revision,
    StoredFile,
)
from tests.support.office.documents import make_document
from tests.support.office.moments import NOW


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
        submission = documents.get_contents(tx, document.id)[0].model_dump(mode="json")
        assert journal.finish_line(tx, document.id, 1)
        documents.add_revision(tx, document.model_copy(update={"status": "issued"}), revision, submission, {})
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
            documents.add_revision(tx, document, revision, {}, {})
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
    """Under limits, letters of other classes, and of one that is not known, are found only by who wrote, signs or
    decided; by filters, by words and by id. What is made anew from their records has its class again."""
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
            documents.add_revision(tx, made[number], revision, {"data": {}}, snapshot)
        people.add_people(tx, made[4].id, [decided.official])  # as the line of his decision did
        assert classes.secret_documents(tx, [one.id for one in made.values()]) == {one.id for one in made.values()}
        classes.set_missing_classes(tx)
        fulltext.index_all(tx)
    open_, all_ = {1}, set(made)
    author = made[1].created_by
    some: list[tuple[Limits, set[int]]] = [
        (Limits(classes=("B",)), open_),
        (Limits(classes=("B", "T")), {1, 2}),
        (Limits(classes=("B",), author="x", officials=("kabid",)), open_ | {4}),
        (Limits(classes=("B",), officials=("kasi",)), all_),
        (Limits(classes=("B",), author=author), all_),
        (Limits(classes=("B",), author=author, by_token=True), all_),
        (Limits(classes=(), author="x"), set()),
        (Limits(), all_),
    ]
    with catalogue.read() as tx:
        for within, seen in some:
            ids = {made[number].id for number in seen}
            assert {one.id for one in search_documents(tx, Filter(within=within))} == ids
            assert {one.id for one in search_documents(tx, Filter(asset="A/1", within=within))} == ids
            assert {one.id for one in search_documents(tx, Filter(q="server", within=within), 2)} <= ids
            assert {one.id for one in search_documents(tx, Filter(q="server", within=within))} == ids
            assert visible_documents(tx, [one.id for one in made.values()], within) == ids
        assert classes.secret_documents(tx, [one.id for one in made.values()]) == {made[n].id for n in (3, 4, 5)}


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


def test_runs_are_counted_by_title(catalogue: Catalogue) -> None:
    """Those of a title with and without a running number count; longer titles and other assets do not."""
    titles = (("100%_x", "1"), ("100%_x ke-2", "1"), ("100%_x ke-3", "2"), ("100%_x lama", "1"), ("100 _x ke-4", "1"))
    with catalogue.write() as tx:
        for number, (title, asset) in enumerate(titles):
            dossier = Dossier(id=str(number), procedure="p", assets=[asset], title=title, opened_at=NOW)
            dossiers.add_dossier(tx, dossier)
        assert dossiers.count_runs(tx, "p", ["1"], "100%_x") == 2
        assert dossiers.count_runs(tx, "q", ["1"], "100%_x") == 0


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
