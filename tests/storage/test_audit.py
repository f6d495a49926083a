"""The audit log: append-only, hash-chained, and every change to it found."""

from __future__ import annotations

import contextlib
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from storage.catalogue import Catalogue, audit, registers
from storage.catalogue.audit import EventFilter
from storage.catalogue.tables import audit as table
from storage.errors import RecordConflict
from storage.records import Asset

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)


def add(catalogue: Catalogue, subject: str = "d1") -> None:
    """Write a line."""
    with catalogue.write() as tx:
        audit.append(
            tx, at=NOW, actor="siti", origin="10.0.0.7", action="document.endorsed", subject=subject,
            before={"status": "issued"}, after={"catatan": "Setuju – dengan “syarat” é", "langkah": 3},
        )  # fmt: skip


def disarm(tx: Connection) -> None:
    """Take away what keeps the log append-only, as somebody with the database's own tools could."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("DROP TRIGGER audit_append_only ON audit")
        return
    for name in ("update", "delete", "replace"):
        tx.exec_driver_sql(f"DROP TRIGGER audit_no_{name}")


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
        disarm(tx)
        tx.exec_driver_sql(change)
    assert any(told in problem for problem in problems(catalogue))


@pytest.mark.parametrize(
    "change",
    [update(table).values(actor="budi"), update(table).where(table.c.sequence == 1).values(hash="x"), delete(table)],
    ids=["update", "one line", "delete"],
)
def test_the_database_refuses_to_change_lines(catalogue: Catalogue, change: Any) -> None:
    """UPDATE and DELETE end in an error, the log stays as it was, and the next line is still taken."""
    add(catalogue)
    with pytest.raises(RecordConflict) as refused, catalogue.write() as tx:
        tx.execute(change)
    assert "hanya bertambah" in str(refused.value.__cause__)
    add(catalogue)
    with catalogue.read() as tx:
        assert [(one.sequence, one.actor) for one in audit.all_events(tx)] == [(1, "siti"), (2, "siti")]
    assert problems(catalogue) == []


def test_no_line_is_replaced_or_all_taken_away(catalogue: Catalogue) -> None:
    """What asks no trigger of UPDATE or DELETE is refused, too: REPLACE on SQLite, TRUNCATE on PostgreSQL."""
    add(catalogue)
    columns = "sequence, at, actor, origin, action, subject, before, after, previous, hash"
    way = f"INSERT OR REPLACE INTO audit ({columns}) SELECT {columns} FROM audit"  # noqa: S608 (written here)
    with pytest.raises(RecordConflict) as refused, catalogue.write() as tx:
        tx.exec_driver_sql(way if catalogue.is_sqlite else "TRUNCATE audit")
    assert "hanya bertambah" in str(refused.value.__cause__)
    assert problems(catalogue) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(group="document"), [3, 2]),
        (EventFilter(group="doc_ment"), []),
        (EventFilter(actor="SIT"), [3, 1]),
        (EventFilter(words="d 1"), [2, 1]),
        (EventFilter(words="router"), [1]),
        (EventFilter(words="router d2"), []),
        (EventFilter(since=NOW + dt.timedelta(days=1)), [3, 2]),
        (EventFilter(until=NOW + dt.timedelta(days=1)), [1]),
        (EventFilter(since=NOW.astimezone(dt.timezone(dt.timedelta(hours=8))), until=NOW), []),
    ],
)
def test_lines_are_found(catalogue: Catalogue, wanted: EventFilter, found: list[int]) -> None:
    """By group of actions, who, moments in any zone, and words, among them those of the asset a line is about."""
    with catalogue.write() as tx:
        registers.add_asset(tx, Asset(nibar="x/d1", name="Router"))
        for day, (actor, action, subject) in enumerate(
            [("siti", "asset.created", "x/d1"), ("budi", "document.issued", "D1"), ("siti", "document.voided", "d2")]
        ):
            moment = NOW + dt.timedelta(days=day)
            audit.append(
                tx, at=moment, actor=actor, origin="", action=action, subject=subject, before={}, after={}
            )  # fmt: skip
    with catalogue.read() as tx:
        assert [one.sequence for one in audit.list_events(tx, wanted)] == found
        newest = audit.last_event(tx)
    assert newest is not None
    assert newest.sequence == 3


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
