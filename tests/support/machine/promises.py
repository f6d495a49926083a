"""What an office whose service is killed and stopped is asked for, and what must hold of it all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any, cast

import requests

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, journal, registers
from storage.catalogue.numbering import numbers
from tests.support.machine.libreoffices import wait_until
from tests.support.office.decisions import ASSET

PATIENCE = 180.0  # seconds until what was asked for must be there
AWAY = (502, 503)  # a machine was lost, or is not there yet: the same call succeeds soon
Ask = Callable[..., requests.Response]


class _NoConverter:
    """The test's desk converts nothing."""

    def close(self) -> None:
        """Do nothing."""


@contextmanager
def watching_desk(settings: Mapping[str, str]) -> Iterator[Desk]:
    """A desk on the data of a service, which converts nothing and of which nothing runs in the background."""
    with closing(open_desk(read_settings(settings), cast(Converter, _NoConverter()))) as desk:
        yield desk


def letter_body(desk: Desk) -> dict[str, Any]:
    """A letter, as the API takes it."""
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2}
    return {**place, "assets": [ASSET], "signer": "kepala-dinas", "data": desk.kinds["nota_dinas"].example}


def batch_body(desk: Desk, rows: int) -> dict[str, Any]:
    """A batch of so many letters, as the API takes it."""
    letter = letter_body(desk)
    row = {"assets": letter.pop("assets"), "data": letter.pop("data")}
    del letter["signer"]
    return {**letter, "rows": [row] * rows}


def try_to_issue(ask: Ask, body: Mapping[str, Any], key: str) -> tuple[str, str]:
    """Ask for a letter once; return its id, "" where a machine is lost or not there yet, and what was the trouble."""
    try:
        answer = ask("POST", "/documents", json=body, headers={"Idempotency-Key": key})
    except requests.RequestException as error:
        return "", repr(error)
    assert answer.status_code in (201, 409, *AWAY), answer.text
    return (answer.json()["id"], "") if answer.status_code == 201 else ("", f"{answer.status_code} {answer.text}")


def issue_surely(ask: Ask, body: Mapping[str, Any], key: str) -> str:
    """Issue a letter, again with the same key until it is there; return its id."""
    ids: list[str] = []

    def is_issued() -> bool:
        ids.append(try_to_issue(ask, body, key)[0])
        return bool(ids[-1])

    wait_until(is_issued, seconds=PATIENCE)
    return ids[-1]


def ended_job(ask: Ask, id: str) -> dict[str, Any]:
    """Return a job when it has ended."""
    answers: list[dict[str, Any]] = []

    def has_ended() -> bool:
        with suppress(requests.RequestException):
            answers.append(ask("GET", f"/jobs/{id}").json())
        return bool(answers) and answers[-1].get("status") in ("done", "failed")

    wait_until(has_ended, seconds=PATIENCE)
    return answers[-1]


def is_finished(desk: Desk) -> bool:
    """Return whether all that was promised is done."""
    with desk.catalogue.read() as tx:
        return not journal.list_pending(tx)


def sequences(desk: Desk) -> list[int]:
    """The numbers that were given out this year."""
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        return [entry.sequence for entry in numbers.list_entries(tx, unit, desk.today().year)]


def check_promises(desk: Desk) -> None:
    """No gap, nothing twice, nothing lost, nothing still to be done."""
    wait_until(lambda: is_finished(desk), seconds=PATIENCE)
    order = sequences(desk)
    assert order == list(range(1, len(order) + 1))
    with desk.catalogue.read() as tx:
        unit = registers.get_office(tx).unit_code
        ids = [entry.document for entry in numbers.list_entries(tx, unit, desk.today().year)]
        assert {document.status for document in documents.get_documents(tx, ids).values()} == {"issued"}
        assert len(set(ids)) == len(ids)
    assert check_archive(desk).sound
