"""What Prometheus is told: everything that is documented, nothing of what letters say, and to nobody else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.archive.maintenance import noted_run
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.figures import Figures, office_figures
from docgen.work_context import working_for
from storage.errors import StoreUnavailable
from tests.support.callers.api import Caller, make_app
from tests.support.callers.pages import Person
from tests.support.callers.scrape import Scrape
from tests.support.machine.libreoffices import wait_until
from tests.support.office.decisions import issue_example
from tests.support.office.drafts import begun

Read = Callable[[], Scrape]


@pytest.fixture
def scrape(app: Flask) -> Read:
    """Ask for the metrics, as a Prometheus on this machine does."""
    return lambda: scraped(app)


def scraped(app: Flask, path: str = "/metrics") -> Scrape:
    """The metrics of an application."""
    app.extensions.pop("figures", None)  # they are asked anew
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return Scrape(answer.text)


def test_whoever_comes_through_a_proxy_needs_a_token(app: Flask, desk: Desk, reader: Caller) -> None:
    """A program on this machine needs none; from elsewhere, or with any word of a proxy, one with the permission does.

    A header that names this machine makes nobody one of its programs, and the token opens nothing else.
    """
    watcher = Caller(app, create_token(desk, "prometheus", "read", [], permissions=["metrics"]))
    here, there = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "10.0.0.7"}
    client = app.test_client()
    assert client.get("/metrics", environ_base=here).status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    assert client.get("/metrics", environ_base=there).status_code == 401
    for header in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"):
        for place in (here, there):
            assert client.get("/metrics", environ_base=place, headers={header: "127.0.0.1"}).status_code == 401
    elsewhere = "http://localhost/metrics"
    assert watcher.get(elsewhere, environ_base=there).status_code == 200
    assert reader.get(elsewhere, environ_base=there).status_code == 403
    assert watcher.get("/documents").status_code == 403


def test_letters_are_counted_by_kind_and_result(desk: Desk, scrape: Read) -> None:
    """One that is issued is counted once, and what it took of archive, database and LibreOffice with it."""
    before = scrape()
    issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    after = scrape()

    def more(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    assert more("docgen_letters_total", kind="nota_dinas", result="issued") == 1
    assert more("docgen_letters_total") == 1
    assert more("docgen_store_seconds_count", operation="put") >= 3
    assert more("docgen_database_seconds_count", operation="commit") >= 2
    assert more("docgen_conversions_total") == more("docgen_conversion_seconds_count") == 1
    assert after.value("docgen_conversion_queue") == 0
    assert after.value("docgen_numbers_given") == before.value("docgen_numbers_given") + 1


def test_a_letter_that_cannot_be_archived_waits_and_is_seen_to(
    desk: Desk, scrape: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the archive is away its letters are delayed and wait, and the rest is told all the same."""

    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("away")

    before = scrape()
    with monkeypatch.context() as patch:
        patch.setattr(type(desk.store), "put", away)
        patch.setattr(type(desk.store), "check", away)
        with pytest.raises(DocumentPending):
            issue_example(desk, "nota_dinas", "pemeliharaan", 2)
        during = scrape()
    assert during.value("docgen_ready", part="archive") == 0
    assert during.value("docgen_ready", part="database") == during.value("docgen_ready", part="converter") == 1
    assert during.value("docgen_journal_letters", state="waiting") == 1
    delayed = {"kind": "nota_dinas", "result": "delayed"}
    assert during.value("docgen_letters_total", **delayed) == before.value("docgen_letters_total", **delayed) + 1
    later = dataclasses.replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    [oldest] = [figure for figure in office_figures(later) if figure.name == "docgen_journal_oldest_seconds"]
    assert 3600 <= oldest.value < 3700


def test_nothing_tells_what_letters_say(app: Flask, desk: Desk, scrape: Read) -> None:
    """No title, number, name, account or address of a letter or a person is in it; an address that was asked is not."""
    create_user(desk, "rahmawati", "operator")
    draft = begun(desk)
    document = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    client = app.test_client()
    client.get(f"/verifikasi/{document.code}")
    client.get("/tidak/ada/rahasia?q=mutasi")
    client.open("/d/x", method="GANJIL")
    text = scrape().text
    assert 'route="/verifikasi/<code>"' in text
    assert 'method="other"' in text
    for secret in (document.title, document.number, document.code, document.id, draft.id, "rahmawati", "rahasia"):
        assert secret not in text
    for official in ("kepala-dinas", "Kepala"):
        assert official not in text
    assert 'office=""' not in text


