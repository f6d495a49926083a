"""Whether there is room is looked at before a number is taken; no caller takes the room of the others."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from docgen.desk import Desk, admission
from docgen.desk.admission import PLACES, SHARE, Places
from docgen.desk.tokens import create_token
from docgen.errors import ConverterUnavailable, TooManyAtOnce
from docgen.libreoffice.pool import Pool
from docgen.work_context import Urgency
from storage import space
from storage.catalogue import journal
from tests.api.conftest import Caller, make_app
from tests.api.test_documents import register
from tests.libreoffice.files import long_report
from tests.libreoffice.processes import busy_office, wait_until
from tests.pages.test_front_door import ask, served
from web.front_door import THREADS

pytestmark = pytest.mark.office


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


def test_one_caller_has_a_share_and_all_together_have_places() -> None:
    """One caller gets so many places for letters and so many for previews; all callers leave threads for who reads; a
    place is free again whatever became of the letter.
    """
    places = Places()
    with ExitStack() as stack:
        for degree in (Urgency.LETTER, Urgency.PREVIEW):
            for _ in range(SHARE[degree]):
                stack.enter_context(places.take("a", degree))
            with pytest.raises(TooManyAtOnce, match=f"{SHARE[degree]} naskah"):
                stack.enter_context(places.take("a", degree))
        for _ in range(PLACES - sum(SHARE.values())):
            stack.enter_context(places.take("b", Urgency.LETTER))
        with pytest.raises(ConverterUnavailable, match="penuh"):
            stack.enter_context(places.take("c", Urgency.LETTER))
    assert PLACES < THREADS
    with pytest.raises(ZeroDivisionError), places.take("a", Urgency.LETTER):
        raise ZeroDivisionError
    with ExitStack() as stack:
        for _ in range(SHARE[Urgency.LETTER]):
            stack.enter_context(places.take("a", Urgency.LETTER))


@dataclasses.dataclass
class Noting:
    """A converter that notes on whose behalf each document was converted, in the order in which they were done."""

    pool: Pool
    done: list[str] = dataclasses.field(default_factory=list)

    def convert(self, docx: bytes, *, deadline: float = 30.0) -> bytes:
        """As `Converter.convert`."""
        pdf = self.pool.convert(docx, deadline=deadline)
        self.done.append(admission.current_caller())
        return pdf

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
    desk: Desk, noting: Noting, letter: dict[str, Any], tmp_path: Path
) -> None:
    """Of twenty previews that one token asks for at once some are made and the rest refused at once with Retry-After;
    another's letter, sent after them, is made before those that wait.
    """
    app = make_app(dataclasses.replace(desk, converter=noting))
    greedy, other = (create_token(desk, name, "write", []) for name in ("rakus", "lain"))
    body = json.dumps(letter).encode()

    def post(path: str, token: str) -> tuple[int, str, dict[str, str]]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return ask(port, "POST", f"/api/v1{path}", body=body, headers=headers)

    with served(app) as port, ThreadPoolExecutor(22) as callers:
        holding = callers.submit(noting.pool.convert, long_report())
        busy_office(tmp_path / "office")
        previews = [callers.submit(post, "/previews", greedy) for _ in range(20)]
        wait_until(lambda: sum(one.done() for one in previews) == 20 - SHARE[Urgency.PREVIEW])
        assert not holding.done()
        issued = callers.submit(post, "/documents", other)
        wait_until(lambda: len(noting.pool._queue) == SHARE[Urgency.PREVIEW] + 1 or holding.done())
        assert issued.result()[0] == 201
        answers = [one.result() for one in previews]
    assert sorted(status for status, _, _ in answers) == [200] * 4 + [429] * 16
    assert all(int(headers["Retry-After"]) > 0 for status, _, headers in answers if status == 429)
    assert noting.done[0] != noting.done[1]
    assert len(set(noting.done[1:])) == 1
