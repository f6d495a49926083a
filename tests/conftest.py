"""Fixtures that more than one room needs. Servers are started once per test process, and only when asked
for.
"""

from __future__ import annotations

import dataclasses
import gc
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from docgen.desk import Desk
from docgen.desk.access import accounts
from docgen.libreoffice import Converter, start_converter
from docgen.work_context import working_for
from tests.servers import ServerFailed, unavailable
from tests.servers.minio import S3Server, external_server, minio_server, remove_bucket
from tests.servers.openid import OpenIdProvider, openid_provider
from tests.servers.postgres import fresh_database, postgres_server
from tests.servers.smtp import Mailbox, smtp_server
from tests.servers.verapdf import failures, jars
from tests.servers.versity import versity_server
from tests.support.machine.compiled_once import compiled_once
from tests.support.office.demo_office import demo_office

TESTS = Path(__file__).parent
# The files that take longest, longest first (`--durations`), so that no worker is left alone with one at the end.
LONGEST = [
    "faults/test_several_machines.py",
    "cli/test_runbook.py",
    "faults/test_killed_everywhere.py",
    "desk/doctor/test_faults.py",
    "deploy/test_container_run.py",
    "offices/test_crossing.py",
    "gallery/test_gallery.py",
    "libreoffice/test_pool.py",
    "libreoffice/test_group.py",
    "browser/test_accessible.py",
    "processes/test_service.py",
    "cli/test_cli.py",
    "render/word/test_pages.py",
    "browser/test_tables.py",
    "desk/archive/test_identity.py",
    "browser/test_approvals.py",
    "browser/test_clerks_desk.py",
    "foreign/test_reader.py",
    "faults/test_store_in_trouble.py",
    "render/many/test_compose.py",
    "browser/test_killed.py",
    "door/test_passphrase.py",
    "browser/test_signing.py",
    "test_office_day.py",
    "faults/test_batch_cut.py",
    "desk/batches/test_job.py",
    "render/word/test_completeness.py",
    "door/test_a_day.py",
    "cli/test_renew.py",
    "browser/test_hands.py",
    "api/test_bounded_answers.py",
    "browser/test_people.py",
    "browser/test_comforts.py",
    "pages/reading/test_verify.py",
    "desk/bundles/test_stopped.py",
    "pages/filing/test_scans.py",
    "test_benchmarks.py",
    "storage/test_upgrade.py",
    "browser/test_journey.py",
    "desk/archive/test_restore.py",
    "render/pdf/test_to_pdfa.py",
    "render/many/test_split.py",
    "desk/service/test_killed.py",
    "desk/bundles/test_members.py",
    "pages/shell/test_account.py",
    "render/word/test_fit_tables.py",
    "pages/reading/test_archive.py",
    "browser/test_dossier_field.py",
    "desk/revisions/test_pdfa.py",
    "foreign/test_everything_sent.py",
    "pages/filing/test_bundles.py",
    "pages/reading/test_reading.py",
    "pages/writing/test_compose_dossier.py",
    "pages/writing/test_compose.py",
    "browser/test_bundles.py",
    "foreign/test_hostile.py",
    "desk/service/test_several_machines.py",
    "render/stamps/test_verification_band.py",
    "desk/bundles/test_memory.py",
    "pages/office/test_audit.py",
]


# What a test needs is known by its fixtures, and named by these markers.
NEEDS = {
    "converter": "office",
    "minio": "s3",
    "versity": "s3",
    "postgres_port": "postgres",
    "openid": "openid",
    "browser": "browser",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; mark what a test needs; and try a test in a browser once more: on a busy machine a
    click can lose a race that no person takes part in.

    What fails twice fails; what failed once is told in the summary, and to be looked into.
    """
    for item in items:
        operation = getattr(item, "operation_label", "")  # schemathesis gives all operations of a test one id
        if operation and operation not in item.nodeid:
            item._id = dataclasses.replace(item.id, params=operation)  # there is no public way to it
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])
        if item.get_closest_marker("browser") is not None:
            item.add_marker(pytest.mark.flaky(reruns=1))
    twice = [id for id, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"Of tests with one id xdist runs only the first: {twice}")
    order = {TESTS / name: position for position, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what tests make, seldom, and never again at the code and the tests themselves.

    Applications and pages are many objects in circles: looking for them after every 700 new ones, and through all that
    was imported, took a third of the processor time of this process.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Let the last collections find what any test left open."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Hash passwords in a millisecond instead of a tenth of a second; yields the hasher of the real service."""
    dear = accounts.HASHER
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(accounts, "HASHER", cheap)
        patch.setattr(accounts, "DUMMY_HASH", accounts.random_hash(cheap))
        yield dear


@pytest.fixture(scope="session", autouse=True)
def services_compile_once() -> Iterator[None]:
    """Compile pages, routes and kinds once in a test process, and not again for the service of each test."""
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def no_office() -> Iterator[None]:
    """Let each test begin as the installation's own, whichever office the one before worked for."""
    with working_for(""):
        yield


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with smtp_server() as mailbox:
        yield mailbox


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
def s3_url(minio: S3Server) -> Iterator[str]:
    """The URL of a bucket that is not there yet (`prepare()` makes it); keys: `minio.access_key`,
    `.secret_key`.
    """
    bucket = f"docgen-test-{secrets.token_hex(8)}"
    yield minio.url(bucket)
    if external_server():  # ours goes with its folder
        remove_bucket(minio, bucket)


@pytest.fixture(scope="session")
def versity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running VersityGW: the second S3 server, so that we speak plain S3."""
    try:
        with versity_server(tmp_path_factory.mktemp("versity")) as server:
            yield server
    except ServerFailed as error:
        unavailable(str(error))


@pytest.fixture
def versity_url(versity: S3Server) -> str:
    """The URL of a bucket of VersityGW that is not there yet; keys: `versity.access_key`, `.secret_key`."""
    return versity.url(f"docgen-test-{secrets.token_hex(8)}")


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


@pytest.fixture(scope="session")
def openid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    """A certified OpenID provider, where the service at the default address is registered."""
    try:
        with openid_provider(tmp_path_factory.mktemp("openid"), ["http://127.0.0.1:8000"]) as provider:
            yield provider
    except ServerFailed as error:
        unavailable(str(error))


@pytest.fixture(scope="session")
def verapdf() -> Callable[..., dict[str, list[str]]]:
    """What veraPDF says against each PDF of a folder as PDF/A-2b, or by the profiles named. That our
    PDFs pass is never taken on trust: where veraPDF cannot be had, the test fails.
    """
    try:
        jars()
    except ServerFailed as error:
        pytest.fail(f"veraPDF cannot be had, so nothing says that the PDFs are PDF/A: {error}", pytrace=False)
    return failures


@pytest.fixture(scope="session")
def converter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Converter]:
    """One warm LibreOffice worker for the whole test process."""
    converter = start_converter(1, tmp_path_factory.mktemp("libreoffice"))
    yield converter
    converter.close()


@pytest.fixture
def desk(tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """The demo office on a folder and SQLite of its own, with the shared LibreOffice; account admin exists."""
    with demo_office(tmp_path, converter) as opened:
        yield opened
