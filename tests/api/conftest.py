"""The whole application over the demo office, and callers with tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.libreoffice import Converter
from tests.support.offices import demo_office
from web.app import create_app


class Caller:
    """Another system, calling the API with its token."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.token = token
        self._client = app.test_client(use_cookies=False)

    def __call__(self, method: str, path: str, **options: Any) -> TestResponse:
        """Ask `/api/v1{path}`; an absolute address is taken as it is."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        address = path if path.startswith("http") else f"/api/v1{path}"
        return self._client.open(address, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        """POST JSON, or what `options` say."""
        return self("POST", path, **(options if json is None else {"json": json, **options}))

    def put(self, path: str, json: Any) -> TestResponse:
        """PUT JSON."""
        return self("PUT", path, json=json)


def make_app(desk: Desk, jobs: Jobs | None = None) -> Flask:
    """The application over a desk; without `jobs`, queued work stays queued."""
    return create_app(desk, "a test's secret", jobs or Jobs(desk, WORKERS))


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
