"""Callers take turns, through the real server: who asks for much is served all of it and keeps nobody waiting."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, request, session

from tests.support.callers.front_door import ask, served
from web.proxy import LOOPBACK

THREADS = 8
Answer = tuple[int, str, dict[str, str]]


class Works:
    """An application that works on each request until it is let go, and notes how many it has of each caller."""

    def __init__(self) -> None:
        self.app = Flask("works")
        self.app.secret_key = "a test's secret"
        self.app.config.update(SESSION_COOKIE_NAME="docgen", MAX_CONTENT_LENGTH=None)
        self.app.extensions["proxies"] = LOOPBACK
        self.go_on = threading.Event()
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._changed = threading.Condition()
        self.app.add_url_rule("/", "work", self._work, methods=["GET", "POST"])

    def cookie(self, name: str, **more: str) -> dict[str, str]:
        """Return the header of somebody who is signed in; `more` also stands in the cookie, which makes it another."""
        serializer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {"Cookie": f"docgen={serializer.dumps({'_user_id': name, **more})}"}

    def wait_for(self, caller: str, count: int) -> None:
        """Wait until so many requests of a caller are in work."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.now[caller] == count, 20)

    def wait_for_all(self, count: int) -> None:
        """Wait until so many requests are in work."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.now.total() == count, 20)

    def _work(self) -> str:
        caller = request.headers.get("Authorization") or session.get("_user_id", "")
        with self._changed:
            self.now[caller] += 1
            self.most[caller] = max(self.most[caller], self.now[caller])
            self._changed.notify_all()
        if "wait" in request.args:
            assert self.go_on.wait(20)
        with self._changed:
            self.now[caller] -= 1
            self._changed.notify_all()
        return caller


@pytest.mark.parametrize("by", ["token", "session"])
def test_one_caller_has_half_of_the_threads_and_is_served_all(by: str) -> None:
    """Of thirty requests at once half of the threads work for their caller; another is answered meanwhile, and in the
    end all thirty are.
    """
    works = Works()
    with served(works.app, threads=THREADS) as port, ThreadPoolExecutor(31) as callers:

        def post(number: int) -> Answer:
            headers = works.cookie("rakus", csrf=f"{number}") if by == "session" else {"Authorization": "rakus"}
            return ask(port, "POST", "/?wait=1", timeout=40, headers=headers)

        greedy = [callers.submit(post, number) for number in range(30)]
        works.wait_for("rakus", THREADS // 2)
        assert ask(port, "POST", "/", headers=works.cookie("lain"))[:2] == (200, "lain")
        works.go_on.set()
        assert [one.result()[:2] for one in greedy] == [(200, "rakus")] * 30
    assert works.most["rakus"] == THREADS // 2


@pytest.mark.parametrize("name", ["Authorization", "Cookie"])
def test_invented_callers_share_what_their_address_has(name: str) -> None:
    """Thirty invented tokens or cookies from one address have half of the threads together; a person who is signed in
    at that address, and a caller at another behind the same proxy, are answered meanwhile.
    """
    works = Works()
    with served(works.app, threads=THREADS) as port, ThreadPoolExecutor(31) as callers:

        def invent(number: int) -> Answer:
            value = f"docgen=e30.{number}.x" if name == "Cookie" else f"Bearer {number}"
            headers = {name: value, "X-Forwarded-For": f"2001:db8::{number}"}
            return ask(port, "POST", "/?wait=1", timeout=40, headers=headers)

        invented = [callers.submit(invent, number) for number in range(30)]
        works.wait_for_all(THREADS // 2)
        behind = {"X-Forwarded-For": "2001:db8::1"}
        assert ask(port, "POST", "/", headers=works.cookie("sari") | behind)[:2] == (200, "sari")
        assert ask(port, "POST", "/", headers={"X-Forwarded-For": "203.0.113.9"})[0] == 200
        assert works.now.total() == THREADS // 2
        works.go_on.set()
        assert {one.result()[0] for one in invented} == {200}


def test_who_reads_has_threads_however_much_is_made() -> None:
    """Callers that make something leave two threads to those that read, and are served in the end."""
    works = Works()
    with served(works.app, threads=THREADS) as port, ThreadPoolExecutor(THREADS) as callers:

        def post(name: str) -> Future[Answer]:
            return callers.submit(ask, port, "POST", "/?wait=1", timeout=40, headers=works.cookie(name))

        makers = [post(f"{number}") for number in range(THREADS)]
        works.wait_for_all(THREADS - 2)
        assert ask(port, headers=works.cookie("pembaca"), path="/")[:2] == (200, "pembaca")
        assert works.now.total() == THREADS - 2
        works.go_on.set()
        assert {one.result()[0] for one in makers} == {200}
