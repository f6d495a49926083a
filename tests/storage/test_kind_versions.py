"""Versions of kinds and their publications in the catalogue, on each database."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import text

from storage.catalogue import Catalogue, kind_versions
from storage.errors import RecordConflict, RecordMissing
from storage.records import KindPublication, KindVersion
from tests.support.machine.libreoffices import wait_until

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def version(number: int, digest: str = "a") -> KindVersion:
    """A draft."""
    return KindVersion(
        slug="surat", version=number, sha256=digest * 64, template_sha256="b" * 64, sheet={"title": "Surat"},
        example={"hal": "x"}, created_at=NOW, created_by="sari",
    )  # fmt: skip


def publication(id: int, number: int, hours: int, *, cancelled: bool = False) -> KindPublication:
    """That a version is in force so many hours from now on."""
    return KindPublication(
        slug="surat", id=id, version=number, starts_at=NOW + hours * HOUR, created_at=NOW, created_by="sari",
        cancelled_at=NOW if cancelled else None,
    )  # fmt: skip


def test_a_version_is_kept_as_it_is_until_it_is_published(catalogue: Catalogue) -> None:
    """A draft is changed by who read it as it is; after a publication, even a cancelled one, by nobody."""
    with catalogue.write() as tx:
        kind_versions.add_version(tx, version(1))
        kind_versions.replace_version(tx, version(1, "c"), was="a" * 64)
    with catalogue.write() as tx, pytest.raises(RecordConflict):
        kind_versions.replace_version(tx, version(1, "d"), was="a" * 64)
    with catalogue.write() as tx:
        plan = kind_versions.add_publication(tx, "surat", 1, starts_at=NOW + HOUR, at=NOW, by="sari")
        assert kind_versions.cancel_publication(tx, "surat", plan.id, NOW)
        assert not kind_versions.cancel_publication(tx, "surat", plan.id, NOW)
        with pytest.raises(RecordConflict):
            kind_versions.replace_version(tx, version(1, "d"), was="c" * 64)
    with catalogue.read() as tx:
        assert kind_versions.get_version(tx, "surat", 1) == version(1, "c")
        assert kind_versions.find_by_digest(tx, "surat", "c" * 64) == version(1, "c")
        assert kind_versions.find_by_digest(tx, "lain", "c" * 64) is None
        with pytest.raises(RecordMissing):
            kind_versions.get_version(tx, "surat", 2)


def test_the_one_in_force_began_last(catalogue: Catalogue) -> None:
    """Of those that began the one with the latest beginning, of two at once the later one; cancelled ones never do."""
    rows = [publication(1, 1, -5), publication(2, 2, -3), publication(3, 3, -3), publication(4, 4, -9)]
    rows += [publication(5, 5, -1, cancelled=True), publication(6, 6, 1)]
    assert [item.version for item in kind_versions.begun(rows, NOW)] == [3, 2, 1, 4]
    assert kind_versions.begun(rows, NOW + HOUR)[0].version == 6
    assert kind_versions.begun(rows[5:], NOW) == []


def test_the_stamp_changes_with_each_publication(catalogue: Catalogue) -> None:
    """Whoever has another stamp reads anew: after a publication, and after one was cancelled."""
    stamps = []
    for step in range(3):
        with catalogue.write() as tx:
            if step == 1:
                kind_versions.add_publication(tx, "surat", 1, starts_at=NOW + HOUR, at=NOW, by="sari")
            if step == 2:
                assert kind_versions.cancel_publication(tx, "surat", 1, NOW)
        with catalogue.read() as tx:
            stamps.append(kind_versions.stamp(tx))
    assert len(set(stamps)) == 3


@pytest.mark.postgres
def test_two_that_publish_in_one_moment_do_not_both(postgres_url: str) -> None:
    """Two transactions that see the same publications: the second is refused, and nothing of it is there."""
    catalogue = Catalogue(postgres_url)
    catalogue.upgrade()
    errors: list[Exception] = []

    def publish() -> None:
        try:
            with catalogue.write() as tx:
                kind_versions.add_publication(tx, "surat", 2, starts_at=NOW, at=NOW, by="budi")
        except RecordConflict as error:
            errors.append(error)

    def waits() -> bool:
        with catalogue.read() as tx:
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return bool(tx.execute(text(query)).scalar())

    second = threading.Thread(target=publish)
    with catalogue.write() as tx:
        kind_versions.add_publication(tx, "surat", 1, starts_at=NOW, at=NOW, by="sari")
        second.start()
        wait_until(waits)
    second.join()
    with catalogue.read() as tx:
        assert [item.created_by for item in kind_versions.list_publications(tx, "surat")] == ["sari"]
    assert len(errors) == 1
    catalogue.close()
