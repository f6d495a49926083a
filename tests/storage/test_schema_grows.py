"""A schema only grows, so that machines of the version before go on beside one that has upgraded the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from storage.catalogue import Catalogue, documents
from storage.catalogue.database import MIGRATIONS, newest_version
from storage.errors import StorageError
from tests.support.office.own_kinds import nota_request

FIRST = "0024"  # since then machines of two versions run side by side

Schema = dict[str, dict[str, tuple[str, bool]]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty database of each sort."""
    url = f"sqlite:///{tmp_path / 'c.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    catalogue = Catalogue(url)
    yield catalogue
    catalogue.close()


def columns_of(tx: Connection) -> Schema:
    """Each table's columns: their type, and whether a row must be given a value for it."""
    look = inspect(tx)
    return {
        table: {
            column["name"]: (str(column["type"]), not column["nullable"] and column["default"] is None)
            for column in look.get_columns(table)
        }
        for table in look.get_table_names()
    }


def unique_of(tx: Connection) -> dict[str, set[tuple[str | None, ...]]]:
    """Each table's columns that may not be the same in two rows."""
    look = inspect(tx)
    return {
        table: {tuple(index["column_names"]) for index in look.get_indexes(table) if index["unique"]}
        | {tuple(constraint["column_names"]) for constraint in look.get_unique_constraints(table)}
        for table in look.get_table_names()
    }


def test_each_migration_only_adds(catalogue: Catalogue) -> None:
    """What the version before reads is there as it was, and what it writes is taken.

    No table or column goes or changes, a new column of an old table needs no value, and nothing that was allowed
    twice is forbidden.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    versions = sorted(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())
    catalogue.migrate(versions[versions.index(FIRST) - 1])
    for version in versions[versions.index(FIRST) :]:
        with catalogue.read() as tx:
            columns, unique = columns_of(tx), unique_of(tx)
        catalogue.migrate(version)
        with catalogue.read() as tx:
            new_columns, new_unique = columns_of(tx), unique_of(tx)
        for table, before in columns.items():
            after = new_columns.get(table, {})
            assert {name: after.get(name) for name in before} == before, (version, table)
            obligatory = [name for name in after.keys() - before.keys() if after[name][1]]
            assert obligatory == [], (version, table)
            assert new_unique[table] <= unique[table], (version, table)
    assert versions[-1] == newest_version()


@pytest.mark.office
def test_a_running_machine_goes_on_beside_a_newer_schema(desk: Desk) -> None:
    """Another machine upgrades the database: this one, which runs, issues as before; started anew, it is refused."""
    before = issue(desk, nota_request(desk), "sari")
    with desk.catalogue.write() as tx:
        tx.exec_driver_sql("CREATE TABLE of_the_next_version (id INTEGER PRIMARY KEY)")
        tx.exec_driver_sql("ALTER TABLE documents ADD COLUMN of_the_next_version TEXT")
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    after = issue(desk, nota_request(desk), "sari")
    with desk.catalogue.read() as tx:
        letters = documents.get_documents(tx, [before.id, after.id])
    assert [letters[id].status for id in (before.id, after.id)] == ["issued", "issued"]
    assert letters[after.id].sequence == letters[before.id].sequence + 1
    with pytest.raises(StorageError, match="lebih baru daripada docgen ini"):
        desk.catalogue.upgrade()
