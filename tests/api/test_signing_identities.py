"""The API tells of an official's identity at BSrE masked, and only whom it concerns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from storage.catalogue import registers
from tests.servers.bsre import Person, bsre_server
from tests.support.callers.api import Caller, make_app
from tests.support.office.electronic import electronic

pytestmark = pytest.mark.office

NIK = "3671014510850003"


@pytest.fixture
def path(desk: Desk) -> str:
    """The address of an official's identity."""
    with desk.catalogue.read() as tx:
        return f"/officials/{registers.list_officials(tx)[0].id}/signing-identity"


def test_it_is_set_read_and_removed(chief: Caller, path: str) -> None:
    """The answers hold the masked value alone, also the list of officials; a wrong one is 422 at its field."""
    assert chief.get(path).status_code == 404
    answer = chief.put(path, {"identity": NIK})
    assert answer.status_code == 200
    assert (answer.get_json()["masked"], answer.get_json()["sort"]) == ("3671••••••••0003", "nik")
    assert chief.get(path).get_json() == answer.get_json()
    assert NIK not in json.dumps([chief.get("/officials").get_json(), chief.get(path).get_json()])
    wrong = chief.put(path, {"identity": "123"})
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["field"] == "identity"
    assert chief.delete(path).status_code == 204
    assert chief.delete(path).status_code == 404


def test_who_is_not_concerned_is_refused(chief: Caller, api: Caller, reader: Caller, path: str) -> None:
    """Who neither administers nor decides as the official sees, sets, checks and removes nothing."""
    chief.put(path, {"identity": NIK})
    for other in (api, reader):
        answers = [other.get(path), other.put(path, {"identity": NIK}), other.delete(path), other.post(path)]
        assert {answer.status_code for answer in answers} == {403}


def test_bsre_is_asked(desk: Desk, tmp_path: Path, path: str) -> None:
    """The answer of the check says whether he may sign; without a client of BSrE it is 409."""
    with bsre_server() as bsre:
        app: Flask = make_app(electronic(desk, bsre, tmp_path))
        chief = Caller(app, create_token(desk, "induk", "admin", []))
        chief.put(path, {"identity": NIK})
        assert chief.post(path).get_json()["may_sign"] is False
        bsre.people.append(Person("Siapa pun", NIK, "sandi"))
        status = chief.post(path).get_json()
        assert (status["may_sign"], status["code"]) == (True, "ISSUE")
        unconnected = Caller(make_app(desk), chief.token)
        assert unconnected.post(path).status_code == 409
