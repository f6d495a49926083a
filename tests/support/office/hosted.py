"""An installation that holds offices: embedded, and on PostgreSQL and S3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.offices.create import CreatedOffice, create_office
from docgen.desk.offices.opening import opened_office
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.offices import settings_of
from docgen.settings import Settings, read_settings
from storage.catalogue.offices import get_office
from tests.servers.minio import S3Server, external_server, remove_bucket
from tests.support.office.demo_office import data_folder

SLUGS = ("pu", "dinas-kominfo")
BACKENDS = ["embedded", pytest.param("servers", marks=[pytest.mark.s3, pytest.mark.postgres])]


@dataclass(frozen=True)
class Installation:
    """The desk of an installation and its settings."""

    desk: Desk
    settings: Settings

    def create(self, slug: str, host: str = "") -> CreatedOffice:
        """Add an office, at its path unless a host name is given."""
        return create_office(self.desk, self.settings, slug, host=host, by="t")

    def own_settings(self, slug: str) -> Settings:
        """The settings of an office."""
        with self.desk.catalogue.read() as tx:
            return settings_of(self.settings, get_office(tx, slug))

    @contextmanager
    def opened(self, slug: str) -> Iterator[Desk]:
        """The desk of an office."""
        with opened_office(self.desk, self.own_settings(slug)) as desk:
            yield desk


@contextmanager
def opened_installation(parent: Path, converter: Converter, demo: bool = False, **env: str) -> Iterator[Installation]:
    """Open an installation in a folder of its own, with its first account."""
    settings = read_settings({"DOCGEN_DATA": str(data_folder(parent)), **env})
    desk = open_desk(settings, converter)
    initialise(desk, demo=demo)
    yield Installation(desk, settings)
    desk.catalogue.close()


@pytest.fixture(params=BACKENDS)
def installation(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter) -> Iterator[Installation]:
    """An installation without offices: on a folder and SQLite, and on MinIO and PostgreSQL."""
    if request.param == "embedded":
        with opened_installation(tmp_path / "region", converter) as opened:
            yield opened
        return
    server: S3Server = request.getfixturevalue("minio")
    store_url: str = request.getfixturevalue("s3_url")
    env = {
        "DOCGEN_STORE_URL": store_url,
        "DOCGEN_S3_ACCESS_KEY": server.access_key,
        "DOCGEN_S3_SECRET_KEY": server.secret_key,
        "DOCGEN_DATABASE_URL": request.getfixturevalue("postgres_url"),
    }
    with opened_installation(tmp_path / "region", converter, **env) as opened:
        yield opened
    if external_server():  # ours goes with its folder
        bucket = store_url.split("?")[0].rsplit("/", 1)[-1]
        for slug in SLUGS:
            remove_bucket(server, f"{bucket}-{slug}")
