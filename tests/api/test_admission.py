"""Whether there is room is looked at before a number is taken; no caller takes the room of the others."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.job_run import JobTiming
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.job import run_batch_job, task_of
from docgen.desk.letters_in_work import OFFICE_SHARE, PLACES, SHARE, Places, ProcessPlaces
from docgen.desk.service.document_recovery import recover
from docgen.errors import Busy, TooManyAtOnce
from docgen.libreoffice import worker
from docgen.libreoffice.messages import BUSY
from docgen.libreoffice.pool import Pool
from docgen.render.word.sanitize import strip_external
from docgen.work_context import Urgency, current_caller, working_for
from storage import space
from storage.catalogue import journal
from storage.catalogue.access import accounts
from storage.catalogue.jobs import UNFINISHED, get_job
from tests.support.callers.api import Caller, make_app, register
from tests.support.callers.front_door import ask, served
from tests.support.files.word import letter as word_file
from tests.support.machine.away import BROKEN, Away
from tests.support.machine.libreoffices import busy_office, offices_themselves, send, wait_until
from tests.support.office.batches import batch_of_letters, register_counts
from web.front_door import THREADS

pytestmark = pytest.mark.office

LETTER = word_file("Dengan hormat.")


def test_a_full_disk_takes_no_number(
    desk: Desk, api: Caller, letter: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a nearly full disk a letter is refused with its reason and Retry-After before it has a number, /readyz tells
    it, and the same request is issued as number 1 once there is room.
    """
    with monkeypatch.context() as full:
        full.setattr(space, "ENOUGH", 1 << 62)
        full.setattr(space, "SMALL", 1)
        refused = api.post("/documents", letter, headers={"Idempotency-Key": "sekali"})
        assert refused.status_code == 503
        assert "belum ada nomor yang terpakai" in refused.get_json()["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        assert "document" not in refused.get_json()
        ready = api.app.test_client().get("/readyz")
        assert (ready.status_code, ready.get_json()["status"]) == (503, "failed")
        assert "penuh" in ready.get_json()["disk"]
        with desk.catalogue.read() as tx:
            assert journal.list_pending(tx) == []
    assert register(api) == []
    assert api.post("/documents", letter, headers={"Idempotency-Key": "sekali"}).status_code == 201
    assert register(api) == [(1, "issued")]
    assert api.app.test_client().get("/readyz").get_json()["disk"] == "ok"


def test_who_sends_a_numbered_letter_again_is_answered_on_a_full_disk(
    desk: Desk, api: Caller, letter: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replay takes no number and is answered with the document, whatever room there is."""
    key = {"Idempotency-Key": "sekali"}
    issued = api.post("/documents", letter, headers=key).get_json()
    monkeypatch.setattr(space, "ENOUGH", 1 << 62)
    monkeypatch.setattr(space, "SMALL", 1)
    again = api.post("/documents", letter, headers=key)
    assert (again.status_code, again.get_json()["id"]) == (201, issued["id"])


@pytest.mark.parametrize("part", BROKEN)
def test_what_is_away_takes_one_number_and_no_more(desk: Desk, api: Caller, letter: dict[str, Any], part: str) -> None:
    """After one letter was kept back the next ones are refused before they have a number, until what was away is back;
    then the next letter is issued at once, and the one that was kept back is finished.
    """
    away = Caller(make_app(dataclasses.replace(desk, **{part: Away(BROKEN[part])})), api.token)
    assert "document" in away.post("/documents", letter).get_json()
    for _ in range(3):
        refused = away.post("/documents", letter)
        assert (refused.status_code, refused.get_json()["detail"]) == (503, str(BROKEN[part]))
        assert "document" not in refused.get_json()
    assert register(api) == [(1, "reserved")]
    assert api.post("/documents", letter).status_code == 201
    assert recover(dataclasses.replace(desk, now=lambda: desk.now() + dt.timedelta(minutes=1))) == 1
    assert register(api) == [(1, "issued"), (2, "issued")]


def test_what_is_only_busy_keeps_no_other_letter_back(desk: Desk, api: Caller, letter: dict[str, Any]) -> None:
    """A letter that waits because all LibreOffices were taken is no reason to refuse the next one: nothing is away."""
    busy = Caller(make_app(dataclasses.replace(desk, converter=Away(Busy(BUSY)))), api.token)
    assert "document" in busy.post("/documents", letter).get_json()
    with desk.places.asking:  # somebody looks whether all is there, so that others would be refused meanwhile
        assert api.post("/documents", letter).status_code == 201


def test_who_waits_for_a_letter_in_the_making_has_a_place(desk: Desk, api: Caller, letter: dict[str, Any]) -> None:
    """One caller's replays of a letter that is still being made take no more threads than other letters would."""
    key = {"Idempotency-Key": "sekali"}
    assert api.post("/documents", letter, headers=key).status_code == 201
    with desk.catalogue.read() as tx:
        [token] = (one.id for one in accounts.list_tokens(tx))
    with ExitStack() as stack:
        for _ in range(SHARE[Urgency.LETTER]):
            stack.enter_context(desk.places.take(f"token:{token}", Urgency.LETTER))
        refused = api.post("/documents", letter, headers=key)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert api.post("/documents", letter, headers=key).status_code == 201


def test_a_batch_waits_for_room_before_it_takes_numbers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a nearly full disk a batch takes no number, tells why, and goes on by itself once there is room."""
    jobs = Jobs(desk, {"batch": run_batch_job}, JobTiming(pauses=(0.1,), poll=0.05))
    with monkeypatch.context() as full:
        full.setattr(space, "ENOUGH", 1 << 62)
        full.setattr(space, "SMALL", 1)
        job = jobs.submit("batch", task_of(batch_of_letters(desk, {}, {})), "sari")
        assert jobs.run_queued(job.id)
        with desk.catalogue.read() as tx:
            waiting = get_job(tx, job.id)
            assert journal.list_pending(tx) == []
        assert waiting.status in UNFINISHED
        assert "Disk layanan hampir penuh" in (waiting.error or "")
        assert register_counts(desk) == (0, 0)
    wait_until(lambda: jobs.run_queued(job.id))
    assert register_counts(desk) == (2, 2)


def test_one_caller_has_a_share_and_all_together_have_places() -> None:
    """One caller gets so many places for letters and so many for previews; all callers leave threads for who reads; a
    place is free again whatever became of the letter.
    """
    places = Places()
    made = {Urgency.LETTER: "naskah", Urgency.PREVIEW: "pratinjau"}
    with ExitStack() as stack:
        for degree in (Urgency.LETTER, Urgency.PREVIEW):
            for _ in range(SHARE[degree]):
                stack.enter_context(places.take("a", degree))
            with pytest.raises(TooManyAtOnce, match=f"{SHARE[degree]} {made[degree]}"):
                stack.enter_context(places.take("a", degree))
        for _ in range(PLACES - sum(SHARE.values())):
            stack.enter_context(places.take("b", Urgency.LETTER))
        with pytest.raises(Busy, match="penuh"):
            stack.enter_context(places.take("c", Urgency.LETTER))
    assert PLACES < THREADS
    with pytest.raises(ZeroDivisionError), places.take("a", Urgency.LETTER):
        raise ZeroDivisionError
    with ExitStack() as stack:
        for _ in range(SHARE[Urgency.LETTER]):
            stack.enter_context(places.take("a", Urgency.LETTER))


def test_an_office_leaves_places_to_the_others() -> None:
    """Several offices share the places of a process: one that takes all it gets leaves the others some, and each has
    its own count of a caller whose name both have.
    """
    of_process = ProcessPlaces()
    of_process.has_offices = True
    first, second = Places(of_process), Places(of_process)
    with ExitStack() as stack:
        with working_for("dinas-a"):
            for number in range(OFFICE_SHARE):
                stack.enter_context(first.take(f"account:{number % 2}", Urgency.LETTER))
            with pytest.raises(Busy):
                stack.enter_context(first.take("account:2", Urgency.LETTER))
        with working_for("dinas-b"):
            for _ in range(PLACES - OFFICE_SHARE):
                stack.enter_context(second.take("account:0", Urgency.LETTER))
            with pytest.raises(Busy):
                stack.enter_context(second.take("account:1", Urgency.LETTER))


@dataclasses.dataclass
class Noting:
    """A converter that notes on whose behalf each document is asked for."""

    pool: Pool
    asked: dict[bytes, str] = dataclasses.field(default_factory=dict)

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """As `Converter.convert`."""
        self.asked[strip_external(docx)] = current_caller()
        return self.pool.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        """As `Converter.check`."""
        self.pool.check()

    def close(self) -> None:
        """As `Converter.close`."""
        self.pool.close()


@pytest.fixture
def noting(tmp_path: Path) -> Iterator[Noting]:
    """One LibreOffice."""
    one = Noting(Pool(1, tmp_path / "office"))
    yield one
    one.close()


def test_twenty_previews_of_one_caller_keep_nobody_waiting(
    desk: Desk, noting: Noting, letter: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of twenty previews that one token asks for at once some are made and the rest refused at once with Retry-After;
    another's letter, sent after them, is made before those that wait.
    """
    app = make_app(dataclasses.replace(desk, converter=noting))
    greedy, other = (create_token(desk, name, "write", []) for name in ("rakus", "lain"))
    theirs = letter | {"data": letter["data"] | {"hal": "Surat lain"}}
    taken: list[bytes] = []
    convert = worker.Worker.convert

    def noted(self: worker.Worker, docx: bytes, deadline: float) -> bytes:
        taken.append(docx)
        return convert(self, docx, deadline)

    def post(path: str, token: str, asked: dict[str, Any]) -> tuple[int, str, dict[str, str]]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return ask(port, "POST", f"/api/v1{path}", timeout=60, body=json.dumps(asked), headers=headers)

    noting.pool.convert(LETTER)
    monkeypatch.setattr(worker, "STILL_SECONDS", 120.0)
    held = offices_themselves(tmp_path)
    send(held, signal.SIGSTOP)  # so that nothing is done until all are there
    with served(app) as port, ThreadPoolExecutor(22) as callers:
        first = callers.submit(noting.pool.convert, LETTER, deadline=120)
        busy_office(tmp_path / "office")
        monkeypatch.setattr(worker.Worker, "convert", noted)
        previews = [callers.submit(post, "/previews", greedy, letter) for _ in range(20)]
        wait_until(lambda: sum(one.done() for one in previews) == 20 - SHARE[Urgency.PREVIEW])
        issued = callers.submit(post, "/documents", other, theirs)
        wait_until(lambda: noting.pool.waiting() == SHARE[Urgency.PREVIEW] + 1)
        send(held, signal.SIGCONT)
        assert first.result().startswith(b"%PDF")
        assert issued.result()[0] == 201
        answers = [one.result() for one in previews]
    assert sorted(status for status, _, _ in answers) == [200] * 4 + [429] * 16
    assert all(int(headers["Retry-After"]) > 0 for status, _, headers in answers if status == 429)
    order = [noting.asked.get(docx, "several previews in one file") for docx in taken]
    assert len(set(order[1:])) == 1
    assert order[0] in noting.asked.values()
    assert order[0] not in order[1:]
