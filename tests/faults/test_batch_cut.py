"""A batch that is cut: its machine killed or stood still, its database or its store stopped.

Whatever happens in the middle of sixty rows, it goes on by itself on a machine that is left: no letter is missing, none
is made twice, and the register has no gap.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches import job as batch_job
from docgen.desk.batches.job import task_of
from docgen.desk.issuing import issue, issue_many
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, journal, registers
from storage.catalogue.jobs import UNFINISHED, get_job
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, search_documents
from storage.errors import StorageError
from storage.records import Job
from tests.faults.machine import CHUNK, LEASE, TIMING
from tests.faults.office import lent_converter
from tests.servers import ServerFailed, unavailable
from tests.servers.minio import minio_with_switch
from tests.servers.postgres import fresh_database, postgres_with_switch
from tests.support.office.batches import batch_of_letters
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

ROWS = 60
PATIENCE = 120  # seconds until the batch must be done


@pytest.fixture(autouse=True)
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the other machines: chunks of ten, and leases of a second."""
    monkeypatch.setattr(batch_job, "CHUNK", CHUNK)
    monkeypatch.setattr(issue_many, "CHUNK_LEASE", LEASE)
    monkeypatch.setattr(issue, "LINE_LEASE", LEASE)


@contextmanager
def opened(folder: Path, converter: Converter, env: dict[str, str]) -> Iterator[tuple[Desk, dict[str, str]]]:
    """The demo office, and the environment in which other machines open it."""
    env = {**env, "DOCGEN_DATA": str(data_folder(folder))}
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    with lent_converter(converter, folder / "converter") as address:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
        yield desk, {**plain, **env, "FAULTS_CONVERTER": address}
    desk.catalogue.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(
    request: pytest.FixtureRequest, tmp_path: Path, converter: Converter
) -> Iterator[tuple[Desk, dict[str, str]]]:
    """An office on a folder, its catalogue in SQLite or PostgreSQL."""
    url = {} if request.param == "sqlite" else {"DOCGEN_DATABASE_URL": request.getfixturevalue("postgres_url")}
    with opened(tmp_path, converter, url) as both:
        yield both


def asked(desk: Desk, count: int = ROWS) -> Job:
    """A queued batch."""
    rows: list[dict[str, Any]] = [{"data": {"hal": f"Perbaikan {index}"}} for index in range(count)]
    return Jobs(desk, WORKERS).submit("batch", task_of(batch_of_letters(desk, *rows)), "sari")


def job_of(desk: Desk, id: str) -> Job:
    with desk.catalogue.read() as tx:
        return get_job(tx, id)


def until(true: Callable[[], bool]) -> None:
    """Wait for something; while the database is away it is not yet so."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if true():
                return
        except StorageError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.01)


def made(desk: Desk, count: int) -> Callable[[], bool]:
    """Whether so many letters are archived."""

    def enough() -> bool:
        with desk.catalogue.read() as tx:
            found = search_documents(tx, Filter(status="issued"), limit=ROWS)
        return len(found) >= count

    return enough


def check(desk: Desk, id: str) -> None:
    """The batch is done by itself, and all is there once."""
    until(lambda: job_of(desk, id).status not in UNFINISHED)
    job = job_of(desk, id)
    assert (job.status, job.error, job.done, job.total) == ("done", None, ROWS, ROWS)
    assert job.result is not None
    lines = job.result["lines"]
    assert [line["state"] for line in lines] == ["issued"] * ROWS
    assert [line["row"] for line in lines] == list(range(1, ROWS + 1))
    with desk.catalogue.read() as tx:
        entries = numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)
        assert journal.list_pending(tx) == []
        found = documents.get_documents(tx, [line["id"] for line in lines])
    assert [entry.sequence for entry in entries] == list(range(1, ROWS + 1))
    assert {entry.document for entry in entries} == set(found)
    titles = [found[line["id"]].title for line in lines]
    assert titles == [f"Perbaikan {index}" for index in range(ROWS)]
    assert check_archive(desk).findings() == []


@contextmanager
def machine(env: dict[str, str], host: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another machine at work."""
    process = subprocess.Popen([sys.executable, "-m", "tests.faults.machine", host], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def stand_still(desk: Desk, process: subprocess.Popen[bytes]) -> None:
    """Stop a process where it holds no lock in the database, which would hold up all others.

    A statement that is under way at that moment may leave one behind, so there must be none either.
    """
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE state <> 'idle' AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < deadline, "it holds a lock wherever it is stopped"
        process.send_signal(signal.SIGSTOP)
        with desk.catalogue.read() as tx:
            if not tx.execute(waiting).scalar():
                return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.01)


