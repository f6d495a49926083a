"""Every answer of every route forbids browsers what it should; routes to come are asked, too, by the route map."""

from __future__ import annotations

import re
import socket

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.settings import read_settings
from tests.door.conftest import PICKER, app_at
from tests.support.callers.front_door import ask, running
from tests.support.callers.pages import PASSWORD, Person
from web.body_limits import BODY

ABSENT = "0" * 26
HTTP, HTTPS = "http://localhost", "https://naskah.example"
FOR_ALL = re.compile(  # about no letter and nobody
    r"/(static|bootstrap/static)/|/penyunting\.js|/kantor/lambang\.png|/robots\.txt"
)
FRAMED = {f"/pilih?asal={PICKER}", "/pilih"}


@pytest.fixture(scope="module", params=[HTTP, HTTPS])
def site(request: pytest.FixtureRequest, office: Desk) -> tuple[Flask, str]:
    """The application, and the address people reach it by."""
    return app_at(office, request.param), request.param


def faults(headers: dict[str, str], path: str, *, https: bool) -> list[str]:
    """What an answer should forbid and does not."""
    found = []
    policy = dict(part.strip().partition(" ")[::2] for part in headers.get("Content-Security-Policy", "").split(";"))
    for directive in ("default-src", "script-src", "style-src", "object-src", "frame-ancestors", "form-action"):
        if not policy.get(directive) or re.search(r"unsafe|\*|http:", policy[directive]):
            found.append(f"CSP {directive} {policy.get(directive)}")
    if policy.get("base-uri") != "'none'":
        found.append("CSP base-uri")
    if path not in FRAMED and (policy.get("frame-ancestors"), headers.get("X-Frame-Options")) != (
        "'self'",
        "SAMEORIGIN",
    ):
        found.append("frames")
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.append("nosniff")
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer", "strict-origin"):  # tokens stay
        found.append("Referrer-Policy")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if not headers.get("Cross-Origin-Opener-Policy") or not headers.get("Cross-Origin-Resource-Policy"):
        found.append("cross-origin")
    if "noindex" not in headers.get("X-Robots-Tag", ""):
        found.append("X-Robots-Tag")
    if ("max-age=31536000" in headers.get("Strict-Transport-Security", "")) != https:
        found.append("HSTS")
    if not FOR_ALL.match(path) and not re.search("no-store|private", headers.get("Cache-Control", "")):
        found.append(f"Cache-Control {headers.get('Cache-Control')}")
    found += [name for name in ("Server", "X-Powered-By", "Via") if name in headers]
    return found


def cookie_faults(answer: TestResponse, *, https: bool) -> list[str]:
    """Cookies that scripts read, that other sites send, or that go over a line everybody reads."""
    return [
        cookie.partition("=")[0]
        for cookie in answer.headers.getlist("Set-Cookie")
        if "HttpOnly" not in cookie or "SameSite=" not in cookie or ("Secure" in cookie) != https
    ]


def address(rule: str) -> str:
    """An address of a rule."""
    with_choice = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule)
    return re.sub(r"<[^>]+>", ABSENT, re.sub(r"<int:[^>]+>", "2024", with_choice))


def wrong(client: Person, url: str, method: str, path: str) -> list[str]:
    """What is wrong with one answer."""
    answer = client.client.open(path, method=method, base_url=url, headers={"Accept": "text/html"})
    https = url.startswith("https:")
    found = faults(dict(answer.headers), path, https=https) + cookie_faults(answer, https=https)
    if "X-Request-Id" not in answer.headers:
        found.append("X-Request-Id")
    return [f"{method} {path} {answer.status_code}: {', '.join(found)}"] if found else []


def test_every_route_by_every_method(site: tuple[Flask, str]) -> None:
    """A stranger's answers, whatever they are: pages, files, errors, redirects, HEAD and OPTIONS, API and picker."""
    app, url = site
    stranger = Person(app)
    found: list[str] = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) | {"OPTIONS"}):
            found += wrong(stranger, url, method, address(rule.rule))
    assert found == []


