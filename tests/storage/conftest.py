"""A catalogue on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.catalogue import Catalogue
from tests.servers.postgres import fresh_database


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty catalogue with the newest schema, on SQLite, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "c.sqlite"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def empty_database(postgres_port: int) -> Iterator[str]:
    """The URL of an empty catalogue with the newest schema, on PostgreSQL, to be copied."""
    with fresh_database(postgres_port) as url:
        _upgrade(url)
        yield url


@pytest.fixture
def sqlite_copy(empty_file: Path, tmp_path: Path) -> str:
    """The URL of a copy on SQLite."""
    return f"sqlite:///{shutil.copy(empty_file, tmp_path)}"


@pytest.fixture
def postgres_copy(empty_database: str, postgres_port: int) -> Iterator[str]:
    """The URL of a copy on PostgreSQL."""
    with fresh_database(postgres_port, template=empty_database) as url:
        yield url


@pytest.fixture(
    params=["sqlite_copy", pytest.param("postgres_copy", marks=pytest.mark.postgres)], ids=["sqlite", "postgres"]
)
def catalogue(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """An empty catalogue with the newest schema, on each database."""
    catalogue = Catalogue(request.getfixturevalue(request.param))
    yield catalogue
    catalogue.close()


def _upgrade(url: str) -> None:
    catalogue = Catalogue(url)
    catalogue.upgrade()
    catalogue.close()
