"""The front door, through the real server: who calls, and what slow, half-open and endless callers cost the others."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, request, session
from waitress.channel import HTTPChannel

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import ServiceStopping
from docgen.settings import read_settings
from storage.catalogue.audit import all_events
from tests.support.callers.front_door import ask, running, served
from tests.support.machine.libreoffices import wait_until
from web.app import create_app
from web.body_limits import BODY, body_limits
from web.front_door import Patience, is_quiet, see_out, stop_listening
from web.shutdown import Stopping
from web.shutdown import register as register_stopping

HURRIED = Patience(idle=1, header=1, body=1, rate=1024 * 1024, sweep=0)


@pytest.fixture(scope="module")
def small() -> Flask:
    """A small application: what came, a slow answer, an endless one, and a route with a larger limit."""
    app = Flask("small")
    app.secret_key = "a test's secret"
    app.config.update(SESSION_COOKIE_NAME="docgen", MAX_CONTENT_LENGTH=None)
    body_limits(app)["large"] = BODY + 1024
    released = threading.Event()
    app.extensions["released"] = released

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.post("/")
    @app.post("/api/v1/x")
    def count() -> str:
        return str(len(request.get_data()))

    @app.post("/large")
    def large() -> str:
        return str(len(request.get_data()))

    @app.get("/in")
    def enter() -> str:
        session["_user_id"] = "sari"
        return "in"

    @app.get("/slow")
    def slow() -> str:
        released.wait(20)
        return "slow"

    @app.get("/endless")
    def endless() -> Any:
        return (bytes(65536) for _ in range(10**6))

    return app


def opened(stack: ExitStack, port: int, sent: bytes = b"") -> socket.socket:
    """Open a connection and send the beginning of something."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
    connection.sendall(sent)
    return connection


def is_cut_off(connection: socket.socket, drip: bytes, *, pause: float = 0.1, most: int = 100) -> bool:
    """Whether the server ends a connection into which `drip` is sent again and again, at most so many times."""
    connection.settimeout(pause)
    for _ in range(most):
        try:
            connection.sendall(drip)
            if connection.recv(65536) == b"":
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_idle_and_half_open_connections_lock_nobody_out(small: Flask) -> None:
    """With 300 connections at a door for 100, silent or with half a header, a new caller is answered at once."""
    with served(small, connections=100) as port, ExitStack() as stack:
        for number in range(300):
            opened(stack, port, b"GET /healthz HTTP/1.1\r\nHost:" if number % 2 else b"")
        assert ask(port)[:2] == (200, "ok")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
def test_what_arrives_byte_by_byte_is_cut_off(small: Flask, sent: bytes) -> None:
    """A header or a body that drips in, so that the connection is never silent, is closed when its time is over."""
    with served(small, patience=HURRIED) as port, ExitStack() as stack:
        assert is_cut_off(opened(stack, port, sent), b"a" if sent else b"")


