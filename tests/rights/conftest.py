"""One office for all who ask: letters of two assets, a secret one, and callers of every sort."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import change_office
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import registers
from storage.records import Document
from tests.support.callers.api import Caller
from tests.support.callers.pages import PASSWORD, Person, application
from tests.support.office.demo_office import demo_office

SECRET = "a test's secret"  # of the application
MINE, OTHER = "6310190000101", "6310240000235"  # the assets of the letters; a limited token is limited to the first


class FromElsewhere(FlaskClient):
    """Whoever calls from another machine: programs on this one may ask for metrics without a token."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["REMOTE_ADDR"] = "10.20.30.40"


@dataclass
class House:
    """The office, its application and the letters that callers ask for."""

    desk: Desk
    app: Flask
    mine: Document
    other: Document
    secret: Document
    people: dict[str, Person] = field(default_factory=dict)

    def system(self, scope: str, officials: tuple[str, ...] = (), **limits: Any) -> Caller:
        """Return another system with a new token."""
        return Caller(self.app, create_token(self.desk, scope, scope, list(officials), **limits))  # type: ignore[arg-type]

    def person(self, name: str, role: str, *officials: str) -> Person:
        """Return somebody who is signed in, the same each time."""
        if name not in self.people:
            create_user(self.desk, name, role, name.title(), PASSWORD, officials=officials)
            self.people[name] = Person(self.app).sign_in(name)
        return self.people[name]


def set_class(desk: Desk, security: str) -> None:
    """Let the office issue letters of this class from now on."""
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"security_code": security}), by="admin")


def letter_request(desk: Desk, asset: str = MINE, title: str = "") -> DocumentRequest:
    """What is asked for a Nota Dinas about an asset, in a dossier of its own."""
    data = dict(desk.kinds["nota_dinas"].example) | ({"hal": title} if title else {})
    asked = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [asset], "dossier": "new"}
    return DocumentRequest.model_validate({**asked, "data": data})


def letter(desk: Desk, asset: str = MINE, title: str = "") -> Document:
    """Issue a Nota Dinas about an asset."""
    return issue(desk, letter_request(desk, asset, title), "admin")


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[House]:
    """The office that the tests of this folder share; what they change, they change back."""
    with demo_office(tmp_path_factory.mktemp("rights"), converter) as desk:
        mine, other = letter(desk), letter(desk, OTHER)
        set_class(desk, "R")
        secret = letter(desk, title="Pemindahan gudang senjata")
        set_class(desk, "B")
        app = application(desk)
        app.test_client_class = FromElsewhere
        app.extensions["settings"] = read_settings({"DOCGEN_PICKER_ORIGINS": "https://aset.example"})
        yield House(desk, app, mine, other, secret)
