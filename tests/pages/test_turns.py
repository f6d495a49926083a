"""Callers take turns, through the real server: who asks for much is served all of it and keeps nobody waiting."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from flask import Flask, request

from tests.pages.test_front_door import ask, served

THREADS = 8
Answer = tuple[int, str, dict[str, str]]


class Works:
    """An application that works on each request until it is let go, and notes how many it has of each caller."""

    def __init__(self) -> None:
        self.app = Flask("works")
        self.app.secret_key = "a test's secret"
        self.app.config.update(SESSION_COOKIE_NAME="docgen", MAX_CONTENT_LENGTH=None)
        self.go_on = threading.Event()
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._changed = threading.Condition()
        self.app.add_url_rule("/", "work", self._work, methods=["GET", "POST"])

    def wait_for(self, caller: str, count: int) -> None:
        """Wait until so many requests of a caller are in work."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.now[caller] == count, 20)

    def wait_for_all(self, count: int) -> None:
        """Wait until so many requests are in work."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.now.total() == count, 20)

    def _work(self) -> str:
        caller = request.headers.get("Authorization") or request.cookies.get("docgen") or ""
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


@pytest.mark.parametrize("header", ["Authorization", "Cookie"])
def test_one_caller_has_half_of_the_threads_and_is_served_all(header: str) -> None:
    """Of thirty requests at once half of the threads work for their caller; another is answered meanwhile, and in the
    end all thirty are.
    """
    works = Works()
    value = "docgen=rakus" if header == "Cookie" else "rakus"
    with served(works.app, threads=THREADS) as port, ThreadPoolExecutor(31) as callers:

        def post() -> Answer:
            return ask(port, "POST", "/?wait=1", timeout=40, headers={header: value})

        greedy = [callers.submit(post) for _ in range(30)]
        works.wait_for("rakus", THREADS // 2)
        assert ask(port, "POST", "/", headers={"Authorization": "lain"})[:2] == (200, "lain")
        works.go_on.set()
        assert [one.result()[:2] for one in greedy] == [(200, "rakus")] * 30
    assert works.most["rakus"] == THREADS // 2


def test_who_reads_has_threads_however_much_is_made() -> None:
    """Callers that make something leave two threads to those that read, and are served in the end."""
    works = Works()
    with served(works.app, threads=THREADS) as port, ThreadPoolExecutor(THREADS) as callers:

        def post(name: str) -> Future[Answer]:
            return callers.submit(ask, port, "POST", "/?wait=1", timeout=40, headers={"Authorization": name})

        makers = [post(f"{number}") for number in range(THREADS)]
        works.wait_for_all(THREADS - 2)
        assert ask(port, headers={"Authorization": "pembaca"}, path="/")[:2] == (200, "pembaca")
        assert works.now.total() == THREADS - 2
        works.go_on.set()
        assert {one.result()[0] for one in makers} == {200}
