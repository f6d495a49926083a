"""How databases go about a search: by the asset's own index, so that it does not grow with the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from storage.catalogue import Catalogue, audit, dossiers
from storage.catalogue.searching.search import Filter, count_documents, documents_of_number, search_documents
from storage.catalogue.signatures import awaited
from storage.catalogue.tables import registers
from storage.catalogue.visibility.limits import Limits


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Filter(asset="A/1", procedure="pemeliharaan", step=2), "(nibar=? AND procedure=? AND step=?)"),
        (Filter(asset="A/1", procedure="pemeliharaan", step=2, cursor="1"), "(nibar=? AND procedure=? AND step=? AND"),
        (Filter(asset="A/1", status="issued", kind="nota_dinas"), "(nibar=?)"),
        (Filter(asset="A/1", within=Limits(classes=("B",), author="sari", officials=("kasi",))), "(nibar=?)"),
    ],
)
def test_a_search_with_an_asset_begins_at_the_asset(tmp_path: Path, wanted: Filter, key: str) -> None:
    """Whatever else is asked for, its documents are walked newest first: neither all of a step, nor anything sorted."""
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'c.sqlite'}")
    catalogue.upgrade()
    said: list[tuple[str, Any]] = []
    with catalogue.read() as tx:
        event.listen(tx, "before_cursor_execute", lambda *told: said.append((told[2], told[3])))
        search_documents(tx, wanted)
        *_, (statement, values) = said
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    catalogue.close()
    assert "document_assets" in plan[0]
    assert key in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan)


@pytest.mark.parametrize(
    ("read", "first"),
    [
        (lambda tx: audit.events_of(tx, ["office.step_done"], ["mail"]), "SEARCH audit USING INDEX ix_audit_subject"),
        (lambda tx: awaited.list_of(tx, in_force=True), "SCAN awaited_signatures"),
        (
            lambda tx: count_documents(tx, Filter(standing="awaiting")),
            "SEARCH standings",
        ),
        (
            lambda tx: documents_of_number(tx, Filter(q="B/7")),
            "SEARCH documents USING INDEX sqlite",
        ),
    ],
)
def test_sqlite_begins_where_there_are_few(tmp_path: Path, read: Callable[[Connection], object], first: str) -> None:
    """What pages count, and a number that is typed, are found without walking all letters, numbers or log."""
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'c.sqlite'}")
    catalogue.upgrade()
    statements: list[tuple[str, Any]] = []
    with catalogue.write() as tx:
        tx.execute(insert(registers).values(unit="X", year=2026, last=9))
        event.listen(tx, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
        read(tx)
        statement, values = statements[-1]
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    catalogue.close()
    steps = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
    assert steps[0].startswith(first)
    assert not any(step.startswith(("SCAN documents", "SCAN register_entries")) for step in plan), plan


@pytest.mark.parametrize("assets", [["A/1"], ["A/1", "A/2"], []])
def test_sqlite_reads_open_dossiers_in_the_order_of_their_index(tmp_path: Path, assets: list[str]) -> None:
    """Neither closed dossiers nor those of other assets are walked through, and nothing is sorted."""
    plan = _plan_of_open_dossiers(f"sqlite:///{tmp_path / 'c.sqlite'}", assets)
    assert "ix_dossiers_open (first_asset=? AND procedure=?)" in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan)


@pytest.mark.postgres
@pytest.mark.parametrize("asset", ["A/1", ""])
def test_postgresql_reads_open_dossiers_in_the_order_of_their_index(postgres_url: str, asset: str) -> None:
    """The newest come first without that any are sorted, also among many that are about no asset."""
    plan = _plan_of_open_dossiers(postgres_url, [asset] if asset else [])
    assert any("Index Scan Backward using ix_dossiers_open" in step for step in plan)
    assert not any("Sort" in step for step in plan)


def test_sqlite_leaves_out_taken_dossiers_by_their_own_letters(tmp_path: Path) -> None:
    """Whether an open dossier is taken is read from its own letters and their revisions, by index."""
    plan = _plan_of_open_dossiers(f"sqlite:///{tmp_path / 'c.sqlite'}", ["A/1"], dossiers.Place(2, "nota", ["lembar"]))
    steps = [step for step in plan if step.startswith("SEARCH")]
    assert "ix_dossiers_open (first_asset=? AND procedure=?)" in steps[0]
    *letters, last = steps[1:]
    assert len(letters) == 3
    assert all("ix_documents_dossier_id (dossier=?)" in step for step in letters), plan
    assert "revisions" in last
    assert "(document=?)" in last


@pytest.mark.postgres
def test_postgresql_leaves_out_taken_dossiers_by_their_own_letters(postgres_url: str) -> None:
    """Likewise on PostgreSQL: no other index of letters is walked."""
    plan = _plan_of_open_dossiers(postgres_url, ["A/1"], dossiers.Place(2, "nota", ["lembar"]))
    scans = [step for step in plan if "Scan" in step and "documents" in step]
    assert scans
    assert all("ix_documents_dossier_id" in step or "documents_pkey" in step for step in scans), plan


def _plan_of_open_dossiers(url: str, assets: list[str], place: dossiers.Place | None = None) -> list[str]:
    """Return how the database looks for the open dossiers of these assets, step by step."""
    catalogue = Catalogue(url)
    catalogue.upgrade()
    explain, column = ("EXPLAIN QUERY PLAN", 3) if catalogue.is_sqlite else ("EXPLAIN", 0)
    statements: list[tuple[str, Any]] = []
    with catalogue.read() as tx:
        if not catalogue.is_sqlite:  # an empty table is cheaper to read whole
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        event.listen(tx, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
        dossiers.open_dossiers(tx, "pemeliharaan", assets, place=place)
        [(statement, values)] = statements
        plan = [str(row[column]) for row in tx.exec_driver_sql(f"{explain} {statement}", values)]
    catalogue.close()
    return plan
