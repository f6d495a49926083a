"""The whole application over the demo office, and callers with tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.libreoffice import Converter
from tests.support.callers.api import Caller, make_app
from tests.support.office.demo_office import demo_office


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Desk]:
    """A demo office that the tests of a module share."""
    with demo_office(tmp_path_factory.mktemp("module"), converter) as opened:
        yield opened


@pytest.fixture
def jobs(desk: Desk) -> Iterator[Jobs]:
    """The running queue of long work."""
    running = Jobs(desk, WORKERS)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def app(desk: Desk) -> Flask:
    """The application over the demo office."""
    return make_app(desk)


@pytest.fixture
def api(app: Flask, desk: Desk) -> Caller:
    """A system that may write."""
    return Caller(app, create_token(desk, "aset-kab", "write", []))


@pytest.fixture
def chief(app: Flask, desk: Desk) -> Caller:
    """A system that may administer."""
    return Caller(app, create_token(desk, "induk", "admin", []))


@pytest.fixture
def reader(app: Flask, desk: Desk) -> Caller:
    """A system that may only read."""
    return Caller(app, create_token(desk, "dasbor", "read", []))


@pytest.fixture
def letter(desk: Desk) -> dict[str, Any]:
    """The body of a Nota Dinas that can be issued."""
    return {
        "kind": "nota_dinas",
        "procedure": "pemeliharaan",
        "step": 2,
        "assets": ["6310190000101"],
        "data": desk.kinds["nota_dinas"].example,
    }


@pytest.fixture
def handover(desk: Desk) -> dict[str, Any]:
    """The body of a Berita Acara Serah Terima that can be issued."""
    return {
        "kind": "berita_acara_serah_terima",
        "procedure": "penggunaan",
        "step": 1,
        "assets": ["6310240000235", "6310240000236"],
        "data": desk.kinds["berita_acara_serah_terima"].example,
    }
