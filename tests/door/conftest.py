"""An office that answers without LibreOffice, by http and by https."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import ConverterUnavailable
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from tests.support.office.demo_office import demo_office
from web.app import create_app

PICKER = "https://aset.example"


class NoConverter:
    """LibreOffice is not there."""

    def check(self) -> None:
        """Say so."""
        raise ConverterUnavailable("LibreOffice is not there.")

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A demo office that the tests of a module share; it converts nothing."""
    with demo_office(tmp_path_factory.mktemp("door"), cast(Converter, NoConverter())) as desk:
        yield desk


def app_at(desk: Desk, address: str) -> Flask:
    """The application as it is reached at an address, with all that an office may open set."""
    settings = read_settings(
        {
            "DOCGEN_PUBLIC_URL": address,
            "DOCGEN_PICKER_ORIGINS": PICKER,
            "DOCGEN_CORS_ORIGINS": PICKER,
            "DOCGEN_SECURITY_CONTACT": "keamanan@dinas.example",
        }
    )
    desk = dataclasses.replace(desk, public_url=address)
    return create_app(desk, "a test's secret", Jobs(desk, WORKERS), settings)
