"""The audit log: append-only, hash-chained, and every change to it found."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.catalogue import Catalogue, audit

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue on each database."""
    url = f"sqlite:///{tmp_path / 'c.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    catalogue = Catalogue(url)
    catalogue.upgrade()
    yield catalogue
    catalogue.close()


def add(catalogue: Catalogue, subject: str = "d1") -> None:
    """Write a line."""
    with catalogue.write() as tx:
        audit.append(
            tx, at=NOW, actor="siti", origin="10.0.0.7", action="document.endorsed", subject=subject,
            before={"status": "issued"}, after={"catatan": "Setuju – dengan “syarat” é", "langkah": 3},
        )  # fmt: skip


def problems(catalogue: Catalogue) -> list[str]:
    """What the check finds."""
    with catalogue.read() as tx:
        return audit.check_chain(tx)


def test_lines_are_read_back_as_written_newest_first(catalogue: Catalogue) -> None:
    """Sequence from 1, every field kept, a chain that holds; a subject narrows."""
    for subject in ("d1", "d2", "d1"):
        add(catalogue, subject)
    with catalogue.read() as tx:
        found = audit.list_events(tx)
        assert [one.sequence for one in found] == [3, 2, 1]
        assert [one.sequence for one in audit.list_events(tx, subject="d1")] == [3, 1]
        assert [one.sequence for one in audit.list_events(tx, before=3, limit=1)] == [2]
    assert (found[0].actor, found[0].at, found[0].after["langkah"]) == ("siti", NOW, 3)
    assert found[0].previous == found[1].hash
    assert problems(catalogue) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE audit SET actor = 'budi' WHERE sequence = 2", "baris 2 berubah"),
        ("UPDATE audit SET after = '{}' WHERE sequence = 2", "baris 2 berubah"),
        ("DELETE FROM audit WHERE sequence = 2", "baris 2 hilang"),
        ("DELETE FROM audit WHERE sequence = 3", "baris terakhir"),
        ("DELETE FROM audit_head", "penanda"),
    ],
)
def test_whatever_is_changed_is_found(catalogue: Catalogue, change: str, told: str) -> None:
    """A changed line, one taken out of the middle, the last one taken away: each is named."""
    for _ in range(3):
        add(catalogue)
    with catalogue.write() as tx:
        tx.exec_driver_sql(change)
    assert any(told in problem for problem in problems(catalogue))


def test_many_writers_make_one_chain(catalogue: Catalogue) -> None:
    """Sixteen at once: no number twice, none left out, the chain holds."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add(catalogue), range(16)))
    with catalogue.read() as tx:
        assert [one.sequence for one in audit.all_events(tx)] == list(range(1, 17))
    assert problems(catalogue) == []


def test_a_transaction_that_fails_leaves_no_line(catalogue: Catalogue) -> None:
    """What was rolled back did not happen, and the next line follows the one before."""
    add(catalogue)
    with contextlib.suppress(RuntimeError), catalogue.write() as tx:
        audit.append(tx, at=NOW, actor="x", origin="", action="x.y", subject="z", before={}, after={})
        raise RuntimeError
    add(catalogue)
    with catalogue.read() as tx:
        assert [one.sequence for one in audit.all_events(tx)] == [1, 2]
    assert problems(catalogue) == []
