"""Several machines count together in Redis, and none of them needs it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import TooManyRequests

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import DataFileError
from docgen.settings import read_settings
from storage.counts import Counts
from tests.servers import ServerFailed, Switch, unavailable
from tests.servers.redis import redis_with_switch
from tests.support.callers.api import Caller
from web.app import create_app
from web.rate_limits import RateLimits, rates

pytestmark = pytest.mark.redis


@pytest.fixture
def redis() -> Iterator[tuple[str, Switch]]:
    """The URL of a running Redis of the test's own, and what kills it and starts it again; what it counted is gone."""
    try:
        with redis_with_switch() as both:
            yield both
    except ServerFailed as error:
        unavailable(str(error))


def machine(desk: Desk, url: str) -> Flask:
    """One of several machines that serve the office."""
    settings = read_settings({"DOCGEN_REDIS_URL": url, "DOCGEN_API_RATE": "5 per hour"})
    return create_app(desk, "a test's secret", Jobs(desk, WORKERS), settings)


def test_machines_count_together(desk: Desk, redis: tuple[str, Switch]) -> None:
    """Calls of a token, and tries to sign in, on two machines are counted as one."""
    url, _ = redis
    token = create_token(desk, "dasbor", "read", [])
    one, two = (Caller(machine(desk, url), token) for _ in range(2))
    codes = [caller.get("/office").status_code for caller in (one, two) * 3]
    assert codes == [200] * 5 + [429]
    limits, who = rates("5 per minute"), ("account", "sari")
    for caller in (one, two) * 2:
        caller.app.extensions["rate_limits"].count(limits, *who)
    assert one.app.extensions["rate_limits"].window(limits[0], *who).remaining == 1


def test_redis_away_costs_no_call(desk: Desk, redis: tuple[str, Switch], caplog: pytest.LogCaptureFixture) -> None:
    """Killed under load, every call is answered and still limited, one warning tells of it, and readiness says so.

    When it is back, machines count together again.
    """
    url, switch = redis
    app = machine(desk, url)
    limits: RateLimits = app.extensions["rate_limits"]
    limits.ask_again = 0.0
    callers = [Caller(app, create_token(desk, f"sistem {n}", "read", [])) for n in range(8)]
    strangers = app.test_client()
    assert strangers.get("/readyz").json["redis"] == "ok"  # type: ignore[index]
    with caplog.at_level(logging.WARNING, "docgen.limits"), ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(caller.get, "/office") for caller in callers for _ in range(5)]
        switch.stop()
        answers += [pool.submit(caller.get, "/office") for caller in callers for _ in range(5)]
        codes = [one.result().status_code for one in answers]
        ready = strangers.get("/readyz")
    assert set(codes) <= {200, 429}
    assert codes.count(200) >= 40  # each token's five at least
    assert callers[0].get("/office").headers["RateLimit-Limit"] == "5"
    assert len(caplog.records) == 1
    assert (ready.status_code, ready.json["status"]) == (200, "degraded")  # type: ignore[index]
    assert url.split(":")[2].partition("/")[0] not in ready.text
    switch.start()
    assert strangers.get("/readyz").json["redis"] == "ok"  # type: ignore[index]
    token = create_token(desk, "sesudah", "read", [])
    assert Caller(app, token).get("/office").headers["RateLimit-Remaining"] == "4"
    assert Caller(machine(desk, url), token).get("/office").headers["RateLimit-Remaining"] == "3"


def test_redis_that_is_away_is_not_asked_for_each_call(desk: Desk) -> None:
    """A machine that starts without it works, waits for it once in a while only, and counts alone."""
    tries = []
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and ends them without a word

        def end_each() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = silent.accept()
                    tries.append(1)
                    connection.close()

        threading.Thread(target=end_each, daemon=True).start()
        app = machine(desk, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        app.extensions["rate_limits"].ask_again = 3600.0
        caller = Caller(app, create_token(desk, "dasbor", "read", []))
        codes = [caller.get("/office").status_code]
        asked = len(tries)
        codes += [caller.get("/office").status_code for _ in range(5)]
        silent.shutdown(socket.SHUT_RDWR)
    assert codes == [200] * 5 + [429]
    assert len(tries) == asked > 0


def test_two_offices_in_one_redis_count_apart(redis: tuple[str, Switch]) -> None:
    """What one office counts is nothing to another."""
    url, _ = redis
    first, second = (RateLimits(url, f"https://{name}.example") for name in ("dinas", "badan"))
    (limit,) = rates("5 per minute")
    first.count([limit], "account", "admin")
    assert (first.window(limit, "account", "admin").remaining, second.window(limit, "account", "admin").remaining) == (
        4,
        5,
    )


def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    """A setting that cannot be used stops the start with a sentence, not a call."""
    for url in ("redis://127.0.0.1:banyak/0", "http://127.0.0.1"):
        with pytest.raises(DataFileError, match="DOCGEN_REDIS_URL"):
            RateLimits(url)


def test_without_redis_readiness_says_that_none_is_used(app: Flask) -> None:
    """An office on one machine is not degraded for lack of it."""
    answer = app.test_client().get("/readyz")
    assert answer.json["redis"] == "tidak dipakai"  # type: ignore[index]
    assert answer.json["status"] == "ok"  # type: ignore[index]


def test_processes_count_together(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Two processes of a machine count as one; where their file cannot be used each counts alone, and says so."""
    limits, who = rates("3 per hour"), ("account", "sari")
    with closing(Counts(tmp_path / "counts")) as counts, closing(Counts(tmp_path / "counts")) as others:
        first, second = RateLimits(counts=counts), RateLimits(counts=others)
        first.count(limits, *who)
        second.count(limits, *who)
        assert first.window(limits[0], *who).remaining == 1
        first.count(limits, *who)
        with pytest.raises(TooManyRequests):
            second.count(limits, *who)
        second.forget(limits, *who)
        first.count(limits, *who)
        first.give_back(limits, *who)
        assert second.window(limits[0], *who).remaining == 3
    first.count(limits, *who)
    assert first.window(limits[0], *who).remaining == 2
    assert "counted by this process alone" in caplog.text
