"""An office whose catalogue is lost and restored: on a folder and SQLite, and on MinIO and PostgreSQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docgen.desk import Desk, open_desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import Catalogue, changes, portable
from storage.catalogue.tables import metadata
from storage.records import Document
from tests.servers.minio import S3Server
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.office.demo_office import data_folder

ASSETS = ["6310190000101", "6310180000066"]
BACKENDS = ["folder", pytest.param("servers", marks=[pytest.mark.s3, pytest.mark.postgres])]
# What no archive holds (accounts, drafts, jobs), and the bookkeeping of the mirror itself.
ELSEWHERE = changes.PRIVATE
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=BACKENDS)
def office(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """The demo office, with a seal: on a folder and SQLite, and on MinIO and PostgreSQL."""
    env = {"DOCGEN_DATA": str(data_folder(tmp_path))}
    if request.param == "servers":
        server: S3Server = request.getfixturevalue("minio")
        env |= {
            "DOCGEN_DATABASE_URL": request.getfixturevalue("postgres_url"),
            "DOCGEN_STORE_URL": request.getfixturevalue("s3_url"),
            "DOCGEN_S3_ACCESS_KEY": server.access_key,
            "DOCGEN_S3_SECRET_KEY": server.secret_key,
        }
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    authority = Authority("Balai Besar Sertifikasi Elektronik")
    file = tmp_path / "segel.p12"
    file.write_bytes(authority.pkcs12(authority.office))
    yield dataclasses.replace(desk, signing=OfficeSeal(file, PASSWORD))
    desk.catalogue.close()


@pytest.fixture
def second_url(office: Desk, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same sort as the office's."""
    if office.catalogue.is_sqlite:
        yield f"sqlite:///{tmp_path / 'second.sqlite'}"
        return
    from tests.servers.postgres import fresh_database

    with fresh_database(request.getfixturevalue("postgres_port")) as url:
        yield url


def with_catalogue(office: Desk, url: str) -> Desk:
    """Return the same archive with another database, of the newest schema and empty."""
    catalogue = Catalogue(url)
    catalogue.upgrade()
    return dataclasses.replace(office, catalogue=catalogue)


def rows_of(catalogue: Catalogue) -> Rows:
    """Return every row of every table that an archive tells."""
    with catalogue.snapshot() as tx:
        return {
            table.name: [portable.to_json_values(table, row) for row in tx.execute(_sorted(table)).mappings()]
            for table in portable.tables_in_order(metadata, without=ELSEWHERE)
        }


def _sorted(table: Any) -> Any:
    return select(table).order_by(*table.primary_key)


def issue_letter(desk: Desk, assets: list[str]) -> Document:
    """Issue a letter of the maintenance procedure."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": assets}
    return issue(desk, DocumentRequest.model_validate({**body, "data": desk.kinds["nota_dinas"].example}), "sari")
