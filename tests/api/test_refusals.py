"""What the API refuses, and what it says while something it needs is away."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.service.document_recovery import recover
from docgen.libreoffice.sandbox import missing_protections
from docgen.render.pdf.pdfium import page_text
from tests.support.callers.api import Caller, make_app, path_of, register
from tests.support.machine.away import BROKEN, Away
from tests.support.machine.written_log import written_log

pytestmark = pytest.mark.office


@pytest.mark.parametrize("part", BROKEN)
def test_what_is_away_keeps_the_number_until_it_returns(
    desk: Desk, api: Caller, letter: dict[str, Any], part: str
) -> None:
    """503 with Retry-After and the reserved document; recovery finishes it with that number, a replay answers it."""
    broken = Caller(make_app(dataclasses.replace(desk, **{part: Away(BROKEN[part])})), api.token)
    key = {"Idempotency-Key": "sekali"}
    answer = broken.post("/documents", letter, headers=key)
    problem = answer.get_json()
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    reserved = problem["document"]
    assert (set(reserved), reserved["status"]) == ({"id", "number", "status"}, "reserved")
    waiting = api.get(f"/documents/{reserved['id']}/pdf")
    assert waiting.status_code == 409
    assert reserved["number"] in waiting.get_json()["detail"]
    assert api.get(f"/documents/{reserved['id']}").get_json()["pdf"] is None
    later = dataclasses.replace(desk, now=lambda: desk.now() + dt.timedelta(minutes=10))
    assert recover(later) == 1
    document = api.post("/documents", letter, headers=key).get_json()
    assert (document["id"], document["number"], document["status"]) == (reserved["id"], reserved["number"], "issued")
    assert reserved["number"] in " ".join(page_text(api.get(path_of(document["pdf"]["href"])).data))
    assert register(api) == [(1, "issued")]


@pytest.mark.parametrize("part", BROKEN)
def test_readiness_names_what_is_away(desk: Desk, api: Caller, part: str) -> None:
    """/readyz answers 503 and names the part; /healthz stays 200; both without a token."""
    client = api.app.test_client()
    ready = client.get("/readyz").get_json()
    parts = ("status", "catalogue", "store", "converter", "mirror")
    assert {name: ready[name] for name in parts} == dict.fromkeys(parts, "ok")
    assert ready["sandbox"] == (" ".join(missing_protections()) or "ok")
    broken = make_app(dataclasses.replace(desk, **{part: Away(BROKEN[part])})).test_client()
    ready = broken.get("/readyz")
    told = ready.get_json()
    assert (ready.status_code, told["status"], told["mirror"]) == (503, "failed", "tidak diperiksa")
    assert "tidak dapat dipakai" in told[part]
    assert str(BROKEN[part]) not in ready.text  # which may name a path, and strangers read it
    assert broken.get("/healthz").status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer dg_salah", "Basic YTpi", "Token x"])
def test_without_a_known_token_nothing_is_told(api: Caller, header: str) -> None:
    """401 as a problem, with WWW-Authenticate."""
    answer = api.app.test_client().get("/api/v1/assets", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_read_token_cannot_write(reader: Caller, letter: dict[str, Any]) -> None:
    """Every writing call is 403 before its body is looked at; reading works."""
    for method, path in (
        ("POST", "/documents"), ("POST", "/documents/x/void"), ("POST", "/assets"), ("PUT", "/assets/x"),
        ("DELETE", "/assets/x"), ("POST", "/assets/import"), ("POST", "/officials"), ("PUT", "/officials/x"),
        ("DELETE", "/officials/x"), ("POST", "/officials/import"), ("PUT", "/office"), ("POST", "/bundles"),
        ("POST", "/previews"),
    ):  # fmt: skip
        answer = reader(method, path)
        assert (answer.status_code, answer.content_type) == (403, "application/problem+json"), (method, path)
    for path in ("/documents", "/assets", "/officials", "/office", "/kinds", "/procedures", "/dossiers", "/register"):
        assert reader.get(path).status_code == 200, path
    assert reader.get("/register").get_json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/tidak-ada", {}, 404),
        ("GET", "/documents/tidak-ada", {}, 404),
        ("PATCH", "/documents", {}, 405),
        ("POST", "/documents", {"data": "{", "content_type": "application/json"}, 400),
        ("POST", "/documents", {"data": b"\xff\xfe", "content_type": "application/json"}, 400),
        ("POST", "/documents", {"data": "[" * 50_000, "content_type": "application/json"}, 400),
        ("POST", "/documents", {"data": '{"step": NaN}', "content_type": "application/json"}, 400),
        ("POST", "/documents", {"data": '{"step": ' + "9" * 5000 + "}", "content_type": "application/json"}, 400),
        ("POST", "/documents", {"data": '{"data": {"x": 1e999}}', "content_type": "application/json"}, 422),
        ("POST", "/documents", {"data": '{"data": {"x": "a\\u0000"}}', "content_type": "application/json"}, 422),
        ("POST", "/documents", {"data": '{"data": {"\\ud800": 1}}', "content_type": "application/json"}, 422),
        ("POST", "/documents", {"data": '"x"', "content_type": "application/json"}, 422),
        ("POST", "/documents", {"data": "kind=x"}, 415),
        ("POST", "/documents", {"data": b" " * (32 * 1024 * 1024 + 1), "content_type": "application/json"}, 413),
        ("GET", "/documents?tahap=2", {}, 422),
        ("GET", "/documents?step=dua", {}, 422),
        ("GET", "/documents?step=1&step=2", {}, 422),
        ("GET", "/documents?q=%00", {}, 422),
        ("GET", "/assets/%00", {}, 404),
    ],
)
def test_every_refusal_is_a_problem(api: Caller, method: str, path: str, options: dict[str, Any], status: int) -> None:
    """Whatever is wrong, the answer is a problem detail of that status, with the path and a request id."""
    answer = api(method, path, **options)
    problem = answer.get_json()
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail", "instance", "errors"} == set(problem)
    assert problem["status"] == status
    assert problem["detail"]
    assert bool(problem["errors"]) == (status == 422)
    assert answer.headers["X-Request-Id"]
    assert status != 405 or "POST" in answer.headers["Allow"]


def test_a_fault_of_ours_tells_nothing_and_is_logged(desk: Desk, api: Caller, letter: dict[str, Any]) -> None:
    """500 as a problem without a trace; the log holds the trace under the request id the caller was given."""
    broken = Caller(make_app(dataclasses.replace(desk, kinds=None)), api.token)
    with written_log() as log:
        answer = broken.post("/documents", letter, headers={"X-Request-Id": "permintaan-7"})
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (500, "permintaan-7")
    assert "NoneType" not in answer.text
    assert log.lines[0].endswith("POST /api/v1/documents failed [request=permintaan-7]")
    assert "| AttributeError" in log.text
