"""Catalogues in schemas of one PostgreSQL database: each as if it were alone there."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, make_url

from storage.backup import back_up, restore
from storage.catalogue import Catalogue, changes, registers
from storage.catalogue.database import clear, newest_version
from storage.catalogue.identity import database_of
from storage.catalogue.schemas import create_schema, in_schema, schema_of
from storage.catalogue.tables import metadata
from storage.errors import StorageError
from storage.records import Asset

pytestmark = pytest.mark.postgres
NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
ASSET = Asset(nibar="1", name="Laptop")


@pytest.fixture
def catalogues(postgres_url: str) -> Iterator[list[Catalogue]]:
    """The catalogue of a database, and those of two schemas in it."""
    opened = [
        Catalogue(url)
        for url in (postgres_url, in_schema(postgres_url, "office_a"), in_schema(postgres_url, "office_b"))
    ]
    for catalogue in opened:
        catalogue.upgrade()
    yield opened
    for catalogue in opened:
        catalogue.close()


def nibars(catalogue: Catalogue) -> list[str]:
    """The assets of a catalogue."""
    with catalogue.read() as tx:
        return list(registers.find_assets(tx, ["1"]))


def test_each_has_all_tables_and_sees_none_of_the_others(catalogues: list[Catalogue]) -> None:
    """A row of one is in no other, is noted for its own mirror alone, and clearing one leaves the others whole."""
    for catalogue in catalogues:
        with catalogue.read() as tx:
            assert set(metadata.tables) <= set(inspect(tx).get_table_names())
    root, first, second = catalogues
    with first.write() as tx:
        registers.add_asset(tx, ASSET)
    assert [nibars(catalogue) for catalogue in catalogues] == [[], ["1"], []]
    counts = []
    for catalogue in catalogues:
        with catalogue.read() as tx:
            counts.append([change.table for change in changes.pending_changes(tx, 10)[1] if change.table == "assets"])
    assert counts == [[], ["assets"], []]
    with second.write() as tx:
        clear(tx)
    assert (root.version(), first.version(), second.version()) == (root.version(), root.version(), "")
    assert nibars(first) == ["1"]


def test_a_backup_holds_the_rows_of_one_and_is_restored_in_another(catalogues: list[Catalogue], tmp_path: Path) -> None:
    """What is backed up from one schema replaces what is in another, and nothing beside it."""
    root, first, second = catalogues
    with first.write() as tx:
        registers.add_asset(tx, ASSET)
    back_up(first, tmp_path / "a.jsonl.gz", NOW)
    back_up(root, tmp_path / "root.jsonl.gz", NOW)
    with second.write() as tx:
        restore(tx, tmp_path / "a.jsonl.gz")
    with first.write() as tx:
        restore(tx, tmp_path / "root.jsonl.gz")
    assert [nibars(catalogue) for catalogue in catalogues] == [[], [], ["1"]]


def test_each_is_another_place_to_an_archive(catalogues: list[Catalogue]) -> None:
    """The fingerprints of catalogues in one database differ, so that none takes another's archive for its own."""
    places = set()
    for catalogue in catalogues:
        with catalogue.read() as tx:
            places.add(database_of(tx, None))
    assert len(places) == 3


def test_each_is_upgraded_from_its_own_version(postgres_url: str) -> None:
    """A schema that stopped at an earlier version goes on from there, whatever the others have."""
    url = in_schema(postgres_url, "office_a")
    behind = Catalogue(url)
    with behind.write() as tx:
        create_schema(tx, "office_a")
    behind.migrate("0022")
    root = Catalogue(postgres_url)
    root.upgrade()
    versions: list[str] = []
    assert behind.version() == "0022"
    behind.upgrade(versions.append)
    assert (versions, behind.version()) == (["0022"], newest_version())
    for catalogue in (root, behind):
        catalogue.close()


def test_none_waits_for_the_set_up_of_another(catalogues: list[Catalogue]) -> None:
    """The lock for set-up and upgrades is of one schema: all three can be held at once."""
    root, first, second = catalogues
    with root.exclusive(), first.exclusive(), second.exclusive():
        assert nibars(first) == []


def test_a_connection_that_looks_elsewhere_is_refused(postgres_url: str) -> None:
    """Whatever loses the option on the way, nothing is read or written in another schema."""
    url = in_schema(postgres_url, "office_a")
    lost = Catalogue(f"{url}%20-csearch_path%3D%22public%22")  # as if something on the way replaced it
    assert lost.schema == "office_a"
    with pytest.raises(StorageError, match="office_a"):
        lost.upgrade()
    lost.close()
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_who_may_create_no_schema_is_told_what_to_do(postgres_url: str) -> None:
    """The sentence names the schema and the right that lacks; a schema that is there needs none."""
    plain = postgres_url.replace("+psycopg", "")
    role = f"docgen_test_{secrets.token_hex(6)}"
    url = in_schema(make_url(postgres_url).set(username=role).render_as_string(hide_password=False), "office_a")
    catalogue = Catalogue(url)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        with pytest.raises(StorageError, match=r"office_a.*GRANT CREATE"):
            catalogue.upgrade()
        connection.execute(f"CREATE SCHEMA office_a AUTHORIZATION {role}")
        catalogue.upgrade()
        assert catalogue.version() == newest_version()
        catalogue.close()
        connection.execute(f"DROP OWNED BY {role} CASCADE")
        connection.execute(f"DROP ROLE {role}")


def test_the_schema_stands_beside_other_options_of_a_url() -> None:
    """Options that an administrator wrote are kept; of several search paths the last one counts, as at the server."""
    url = in_schema("postgresql://u:p%40ss@h/d?options=-cstatement_timeout%3D5s&sslmode=require", "office_a")
    assert "p%40ss" in url
    assert "sslmode=require" in url
    assert "statement_timeout" in url
    assert schema_of(url) == "office_a"
    assert schema_of(in_schema(url, "office_b")) == "office_b"
    assert schema_of("postgresql://u@h/d") == ""