def test_pages_of_who_is_signed_in(site: tuple[Flask, str], office: Desk) -> None:
    """What an administrator is shown, made or failing: this office has no LibreOffice."""
    app, url = site
    name = f"kepala-{len(url)}"
    create_user(office, name, "admin", "Kepala", PASSWORD)
    person = Person(app)
    person.get("/masuk", base_url=url)
    form = {"csrf_token": person.token, "name": name, "password": PASSWORD}
    answer = person.client.post("/masuk", data=form, base_url=url, headers={"Origin": url, "Referer": f"{url}/masuk"})
    assert answer.status_code == 303
    assert cookie_faults(answer, https=url.startswith("https:")) == []
    found: list[str] = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            found += wrong(person, url, "GET", address(rule.rule))
    assert found == []


def test_every_sort_of_error(site: tuple[Flask, str]) -> None:
    """400, 401, 404, 405, 429 and 500, of pages and of the API."""
    app, url = site
    stranger, https = Person(app), url.startswith("https:")

    def crash() -> str:
        raise ValueError("secret")

    sign_in = app.view_functions["account.sign_in"]
    asked = {
        400: [("POST", "/masuk")],
        401: [("GET", "/api/v1/documents")],
        404: [("GET", "/tidak-ada"), ("GET", "/api/v1/tidak-ada"), ("GET", "/static/tidak-ada.css")],
        405: [("DELETE", "/masuk"), ("DELETE", "/api/v1/openapi.json")],
    }
    for status, requests in asked.items():
        for method, path in requests:
            answer = stranger.client.open(path, method=method, base_url=url)
            assert answer.status_code == status, (method, path)
            assert faults(dict(answer.headers), path, https=https) == [], (method, path)
    for _ in range(40):
        answer = stranger.client.get("/verifikasi/AAAA-AAAA-AAAA-AAAA", base_url=url)
    assert answer.status_code == 429
    assert faults(dict(answer.headers), "/verifikasi", https=https) == []
    try:
        app.view_functions["account.sign_in"] = crash
        answer = stranger.client.get("/masuk", base_url=url)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
        assert faults(dict(answer.headers), "/masuk", https=https) == []
    finally:
        app.view_functions["account.sign_in"] = sign_in


def test_what_the_door_refuses_by_itself(site: tuple[Flask, str]) -> None:
    """Answers that no view makes: a header that is none, and a body that is too large; nothing names the server."""
    app, url = site
    https = url.startswith("https:")
    with running(app) as server:
        port = server.effective_port
        status, _, headers = ask(port, "GET", "/masuk")
        assert (status, faults(headers, "/masuk", https=https)) == (200, [])
        status, _, headers = ask(port, "POST", "/verifikasi", headers={"Content-Length": str(BODY * 10)})
        assert (status, faults(headers, "/verifikasi", https=https)) == (413, [])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nBad Header\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head = answer.partition("\r\n\r\n")[0].split("\r\n")
    assert " 400 " in head[0]
    assert faults(dict(line.partition(": ")[::2] for line in head[1:]), "/", https=https) == []
    assert "waitress" not in answer.lower()


def test_the_picker_keeps_its_window(site: tuple[Flask, str]) -> None:
    """Only the picker, and signing in before it, stay in touch with the application that opened their window."""
    app, url = site
    stranger = Person(app)
    opener = {
        path: stranger.client.get(path, base_url=url).headers["Cross-Origin-Opener-Policy"]
        for path in (f"/pilih?asal={PICKER}", "/masuk", "/verifikasi", "/api/docs")
    }
    assert list(opener.values()) == ["unsafe-none", "unsafe-none", "same-origin", "same-origin"]


def test_where_a_weakness_is_reported(site: tuple[Flask, str], office: Desk) -> None:
    """security.txt names the office's contact and an end (RFC 9116), or is not there; crawlers are asked to stay away
    (RFC 9309)."""
    app, url = site
    told = Person(app).client.get("/.well-known/security.txt", base_url=url)
    assert told.mimetype == "text/plain"
    assert "Contact: mailto:keamanan@dinas.example" in told.text
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", told.text, re.MULTILINE)
    assert f"Canonical: {url}/.well-known/security.txt" in told.text
    without = app_at(office, url)
    without.extensions["settings"] = read_settings({})
    assert Person(without).client.get("/.well-known/security.txt", base_url=url).status_code == 404
    assert "Disallow: /\n" in Person(app).client.get("/robots.txt", base_url=url).text