@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"])
@pytest.mark.parametrize("header", [b"Bad Header", b"Content-Length: many", b"Transfer-Encoding: other"])
def test_a_header_that_cannot_be_read_is_refused_and_holds_nothing(small: Flask, before: bytes, header: bytes) -> None:
    """A header that is none is answered 400 or 501, alone and behind a good request; then its connection is gone."""
    with running(small) as server, ExitStack() as stack:
        connection = opened(stack, server.effective_port, before + b"GET / HTTP/1.1\r\n" + header + b"\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.count(b"HTTP/1.1 200 OK") == bool(before)
        assert b" 501 " in answer if header.startswith(b"Transfer") else b" 400 Bad Request" in answer
        assert not server.active_channels
        assert is_quiet(server)


def test_a_fault_of_the_door_itself_closes_the_connection(small: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request at which serving itself fails ends its connection, which nobody would close otherwise."""

    def fail(_channel: HTTPChannel) -> None:
        raise RuntimeError("a fault of the door")

    with running(small) as server, ExitStack() as stack:
        for path in (b"/", b"/healthz"):
            with monkeypatch.context() as patch:
                patch.setattr(HTTPChannel, "service", fail)
                connection = opened(stack, server.effective_port, b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
                assert connection.recv(65536) == b""
        assert not server.active_channels


def test_an_answer_that_is_not_read_holds_no_thread(small: Flask) -> None:
    """Two callers who never read an endless answer give both threads back, and others are answered."""
    with served(small, threads=2, patience=HURRIED) as port, ExitStack() as stack:
        for _ in range(2):
            opened(stack, port, b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        assert ask(port, "POST", "/", body=b"abc")[:2] == (200, "3")


def test_a_probe_does_not_wait_behind_letters(small: Flask) -> None:
    """/healthz is answered while every thread is at work and more wait."""
    released = small.extensions["released"]
    released.clear()
    with served(small, threads=1) as port, ExitStack() as stack:
        for _ in range(3):
            opened(stack, port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert ask(port)[:2] == (200, "ok")
        released.set()


def test_a_body_over_the_limit_is_refused_at_its_header(small: Flask) -> None:
    """A body that announces too much, or grows too large in chunks, is refused in our words before it is all there."""
    with served(small) as port, ExitStack() as stack:
        announced = opened(stack, port, b"POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n")
        head, _, body = announced.recv(65536).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 413")
        assert b"application/problem+json" in head
        problem = json.loads(body or announced.recv(65536))
        assert problem["status"] == 413
        assert "32 MB" in problem["detail"]
        chunked = opened(stack, port, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        megabyte = b"100000\r\n" + bytes(1024 * 1024) + b"\r\n"
        assert is_cut_off(chunked, megabyte, pause=0.01, most=2 * BODY // 1024**2)


def test_a_larger_limit_is_for_those_who_are_signed_in(small: Flask) -> None:
    """The routes that take more do so with a session of ours; a stranger's body, or a forged cookie's, is refused."""
    body = bytes(BODY + 512)
    with served(small) as port:
        cookie = ask(port, path="/in")[2]["Set-Cookie"].partition(";")[0]
        length = {"Content-Length": str(len(body))}
        for headers in ({}, {"Cookie": "docgen=eyJfdXNlcl9pZCI6InNhcmkifQ.x.y"}):
            with ExitStack() as stack:
                head = "".join(f"{name}: {value}\r\n" for name, value in {**length, **headers}.items())
                stranger = opened(stack, port, f"POST /large HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
                assert stranger.recv(20).startswith(b"HTTP/1.1 413")
        assert ask(port, "POST", "/large", body=body, headers={"Cookie": cookie})[:2] == (200, str(len(body)))


@pytest.fixture
def door(desk: Desk) -> Callable[..., Any]:
    """Serve the real application as if people reached it at an address, with settings."""

    def serve(public_url: str, **settings: str) -> Any:
        here = replace(desk, public_url=public_url)
        app = create_app(here, "a test's secret", Jobs(here, WORKERS), read_settings(settings))
        return served(app)

    return serve


def wrong_sign_in(port: int, address: str) -> tuple[int, dict[str, str]]:
    """Try a wrong password, as a proxy passes it on for a caller at `address`; each address tries another account."""
    passed_on = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "naskah.example"}
    status, page, headers = ask(port, path="/masuk", headers=passed_on)
    assert status == 200
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    cookie = headers["Set-Cookie"].partition(";")[0]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    origin = {"Origin": "https://naskah.example", "Referer": "https://naskah.example/masuk"}
    body = f"csrf_token={token}&name=siapa-{address}&password=salah-sekali"
    return ask(port, "POST", "/masuk", body=body, headers=passed_on | form | origin)[::2]


def test_behind_a_proxy_the_caller_is_known(door: Callable[..., Any], desk: Desk) -> None:
    """Behind the proxy of an https address, each caller has limits of their own and stands in the log by address."""
    with door("https://naskah.example") as port:
        statuses = [wrong_sign_in(port, f"203.0.113.{number}")[0] for number in range(1, 23)]
        assert 429 not in statuses
        strict = wrong_sign_in(port, "203.0.113.1")[1]
        assert strict["Strict-Transport-Security"].startswith("max-age=")
    with desk.catalogue.read() as tx:
        origins = {line.origin for line in all_events(tx) if line.action == "user.sign_in_failed"}
    assert {f"203.0.113.{number}" for number in range(1, 23)} <= origins


def test_each_ipv4_caller_is_one_however_the_proxy_writes_him(door: Callable[..., Any], desk: Desk) -> None:
    """A proxy that listens on IPv6 writes `::ffff:` before, which is no network of one caller; another writes a port
    behind, which is no other caller. What is no address is the proxy's own."""
    with door("https://naskah.example") as port:
        mapped = [wrong_sign_in(port, f"::ffff:203.0.113.{number}")[0] for number in range(1, 23)]
        assert 429 not in mapped
        for same in ("203.0.113.99:{}", "[2001:db8::1]:{}", "bukan-alamat-{}"):
            assert 429 in [wrong_sign_in(port, same.format(number))[0] for number in range(1, 23)]
    with desk.catalogue.read() as tx:
        origins = {line.origin for line in all_events(tx) if line.action == "user.sign_in_failed"}
    callers = {f"203.0.113.{number}" for number in (*range(1, 23), 99)}
    assert origins == callers | {"2001:db8::1", "127.0.0.1"}


def test_a_stranger_cannot_say_where_he_calls_from(door: Callable[..., Any], desk: Desk) -> None:
    """Headers of one who is not the named proxy are not believed: his own address is limited and written down."""
    with door("https://naskah.example", DOCGEN_PROXY="192.0.2.7, 2001:db8::/32") as port:
        statuses = [wrong_sign_in(port, f"203.0.113.{number}")[0] for number in range(1, 23)]
    assert 429 in statuses
    with desk.catalogue.read() as tx:
        origins = {line.origin for line in all_events(tx) if line.action == "user.sign_in_failed"}
    assert origins == {"127.0.0.1"}


def test_who_is_served_when_the_service_ends_gets_an_answer(small: Flask) -> None:
    """At the end each answer is the last of its connection, and the door is closed, so that a proxy asks another
    machine; who came before is served, also whose turn comes later. The service ends when all have their answers.
    """
    begun, ended, stopping = threading.Event(), threading.Event(), Stopping(drain=0)
    with leaving(stopping, begun) as (server, release), ThreadPoolExecutor(3) as callers:
        served_late = [callers.submit(ask, server.effective_port, path="/slow") for _ in range(2)]
        assert begun.wait(10)
        wait_until(lambda: queued(server) == 2)
        waiting = callers.submit(ask, server.effective_port, path="/quick")
        wait_until(lambda: not is_quiet(server))
        see_out(server)
        assert ask(server.effective_port)[2]["Connection"] == "close"
        stopping.begin(lambda: stop_listening(server), lambda: is_quiet(server), ended.set)
        wait_until(lambda: is_refused(server.effective_port))
        assert not ended.is_set()
        release.set()
        assert [answer.result()[:2] for answer in (*served_late, waiting)] == [
            (200, "slow"),
            (200, "slow"),
            (200, "quick"),
        ]
        assert ended.wait(10)


def test_whose_turn_does_not_come_is_told_so(small: Flask) -> None:
    """Who waits longer than a service that ends may take is answered 503 with what to do, and nothing was done."""
    begun, ended, stopping = threading.Event(), threading.Event(), Stopping(drain=0, patience=0)
    with leaving(stopping, begun) as (server, release), ThreadPoolExecutor(3) as callers:
        served_late = [callers.submit(ask, server.effective_port, path="/slow") for _ in range(2)]
        assert begun.wait(10)
        wait_until(lambda: queued(server) == 2)
        waiting = callers.submit(ask, server.effective_port, path="/quick")
        wait_until(lambda: queued(server) == 3)
        stopping.begin(lambda: stop_listening(server), lambda: is_quiet(server), ended.set)
        wait_until(lambda: is_refused(server.effective_port))
        release.set()
        assert [answer.result()[0] for answer in served_late] == [200, 200]
        assert (waiting.result()[0], "Kirim lagi" in waiting.result()[1]) == (503, True)
        assert ended.wait(10)


@contextmanager
def leaving(stopping: Stopping, begun: threading.Event) -> Iterator[tuple[Any, threading.Event]]:
    """A service with two threads that may end: `/slow` answers when it is released."""
    app, released = Flask("leaving"), threading.Event()
    register_stopping(app, stopping)

    @app.get("/slow")
    def slow() -> str:
        begun.set()
        released.wait(20)
        return "slow"

    @app.get("/quick")
    def quick() -> str:
        return "quick"

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    app.register_error_handler(ServiceStopping, lambda error: (str(error), 503))
    with running(app, threads=2) as server:
        yield server, released


def queued(server: Any) -> int:
    """How many requests wait or are in work."""
    return sum(len(channel.requests) for channel in list(server.active_channels.values()))


def is_refused(port: int) -> bool:
    """Return whether nobody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    return False


def test_readiness_says_that_the_service_ends(desk: Desk) -> None:
    """From the first moment of its end the service is not ready, though it still answers."""
    settings = read_settings({"DOCGEN_DRAIN": "3600"})
    app = create_app(desk, "secret", Jobs(desk, WORKERS), settings)
    app.extensions["stopping"].begin(pytest.fail, pytest.fail, pytest.fail)
    client = app.test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/masuk").status_code == 200


def test_a_worker_answers_only_those_who_watch_it(desk: Desk) -> None:
    """A machine that works in the background tells how it is, and neither shows a page nor answers a call."""
    app = create_app(desk, "secret", Jobs(desk, WORKERS), read_settings({"DOCGEN_ROLE": "worker"}))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    for path in ("/", "/masuk", "/verifikasi", "/static/docgen.css", "/tidak-ada"):
        answer = client.get(path)
        assert (answer.status_code, "tidak melayani halaman" in answer.text) == (404, True), path
    refused = client.post("/api/v1/documents", json={})
    assert (refused.status_code, refused.json["type"]) == (404, "urn:docgen:problem:not-found")  # type: ignore[index]
