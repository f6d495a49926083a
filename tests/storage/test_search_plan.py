"""How SQLite goes about a search: by the asset's own index, so that it does not grow with the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.catalogue import Catalogue
from storage.catalogue.search import Filter, search_documents
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
