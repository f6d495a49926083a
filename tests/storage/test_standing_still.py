"""PostgreSQL and a machine that stands still in the middle of a transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.catalogue import Catalogue, idempotency
from storage.catalogue import database as database_module
from storage.catalogue.numbering import numbers
from storage.errors import StoreUnavailable
from storage.objects import FolderStore
from storage.rebuild import catch_up
from tests.support.office.moments import NOW

pytestmark = pytest.mark.postgres


def test_what_it_locked_is_free_again_after_a_while(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another takes the register's next number; the first, awake again, is told to try later."""
    monkeypatch.setattr(database_module, "IDLE_SECONDS", 1)
    catalogue = Catalogue(postgres_url)
    catalogue.upgrade()
    asleep, awake = threading.Event(), threading.Event()
    told: list[Exception] = []

    def stand_still() -> None:
        try:
            with catalogue.write() as tx:
                numbers.take_sequence(tx, "unit", 2026)
                asleep.set()
                awake.wait(60)
                idempotency.add(tx, "a", "b", "c", "d", NOW)
        except StoreUnavailable as error:
            told.append(error)

    first = threading.Thread(target=stand_still)
    first.start()
    assert asleep.wait(60)
    with catalogue.write() as tx:
        assert numbers.take_sequence(tx, "unit", 2026) == 1
    awake.set()
    first.join(60)
    assert "Basis data tidak dapat dipakai sekarang" in str(told)
    catalogue.close()


def test_set_up_may_take_longer(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who upgrades alone, or reads a snapshot for a backup, does other work meanwhile and is not cut off."""
    monkeypatch.setattr(database_module, "IDLE_SECONDS", 0.2)
    catalogue = Catalogue(postgres_url)
    catalogue.upgrade()
    with catalogue.exclusive(), catalogue.snapshot() as tx:
        time.sleep(0.5)
        assert numbers.last_sequence(tx, "unit", 2026) == 0  # the database is still there
        other = Catalogue(postgres_url)
        alone = threading.Thread(target=enter, args=(other, entered := threading.Event()))
        alone.start()
        assert not entered.wait(0.2)  # and nobody else is alone
    alone.join(60)
    assert entered.is_set()
    for one in (catalogue, other):
        one.close()


def test_a_rebuild_may_read_the_store_for_long(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A catalogue that is made anew from a slow archive is not cut off while the archive is listed."""
    monkeypatch.setattr(database_module, "IDLE_SECONDS", 0.2)
    catalogue = Catalogue(postgres_url)
    catalogue.upgrade()
    with catalogue.write() as tx:
        assert catch_up(tx, SlowStore(tmp_path)).revisions == 0
        assert numbers.last_sequence(tx, "unit", 2026) == 0  # the database is still there
    catalogue.close()


class SlowStore(FolderStore):
    """A folder that takes its time to say what it holds."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        time.sleep(0.5)
        return super().keys(prefix)


def enter(catalogue: Catalogue, entered: threading.Event) -> None:
    """Be alone for a moment."""
    with catalogue.exclusive():
        entered.set()
