"""Fixtures that more than one room needs. Servers are started once per test process, and only when asked
for.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.servers import ServerFailed, unavailable
from tests.servers.minio import S3Server, external_server, minio_server
from tests.servers.postgres import fresh_database, postgres_server


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running S3 server: MinIO, or the one that DOCGEN_TEST_S3_URL names."""
    external = external_server()
    if external:
        yield external
        return
    try:
        with minio_server(tmp_path_factory.mktemp("minio")) as server:
            yield server
    except ServerFailed as error:
        unavailable(str(error))


@pytest.fixture
def s3_url(minio: S3Server) -> str:
    """The URL of a bucket that is not there yet (`prepare()` makes it); keys: `minio.access_key`,
    `.secret_key`.
    """
    return minio.url(f"docgen-test-{secrets.token_hex(8)}")


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[int]:
    """The port of a running PostgreSQL."""
    try:
        with postgres_server() as port:
            yield port
    except ServerFailed as error:
        unavailable(str(error))


@pytest.fixture
def postgres_url(postgres_port: int) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of the test's own."""
    with fresh_database(postgres_port) as url:
        yield url
