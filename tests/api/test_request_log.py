"""The log tells of each request what an operator asks for, and never who asked, or for what."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.webhooks.delivery import deliver_due
from docgen.desk.webhooks.outbox import add_webhook
from docgen.settings import read_settings
from storage.catalogue import jobs as job_rows
from tests.servers.receiver import Receiver, serving
from tests.support.callers.api import Caller
from tests.support.callers.pages import application
from tests.support.machine.written_log import WrittenLog, written_log
from tests.support.office.decisions import ASSET
from web.app import create_app

SENT = {"X-Request-Id": "proksi-4711"}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[WrittenLog]:
    """The log, as lines of JSON, from "info" on."""
    caplog.set_level(logging.INFO, "docgen")
    with written_log("json") as written:
        yield written


def access_lines(log: WrittenLog) -> list[dict[str, object]]:
    """The lines about requests."""
    return [line for line in map(json.loads, log.lines) if line["logger"] == "docgen.access"]


def test_a_request_is_a_line_by_its_route(desk: Desk, log: WrittenLog) -> None:
    """Method, route, status, milliseconds and the id of the proxy; of the address nothing, of probes no line."""
    client = application(desk).test_client()
    client.get("/d/01abc?q=mutasi", headers=SENT)
    for path in ("/healthz", "/metrics", "/static/docgen.css"):
        client.get(path).close()
    [line] = access_lines(log)
    fields = ("method", "route", "request", "level")
    assert [line[field] for field in fields] == ["GET", "/d/<id>", "proksi-4711", "info"]
    assert isinstance(line["ms"], int)
    assert line["status"] == 302
    assert line["event"] == f"GET /d/<id> 302 {line['ms']} ms"
    assert "mutasi" not in log.text
    assert "01abc" not in log.text


def test_who_wants_no_line_has_none(desk: Desk, log: WrittenLog) -> None:
    """DOCGEN_LOG_ACCESS=0."""
    application(desk, read_settings({"DOCGEN_LOG_ACCESS": "0"})).test_client().get("/masuk")
    assert access_lines(log) == []


def test_what_follows_from_a_request_has_its_id(desk: Desk, log: WrittenLog, tmp_path: Path) -> None:
    """The job that it began, in its row and its lines; the messages to webhooks, to their receiver, too."""
    receiver = Receiver()
    jobs = Jobs(desk, WORKERS)
    caller = Caller(create_app(desk, "a test's secret", jobs), create_token(desk, "aset-kab", "write", []))
    letter = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2}
    row = {"assets": [ASSET], "data": desk.kinds["nota_dinas"].example}
    with serving(receiver, 204):
        add_webhook(desk, receiver.url, ["document.issued"], "uji", private=True)
        answer = caller.post("/batches", {**letter, "rows": [row]}, headers=SENT)
        assert answer.status_code == 202
        job = answer.get_json()["id"]
        jobs.run_queued(job)
        assert deliver_due(desk, private=True) == 1
    [(headers, _)] = receiver.got
    assert headers["x-request-id"] == SENT["X-Request-Id"]
    with desk.catalogue.read() as tx:
        assert job_rows.get_job(tx, job).request_id == SENT["X-Request-Id"]
