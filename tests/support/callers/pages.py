"""People with a browser: they sign in, open pages and send forms."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.settings import Settings
from web.app import create_app
from web.pages.shell.known_browser import COOKIE

PASSWORD = "kucing-oren-di-atap"
CSRF_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ORIGIN = {"Origin": "http://localhost"}  # what a browser adds to a form of this site


class Person:
    """Somebody with a browser: keeps cookies, sends the token that the last page held."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: Client = app.test_client()
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self._note(self.client.get(path, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form."""
        form = {"csrf_token": self.token, **(data or {})}
        return self._note(self.client.post(path, data=form, headers=ORIGIN, **options))

    def sign_in(self, name: str) -> Person:
        """Sign in."""
        self.get("/masuk")
        assert self.post("/masuk", {"name": name, "password": PASSWORD}).status_code == 303
        self.get("/")
        return self

    def copied(self) -> Person:
        """Return another browser with a copy of this one's cookies."""
        thief = Person(self.app)
        for name, path in (("docgen", "/"), (COOKIE, "/masuk")):
            cookie = self.client.get_cookie(name, path=path)
            if cookie is not None:
                thief.client.set_cookie(cookie.key, cookie.value, path=cookie.path)
        return thief

    def _note(self, answer: TestResponse) -> TestResponse:
        found = CSRF_TOKEN.search(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        if found:
            self.token = found[1]
        return answer


def words(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    page = answer.get_data(as_text=True).replace("<wbr>", "")
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def application(desk: Desk, settings: Settings | None = None) -> Flask:
    """The application over a desk; queued work stays queued."""
    return create_app(desk, "a test's secret", Jobs(desk, WORKERS), settings)


def person(desk: Desk, role: str, app: Flask | None = None) -> Person:
    """A signed-in person of a role, with an account of their own."""
    create_user(desk, role, role, role.title(), PASSWORD)
    return Person(app or application(desk)).sign_in(role)