def test_backup_and_check_are_told_with_their_age(desk: Desk, scrape: Read) -> None:
    """Never is 0; a backup that failed leaves the age of the complete one, and says so."""
    never = scrape()
    assert never.value("docgen_last_backup_timestamp_seconds") == never.value("docgen_last_verify_ok") == 0
    began = dt.datetime.now(dt.UTC).timestamp()
    with noted_run(desk, "backup"):
        pass
    with pytest.raises(OSError, match="full"), noted_run(desk, "backup"):
        raise OSError(28, "full")
    with noted_run(desk, "verify") as outcome:
        outcome.summary = {"objects": 12}
    now = scrape()
    assert now.value("docgen_last_backup_timestamp_seconds") >= began - 1
    assert now.value("docgen_last_backup_ok") == 0
    assert (now.value("docgen_last_verify_ok"), now.value("docgen_archive_objects")) == (1, 12)


def test_figures_are_not_asked_anew_for_each_who_asks(desk: Desk) -> None:
    """Ten Prometheuses at once cost the database one question."""
    questions: list[str] = []

    def desks() -> Iterator[tuple[str, Desk]]:
        questions.append("")
        yield "", desk

    figures = Figures(desks)
    for _ in range(10):
        assert any(figure.name == "docgen_jobs" for figure in figures.get())
    assert questions == [""]


def test_a_part_that_hangs_holds_up_nobody_who_asks(desk: Desk) -> None:
    """What is known is told, with its age; when the part answers again, so is what is new."""
    hang, answered = threading.Event(), threading.Event()
    hang.set()

    def desks() -> Iterator[tuple[str, Desk]]:
        hang.wait()
        yield "", desk
        answered.set()

    figures = Figures(desks, fresh=0, patience=0.05)
    wait_until(lambda: bool(figures.get()))
    hang.clear()
    known = figures.get()
    assert {figure.name for figure in known} > {"docgen_jobs", "docgen_figures_age_seconds"}
    answered.clear()
    hang.set()
    assert answered.wait(30)


def test_an_office_that_cannot_be_opened_is_seen(desk: Desk) -> None:
    """Its part is away, and the others' figures are told."""
    figures = Figures(lambda: [("dinkes", None), ("dinsos", desk)]).get()
    ready = [figure for figure in figures if figure.name == "docgen_ready"]
    states = {(figure.labels["office"], figure.labels["part"]): figure.value for figure in ready}
    assert states == {("dinkes", "database"): 0, ("dinsos", "database"): 1, ("dinsos", "archive"): 1}


def test_an_office_sees_its_own_alone(app: Flask, desk: Desk) -> None:
    """Asked by an office, nothing of others or of the machine is told; its label is its slug."""
    slug = "kantor-yang-diukur"
    with working_for(slug):
        issue_example(desk, "nota_dinas", "pemeliharaan", 2)
        own = scraped(app)
    assert own.value("docgen_letters_total", office=slug, kind="nota_dinas") == 1
    assert {sample.labels.get("office") for family in own.families.values() for sample in family.samples} == {slug}
    assert scraped(app).value("docgen_letters_total", office=slug) == 1


def test_wrong_passwords_are_counted(app: Flask, desk: Desk, scrape: Read) -> None:
    """A try, and whether it was right; not whose it was."""
    right = create_user(desk, "rahmawati", "operator")
    before = scrape()
    person = Person(app)
    for password in ("salah-sekali-1", right):
        person.get("/masuk")
        person.post("/masuk", {"name": "rahmawati", "password": password})
    after = scrape()
    tries = {result: after.value("docgen_sign_in_tries_total", result=result) for result in ("tried", "right")}
    assert tries["tried"] - before.value("docgen_sign_in_tries_total", result="tried") == 2
    assert tries["right"] - before.value("docgen_sign_in_tries_total", result="right") == 1


def test_an_application_without_settings_has_metrics(desk: Desk) -> None:
    """Every part that is counted or asked has its line of explanation, needed yet or not."""
    text = scraped(make_app(desk)).text
    assert text.count("# HELP docgen_") == text.count("# TYPE docgen_") > 35
