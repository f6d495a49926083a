"""A caller of a service: a system with its token, or a person at the pages. One connection, kept between calls."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

IDLE_SECONDS = 15.0  # after which a service may close a connection that is kept
TIMEOUT_SECONDS = 120.0
_FORM = "application/x-www-form-urlencoded"


class CallFailed(Exception):
    """A call that was not answered as it should be."""


@dataclass(frozen=True)
class Answer:
    """The status, the headers by name in small letters, and the body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return what the body says in JSON."""
        return json.loads(self.body)


@dataclass
class Caller:
    """One caller, for one thread at a time; `token` for the API, or `sign_in` for the pages."""

    address: tuple[str, int]
    token: str = ""
    _cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None
    _used_at: float = 0.0

    def sign_in(self, name: str, password: str) -> None:
        """Sign in at the form for people. Raises CallFailed."""
        page = self.get("/masuk").body.decode()
        mark = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"csrf_token": mark, "name": name, "password": password}
        origin = f"http://{self.address[0]}:{self.address[1]}"
        answer = self.call("POST", "/masuk", urlencode(form).encode(), {"Content-Type": _FORM, "Origin": origin})
        if answer.status != 303:
            raise CallFailed(f"{name} cannot sign in: {answer.status}")

    def share_session(self, other: Caller) -> None:
        """Go on as the person who signed in there, as another tab of the same browser does."""
        self._cookies = dict(other._cookies)

    def get(self, path: str) -> Answer:
        """Return the answer to a GET. Raises CallFailed unless it is 200."""
        return self._good("GET", path, None, {}, (200,))

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
        """Return the answer to JSON. Raises CallFailed unless it is 200, 201 or 202."""
        sent = json.dumps(body).encode()
        return self._good("POST", path, sent, {"Content-Type": "application/json", **(headers or {})}, (200, 201, 202))

    def call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Return any answer. Raises CallFailed where there is none."""
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT_SECONDS)
        try:
            self._connection.request(method, path, body, headers | self._credentials())
            response = self._connection.getresponse()
            answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()},
                            response.read())  # fmt: skip
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise CallFailed(f"{type(error).__name__}: {error}") from error
        self._used_at = time.monotonic()
        for cookie in response.msg.get_all("Set-Cookie", []):
            self._cookies.update({name: item.value for name, item in SimpleCookie(cookie).items()})
        return answer

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _good(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], statuses: tuple[int, ...]
    ) -> Answer:
        answer = self.call(method, path, body, headers)
        if answer.status not in statuses:
            raise CallFailed(f"{answer.status} {answer.body[:200].decode(errors='replace')}")
        return answer

    def _credentials(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return headers