@contextmanager
def at_work(desk: Desk) -> Iterator[Jobs]:
    """This machine at work."""
    jobs = Jobs(desk, WORKERS, TIMING)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop()


def test_the_machine_is_killed_and_another_goes_on(office: tuple[Desk, dict[str, str]]) -> None:
    """kill -9 in the middle, three machines one after the other: the next takes over as soon as the lease is out."""
    desk, env = office
    job = asked(desk)
    for turn in range(3):
        with machine(env, f"ruang-{turn}") as process:
            until(made(desk, 5 + 15 * turn))
            process.send_signal(signal.SIGKILL)
            process.wait()
    with at_work(desk):
        check(desk, job.id)


@pytest.mark.postgres
def test_a_machine_that_stood_still_does_nothing_more_of_it(
    tmp_path: Path, converter: Converter, postgres_url: str
) -> None:
    """Stopped in the middle and awake when another has done the rest: it finds that the job is not its own any more."""
    with (
        opened(tmp_path, converter, {"DOCGEN_DATABASE_URL": postgres_url}) as (desk, env),
        machine(env, "ruang-lain") as process,
    ):
        job = asked(desk)
        until(made(desk, 5))
        stand_still(desk, process)
        with at_work(desk) as jobs:
            check(desk, job.id)
            before = job_of(desk, job.id)
            process.send_signal(signal.SIGCONT)
            jobs.stop()
            following = asked(desk, 1)  # which only the other machine does: it is awake
            until(lambda: job_of(desk, following.id).status == "done")
        assert job_of(desk, job.id) == before
        with desk.catalogue.read() as tx:
            assert len(numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)) == ROWS + 1


@pytest.mark.postgres
def test_the_database_is_stopped_at_once_and_started_again(tmp_path: Path, converter: Converter) -> None:
    """`pg_ctl -m immediate` three times in the middle, up again a moment later: the batch waits, and ends by itself."""
    try:
        with (
            postgres_with_switch() as (port, switch),
            fresh_database(port) as url,
            opened(tmp_path, converter, {"DOCGEN_DATABASE_URL": url}) as (desk, _),
            at_work(desk),
        ):
            job = asked(desk)
            for count in (1, 20, 45):
                until(made(desk, count))
                switch.stop()
                time.sleep(0.3)
                switch.start()
            check(desk, job.id)
    except ServerFailed as error:
        unavailable(str(error))


@pytest.mark.s3
def test_the_store_is_killed_and_started_again(tmp_path: Path, converter: Converter) -> None:
    """MinIO killed in the middle: the batch waits, says why, numbers no more than it began, and ends by itself."""
    try:
        (tmp_path / "minio").mkdir()
        with minio_with_switch(tmp_path / "minio") as (server, switch):
            env = {
                "DOCGEN_STORE_URL": server.url("arsip"),
                "DOCGEN_S3_ACCESS_KEY": server.access_key,
                "DOCGEN_S3_SECRET_KEY": server.secret_key,
            }
            with opened(tmp_path, converter, env) as (desk, _), at_work(desk):
                job = asked(desk)
                until(made(desk, 15))
                switch.stop()
                until(lambda: bool(job_of(desk, job.id).error))
                waiting = job_of(desk, job.id)
                assert waiting.status == "queued"
                assert "DOCGEN_STORE_URL" in str(waiting.error)
                switch.start()
                check(desk, job.id)
    except ServerFailed as error:
        unavailable(str(error))
