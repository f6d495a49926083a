"""Offices without any job, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete

from docgen.desk import Desk
from docgen.libreoffice import Converter
from storage.catalogue import Catalogue
from storage.catalogue.tables import jobs as jobs_table
from tests.servers.postgres import fresh_database
from tests.support.office.demo_office import demo_office

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """An office on SQLite."""
    with demo_office(tmp_path_factory.mktemp("office"), converter) as desk:
        yield desk


@pytest.fixture(scope="module")
def on_postgres(embedded: Desk, postgres_port: int) -> Iterator[Desk]:
    """The same office with another catalogue, on PostgreSQL."""
    with fresh_database(postgres_port) as url:
        catalogue = Catalogue(url)
        catalogue.upgrade()
        yield replace(embedded, catalogue=catalogue)
        catalogue.close()


@pytest.fixture(params=["embedded", pytest.param("on_postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest) -> Desk:
    """An office without any job."""
    desk: Desk = request.getfixturevalue(request.param)
    with desk.catalogue.write() as tx:
        tx.execute(delete(jobs_table))
    return desk
