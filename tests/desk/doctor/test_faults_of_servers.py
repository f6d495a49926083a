"""`docgen doctor` on PostgreSQL and S3 names each planted fault of these servers, and that one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import psycopg
import pytest
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import SUSPENDED, VersioningConfig

from docgen.desk.doctor.run import check_installation
from docgen.libreoffice import Converter
from tests.servers import free_port
from tests.servers.minio import S3Server, remove_bucket
from tests.servers.postgres import fresh_database
from tests.servers.s3_front import S3Front, s3_front
from tests.support.machine.installation import RunningInstallation, plain_environment, wrong

pytestmark = [pytest.mark.office, pytest.mark.postgres, pytest.mark.s3, pytest.mark.slow]

BUCKET = "doctor"


class Place:
    """A sound installation whose S3 server is reached through `front`."""

    def __init__(self, running: RunningInstallation, front: S3Front, minio: S3Server, converter: Converter) -> None:
        self.running, self.front, self.minio, self._converter = running, front, minio, converter

    def check(self, **settings: str) -> list[dict[str, Any]]:
        """Return what the checks tell, with other settings where named."""
        environment = {**self.running.environment, **settings}
        return [result.to_json() for result in check_installation(environment, self._converter)]

    def sql(self, statement: str) -> None:
        """Change the database itself; `{}` is its name."""
        url = self.running.environment["DOCGEN_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(statement.format(url.rpartition("/")[2]).encode())

    def keep_versions(self, status: str) -> None:
        """Turn versions of the bucket on or off."""
        keys = {"access_key": self.minio.access_key, "secret_key": self.minio.secret_key}
        client = Minio(endpoint=self.minio.endpoint, secure=False, **keys)
        client.set_bucket_versioning(bucket_name=BUCKET, config=VersioningConfig(status))


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, converter: Converter, postgres_port: int, minio: S3Server
) -> Iterator[Place]:
    """A service on PostgreSQL and S3."""
    folder = tmp_path_factory.mktemp("servers")
    with fresh_database(postgres_port) as database, s3_front(minio.endpoint) as front:
        environment = plain_environment(
            folder / "data",
            free_port(),
            DOCGEN_DATABASE_URL=database,
            DOCGEN_STORE_URL=f"s3://127.0.0.1:{front.port}/{BUCKET}",
            DOCGEN_S3_ACCESS_KEY=minio.access_key,
            DOCGEN_S3_SECRET_KEY=minio.secret_key,
        )
        running = RunningInstallation(environment, folder / "log")
        running.start("--demo")
        try:
            yield Place(running, front, minio, converter)
        finally:
            running.stop()
            remove_bucket(minio, BUCKET)


def test_a_sound_installation_has_nothing_wrong(place: Place) -> None:
    """Every check holds, and each was carried out."""
    results = place.check()
    assert wrong(results) == {}
    assert all(result["checked"] for result in results)


Planting = Callable[[Place], AbstractContextManager[Any]]


def front(**changes: Any) -> Planting:
    """The S3 server answers otherwise."""

    @contextmanager
    def plant(place: Place) -> Iterator[None]:
        before = {name: getattr(place.front, name) for name in changes}
        for values in (changes, before):
            for name, value in values.items():
                setattr(place.front, name, value)
            if values is changes:
                yield

    return plant


def database(statement: str, undo: str) -> Planting:
    """The database is set up otherwise."""

    @contextmanager
    def plant(place: Place) -> Iterator[None]:
        place.sql(statement)
        try:
            yield
        finally:
            place.sql(undo)

    return plant


@contextmanager
def without_versions(place: Place) -> Iterator[None]:
    """The bucket keeps versions no longer."""
    place.keep_versions(SUSPENDED)
    try:
        yield
    finally:
        place.keep_versions(ENABLED)


def unchanged(_place: Place) -> AbstractContextManager[Any]:
    """The servers are as they were: the settings are not."""
    return nullcontext()


_RESET = "ALTER DATABASE {} RESET ALL"
FAULTS: dict[str, tuple[str, str, Planting, dict[str, str]]] = {
    "conditions are ignored": ("s3_conditions", "If-None-Match", front(ignores_conditions=True), {}),
    "no versions": ("s3_protections", "versi", without_versions, {}),
    "no locks": ("store", "Object Lock", unchanged, {"DOCGEN_S3_LOCK": "governance"}),
    "no encryption": ("s3_encryption", "DOCGEN_S3_SSE", unchanged, {"DOCGEN_S3_SSE": "aws:kms:unknown"}),
    "store away": ("store", "127.0.0.1:9", unchanged, {"DOCGEN_STORE_URL": f"s3://127.0.0.1:9/{BUCKET}"}),
    "wrong key of the store": ("store", "DOCGEN_S3_SECRET_KEY", unchanged, {"DOCGEN_S3_SECRET_KEY": "wrong-key"}),
    "other clock of the store": ("clock", "server S3", front(seconds_ahead=600), {}),
    "too few connections": ("connections", "max_connections", unchanged, {"DOCGEN_PROCESSES": "8"}),
    "read-only database": (
        "database", "hanya dapat dibaca",
        database("ALTER DATABASE {} SET default_transaction_read_only = on", _RESET), {},
    ),
    "other isolation": (
        "database", "serializable",
        database("ALTER DATABASE {} SET default_transaction_isolation = 'serializable'", _RESET), {},
    ),
    "wrong password of nobody": (
        "database", "basis data", unchanged, {"DOCGEN_DATABASE_URL": "postgresql://nobody:x@127.0.0.1:9/none"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_alone(place: Place, name: str) -> None:
    """Its check fails with the words of what is wrong; every other check holds, or says that it waits for it."""
    check, words, plant, settings = FAULTS[name]
    with plant(place):
        results = place.check(**settings)
    assert list(wrong(results)) == [check]
    assert words.casefold() in wrong(results)[check].casefold()
    assert all(check in result["message"] for result in results if not result["checked"])
