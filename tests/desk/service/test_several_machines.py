"""Several services on one database and store: started at once, upgraded at once, before their database is up."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from docgen.cli.common import retry_while_away
from docgen.desk import open_desk
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.secret_box import secret_key
from docgen.settings import read_settings
from storage.catalogue import Catalogue, registers
from storage.catalogue.access import accounts
from storage.catalogue.database import newest_version
from storage.errors import StorageError, StoreUnavailable
from tests.servers.minio import S3Server
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.slow

DOCGEN = Path(sys.executable).with_name("docgen")
SERVICES = 4
PATIENCE = 120  # seconds until a service must have answered
# A service from its start until it could serve, without LibreOffice: it begins when it is told its settings.
SERVICE = """
import json, sys
from docgen.desk import open_desk
from docgen.desk.setup import initialise
from docgen.secret_box import secret_key
from docgen.settings import read_settings
print("there", flush=True)
for line in sys.stdin:
    settings = read_settings(json.loads(line))
    try:
        desk = open_desk(settings, object())
        said = initialise(desk, demo=True)
        desk.catalogue.close()
        print(json.dumps({"password": len(said) > 1, "key": secret_key(settings)}), flush=True)
    except BaseException as error:
        print(json.dumps({"failed": repr(error)}), flush=True)
"""


@pytest.fixture(scope="module")
def services() -> Iterator[list[subprocess.Popen[str]]]:
    """Four processes that are ready to start."""
    with ExitStack() as stack:
        started = []
        for _ in range(SERVICES):
            service = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", SERVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            stack.callback(service.kill)
            started.append(service)
        for service in started:
            assert line_of(service) == "there\n"
        yield started


def line_of(service: subprocess.Popen[str]) -> str:
    """The next line that a service writes; one that waits for ever fails the test."""
    assert service.stdout is not None
    assert select.select([service.stdout], [], [], PATIENCE)[0], "a service answers nothing"
    return service.stdout.readline()


@pytest.mark.parametrize("schema", ["", "0006", "0009"])
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_four_services_start_at_once(
    schema: str, database: str, services: list[subprocess.Popen[str]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """From nothing and from older schemas, all four come up: one of them upgrades, fills, and makes the first account;
    where they share a folder they sign with one key."""
    shared = data_folder(tmp_path)
    url = f"sqlite:///{shared / 'docgen.sqlite'}" if database == "sqlite" else request.getfixturevalue("postgres_url")
    old = Catalogue(url)
    if schema:
        old.migrate(schema)
    env = {"DOCGEN_DATA": str(shared), "DOCGEN_DATABASE_URL": url}
    for one in services:
        assert one.stdin is not None
        one.stdin.write(json.dumps(env) + "\n")
    for one in services:
        assert one.stdin is not None
        one.stdin.flush()
    said = [json.loads(line_of(service)) for service in services]
    assert [one["failed"] for one in said if "failed" in one] == []
    assert sorted(one["password"] for one in said) == [False, False, False, True]
    assert {one["key"] for one in said} == {secret_key(read_settings(env))}
    assert old.version() == newest_version()
    with old.read() as tx:
        assert accounts.count_users(tx) == 1
        assert registers.count_assets(tx) == len(registers.search_assets(tx, limit=1000))
    old.close()


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_newer_database_is_told_in_a_sentence(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """An older docgen on a newer database changes nothing, and ends with both versions and what to do."""
    folder = data_folder(tmp_path)
    url = f"sqlite:///{folder / 'docgen.sqlite'}" if database == "sqlite" else request.getfixturevalue("postgres_url")
    catalogue = Catalogue(url)
    catalogue.upgrade()
    with catalogue.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=f"berskema 9999, lebih baru daripada docgen ini .{newest_version()}"):
        catalogue.upgrade()
    catalogue.close()
    env = os.environ | {"DOCGEN_DATA": str(folder), "DOCGEN_DATABASE_URL": url, "DOCGEN_PORT": "1"}
    ended = subprocess.run([DOCGEN, "serve"], env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "archive restore" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.postgres
@pytest.mark.s3
def test_a_service_waits_for_database_and_store(
    tmp_path: Path, converter: Converter, postgres_url: str, s3_url: str, minio: S3Server
) -> None:
    """What is not up yet is waited for, and told while it is; a service that comes up late is a whole one."""
    env = {
        "DOCGEN_DATA": str(data_folder(tmp_path)),
        "DOCGEN_DATABASE_URL": postgres_url,
        "DOCGEN_STORE_URL": s3_url,
        "DOCGEN_S3_ACCESS_KEY": minio.access_key,
        "DOCGEN_S3_SECRET_KEY": minio.secret_key,
    }
    away = env | {"DOCGEN_DATABASE_URL": "postgresql://docgen@127.0.0.1:9/none"}
    tries = iter((away, away))
    desk = retry_while_away(lambda: open_desk(read_settings(next(tries, env)), converter), 30)
    assert initialise(desk, demo=True)
    desk.catalogue.close()
    with pytest.raises(StoreUnavailable, match="Basis data"):
        retry_while_away(lambda: open_desk(read_settings(away), converter), 0)


def test_who_is_alone_is_alone(tmp_path: Path) -> None:
    """Within `alone` no other catalogue of the same database is."""
    url = f"sqlite:///{tmp_path / 'c.sqlite'}"
    one, other = Catalogue(url), Catalogue(url)
    entered = threading.Event()

    def enter() -> None:
        with other.exclusive():
            entered.set()

    with one.exclusive():
        second = threading.Thread(target=enter)
        second.start()
        assert not entered.wait(0.2)
    second.join(10)
    assert entered.is_set()
