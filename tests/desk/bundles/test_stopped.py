"""A bundle that is killed or cancelled on its way: taken up again by itself, ended at once, never going back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.job import task_of
from docgen.desk.bundles.build import BundleRequest, run_bundle_job
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from docgen.work_context import Urgency, current_urgency
from storage.catalogue import audit, registers
from storage.catalogue.jobs import get_job, update_job
from storage.records import Job
from tests.support.callers.roles import caller
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

SERVICE = """
import time
from docgen.desk import open_desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.settings import read_settings
from tests.support.callers.roles import caller
desk = open_desk(read_settings())
Jobs(desk, WORKERS).start()
time.sleep(300)
"""
LETTERS = 12
CLERK = caller("sari")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The settings of a service of the test's own."""
    return os.environ | {"DOCGEN_DATA": str(data_folder(tmp_path)), "DOCGEN_CONVERTERS": "1"}


@pytest.fixture
def office(env: dict[str, str], converter: Converter) -> Iterator[Desk]:
    """The demo office, as the service finds it, with a dozen letters of this year."""
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    data = desk.kinds["nota_dinas"].example
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=data)
    for _ in range(LETTERS):
        issue(desk, request, "sari")
    yield desk
    desk.catalogue.close()


def asked(desk: Desk) -> Job:
    """A queued bundle of the year, with all that it can have."""
    request = BundleRequest(year=desk.today().year, volume_pages=12, labels=True, duplex=True)
    return Jobs(desk, WORKERS).submit("bundle", request.model_dump(mode="json", exclude_none=True), "sari")


def job_of(desk: Desk, id: str) -> Job:
    with desk.catalogue.read() as tx:
        return get_job(tx, id)


def until(true: Callable[[], bool]) -> None:
    """Wait for something, for two minutes at most."""
    for _ in range(12_000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to pass")


def begun(desk: Desk, id: str) -> bool:
    """Whether somebody is at work on it."""
    return job_of(desk, id).status == "running"


def half_kept(desk: Desk, id: str) -> bool:
    """Whether its first file lies in the store."""
    return any(key.startswith(f"_jobs/{id}/") for key in desk.store.keys())  # noqa: SIM118


@pytest.mark.parametrize("moment", [begun, half_kept])
def test_a_killed_bundle_is_made_at_the_next_start(
    office: Desk, env: dict[str, str], moment: Callable[[Desk, str], bool]
) -> None:
    """kill -9 as it begins, or between its files: the next start ends it by itself, byte for byte as if undisturbed.

    It begins with its first document again: what there is to save is less than a start of the service takes.
    """
    job = asked(office)
    undisturbed = run_bundle_job(office, job, lambda done, total: None)
    for key in [one for one in office.store.keys() if one.startswith("_jobs/")]:  # noqa: SIM118
        office.store.remove(key)
    service = subprocess.Popen([sys.executable, "-c", SERVICE], env=env)
    until(lambda: moment(office, job.id))
    service.send_signal(signal.SIGKILL)
    service.wait()
    jobs = Jobs(office, WORKERS)
    jobs.start()
    until(lambda: job_of(office, job.id).status not in ("queued", "running"))
    jobs.stop()
    ended = job_of(office, job.id)
    assert (ended.status, ended.error, ended.done) == ("done", None, LETTERS)
    assert ended.result == undisturbed
    for one in [ended.result["pdf"], *(volume["pdf"] for volume in ended.result["volumes"])]:
        assert office.store.info(one["key"]).sha256 == one["sha256"]


def test_when_the_archive_changed_meanwhile_files_of_two_makings_are_not_mixed(office: Desk) -> None:
    """Killed after its files were kept, and done again with one letter more: all files are of the second time."""
    job = asked(office)
    first = run_bundle_job(office, job, lambda done, total: None)
    with office.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    data = office.kinds["nota_dinas"].example
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=data)
    issue(office, request, "sari")
    second = run_bundle_job(office, job, lambda done, total: None)
    files = [(one["pdf"]["key"], one["manifest"]["key"], one["labels"]["key"]) for one in (first, second)]
    assert not set(files[0]) & set(files[1])
    assert b'"pages": %d' % second["pdf"]["pages"] in office.store.get(second["manifest"]["key"])


class Held:
    """LibreOffice, kept from beginning until it is let go."""

    def __init__(self, converter: Converter) -> None:
        self._converter = converter
        self.asked, self.free = threading.Event(), threading.Event()

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        self.asked.set()
        assert self.free.wait(120)
        return self._converter.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        self._converter.check()

    def close(self) -> None:
        self._converter.close()


def test_a_cancelled_bundle_ends_while_libreoffice_is_still_at_work(office: Desk) -> None:
    """Nobody waits for the contents to be set: the runner is free for the next job before LibreOffice is."""
    held = Held(office.converter)
    job = asked(office)
    jobs = Jobs(replace(office, converter=held), WORKERS)
    runner = threading.Thread(target=jobs.run_queued, args=(job.id,))
    runner.start()
    assert held.asked.wait(60)
    assert jobs.cancel(job.id, CLERK).status == "cancelled"
    runner.join(60)
    assert not runner.is_alive()
    assert not held.free.is_set()
    assert not half_kept(office, job.id)
    held.free.set()
    assert jobs.resume(job.id, CLERK).done == 0
    jobs.run_queued(job.id)
    assert job_of(office, job.id).status == "done"


def test_people_go_before_a_bundle_and_a_batch(office: Desk) -> None:
    """Whatever LibreOffice does for a job, in whichever thread, it does when no person waits for it."""
    seen: list[Urgency] = []

    class Noting(Held):
        def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
            seen.append(current_urgency())
            return super().convert(docx, deadline=deadline, group=group)

    noting = Noting(office.converter)
    noting.free.set()
    desk = replace(office, converter=noting)
    job = asked(desk)
    assert Jobs(desk, WORKERS).run_queued(job.id)
    bundle = len(seen)
    letter = {"assets": [], "data": office.kinds["nota_dinas"].example}
    batch = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "rows": [letter]}
    assert Jobs(desk, WORKERS).run("batch", task_of(BatchRequest.model_validate(batch)), "sari").status == "done"
    assert 0 < bundle < len(seen)
    assert set(seen) == {Urgency.BACKGROUND}


def test_progress_never_goes_back(office: Desk) -> None:
    """A job that was killed after eleven of twelve documents stays at eleven until it is further."""
    job = asked(office)
    with office.catalogue.write() as tx:
        update_job(tx, job.id, status="running", done=11, total=LETTERS)
    seen: list[int] = []
    Jobs(office, WORKERS).run_queued(job.id, lambda done, total: seen.append(job_of(office, job.id).done))
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (11, LETTERS)


def test_a_bundle_that_was_cancelled_and_asked_for_again_says_the_new_day(office: Desk) -> None:
    """Its cover and manifest tell when it was asked for last, not when it was cancelled."""
    job = asked(office)
    jobs = Jobs(office, WORKERS)
    jobs.cancel(job.id, CLERK)
    assert jobs.resume(job.id, CLERK).created_at > job.created_at


def test_what_is_made_twice_is_told_once(office: Desk) -> None:
    """The log has one line for a bundle, written when its files are there."""
    job = asked(office)

    def stop(done: int, total: int) -> None:
        if done == total:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run_bundle_job(office, job, stop)
    run_bundle_job(office, job, lambda done, total: None)
    with office.catalogue.read() as tx:
        told = [one.action for one in audit.all_events(tx) if one.action.startswith("bundle.")]
    assert told == ["bundle.made"]
