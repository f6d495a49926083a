"""What becomes of connections to PostgreSQL that end: those that lie idle, and those in use."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from storage.catalogue import Catalogue, registers
from storage.errors import StoreUnavailable
from storage.records import Asset

pytestmark = pytest.mark.postgres


@pytest.fixture
def catalogue(postgres_url: str) -> Catalogue:
    """A catalogue on PostgreSQL, with idle connections."""
    opened = Catalogue(postgres_url)
    opened.upgrade()
    with opened.read(), opened.read():
        pass
    return opened


def end_all(postgres_url: str) -> int:
    """End every connection to the database, as a restart does; return how many there were."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        return len(connection.execute(f"{query} AND pid <> pg_backend_pid()").fetchall())


@pytest.mark.parametrize("way", ["read", "write", "snapshot"])
def test_a_connection_that_ended_while_idle_is_replaced(catalogue: Catalogue, postgres_url: str, way: str) -> None:
    """After a restart of the server the first transaction of each sort succeeds, though nobody asks beforehand."""
    assert end_all(postgres_url) == 2
    with getattr(catalogue, way)() as tx:
        assert registers.find_assets(tx, ["1"]) == {}
    catalogue.close()


def test_a_transaction_whose_connection_ends_is_not_begun_again(catalogue: Catalogue, postgres_url: str) -> None:
    """What had begun fails as a whole and says that the database is away; nothing of it is there afterwards."""
    asset = Asset(nibar="1", name="Laptop")

    def add_two() -> None:
        with catalogue.write() as tx:
            registers.add_asset(tx, asset)
            end_all(postgres_url)
            registers.add_asset(tx, asset.model_copy(update={"nibar": "2"}))

    with pytest.raises(StoreUnavailable):
        add_two()
    with catalogue.read() as tx:
        assert registers.find_assets(tx, ["1", "2"]) == {}
    catalogue.close()


def test_a_snapshot_sees_nothing_of_what_is_committed_meanwhile(catalogue: Catalogue) -> None:
    """Its isolation is that of its own transaction, and the next one on that connection has the usual one again."""
    with catalogue.snapshot() as tx:
        assert tx.execute(text("SHOW transaction_isolation")).scalar() == "repeatable read"
    with catalogue.read() as tx:
        assert tx.execute(text("SHOW transaction_isolation")).scalar() == "read committed"
    catalogue.close()
