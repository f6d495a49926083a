"""The background work of several offices: each has its own, and one that is away stops no other."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.background_work import background_work
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import OfficeRetired
from docgen.libreoffice import Converter
from docgen.work_context import current_office
from storage.catalogue.offices import set_retired
from storage.progress import Progress
from storage.records import Job
from tests.support.machine.libreoffices import wait_until
from tests.support.office.region import HOST_A, HOST_B, hosted, region


def test_each_office_does_its_own_jobs(tmp_path: Path, converter: Converter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job is done by the queue of its office and knows which it is. While the database of one office is away the jobs
    of the others are done, and its own as soon as it is back; one that is retired begins none.
    """
    done: list[tuple[str, str]] = []

    def note(_desk: Desk, job: Job, _progress: Progress) -> dict[str, Any]:
        done.append((current_office(), job.created_by))
        return {}

    monkeypatch.setitem(WORKERS, "note", note)
    with region(tmp_path, converter, hosted("dinas-a", HOST_A), hosted("dinas-b", HOST_B)) as place:
        queue = Jobs(place.offices.desk, WORKERS)
        data = place.offices.settings_of("dinas-a").data
        shutil.move(data, tmp_path / "away")
        data.write_text("no folder")
        with background_work(place.offices, queue):
            place.offices.get("dinas-b").jobs.submit("note", {}, "b")
            queue.submit("note", {}, "root")
            wait_until(lambda: sorted(done) == [("", "root"), ("dinas-b", "b")])
            data.unlink()
            shutil.move(tmp_path / "away", data)
            wait_until(lambda: place.ask("/masuk", HOST_A).status_code == 200)
            place.offices.get("dinas-a").jobs.submit("note", {}, "a")
            wait_until(lambda: ("dinas-a", "a") in done)
            before = place.offices.get("dinas-b")
            with place.offices.desk.catalogue.write() as tx:
                set_retired(tx, "dinas-b", dt.datetime.now(dt.UTC), "uji")
            wait_until(lambda: place.offices.get("dinas-b") is not before)
            with pytest.raises(OfficeRetired):
                place.offices.get("dinas-b").jobs.submit("note", {}, "b")
