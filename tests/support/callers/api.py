"""Another system, calling the API with its token; and what answers say."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
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

    def put(self, path: str, json: Any, **options: Any) -> TestResponse:
        """PUT JSON."""
        return self("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        """DELETE."""
        return self("DELETE", path, **options)


def make_app(desk: Desk, jobs: Jobs | None = None) -> Flask:
    """The application over a desk; without `jobs`, queued work stays queued."""
    return create_app(desk, "a test's secret", jobs or Jobs(desk, WORKERS))


def path_of(address: str) -> str:
    """The path and query of an absolute address, below /api/v1."""
    parts = urlsplit(address)
    return parts.path.removeprefix("/api/v1") + (f"?{parts.query}" if parts.query else "")


def register(api: Caller) -> list[tuple[int, str]]:
    """Sequence and status of every number of this year."""
    return [(entry["sequence"], entry["status"]) for entry in api.get("/register").get_json()["items"]]
