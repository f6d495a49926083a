"""A client of the API for Python programs elsewhere; it needs nothing beside the standard library.

    client = Client("https://naskah.example", token)
    made = client.issue({"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2,
                         "assets": ["6310190000101"], "data": {...}})
    for document in client.find(asset="6310190000101", procedure="pemeliharaan", step=2):
        Path("surat.pdf").write_bytes(client.pdf(document["id"]))

Documents are dicts as the API has them (`/api/docs`). Calls that make something carry an `Idempotency-Key`, so that
issuing again after a broken connection makes no second letter.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from docgen.errors import DocgenError
from docgen.links import API

Document = dict[str, Any]

TRIES = 3
LONGEST_WAIT = 30.0  # seconds, that a Retry-After may ask for


class CallFailed(DocgenError):
    """The service refused a call, or was not reached (`status` 0). `problem` is the problem detail (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        lines = [f"{error['field']}: {error['message']}" for error in problem.get("errors", [])]
        super().__init__("\n  ".join([str(problem.get("detail") or f"HTTP {status}"), *lines]))
        self.status = status
        self.problem = dict(problem)


class Client:
    """Calls one service with one token. `url` is its address; `timeout` is in seconds, of a single wait."""

    def __init__(self, url: str, token: str, timeout: float = 60.0) -> None:
        self._base = f"{url.rstrip('/')}{API}"
        self._token = token
        self._timeout = timeout

    def issue(self, body: Mapping[str, Any], key: str | None = None) -> Document:
        """Issue a document; `key` is the Idempotency-Key, made up when none is given. Raises CallFailed."""
        return self._json("POST", "/documents", body, {"Idempotency-Key": key or str(uuid.uuid4())})

    def find(self, **filters: Any) -> Iterator[Document]:
        """Yield every document that fits the filters of GET /documents, newest first. Raises CallFailed."""
        query = {name: value for name, value in filters.items() if value not in (None, "")}
        while True:
            page = self._json("GET", f"/documents?{urlencode(query)}")
            yield from page["items"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def get(self, id: str) -> Document:
        """Return everything about a document. Raises CallFailed."""
        return self._json("GET", f"/documents/{quote(id, safe='')}")

    def pdf(self, id: str, revision: int | None = None) -> bytes:
        """Return the archived PDF, of the revision that is named, or the newest. Raises CallFailed."""
        query = f"?revision={revision}" if revision else ""
        return self._call("GET", f"/documents/{quote(id, safe='')}/pdf{query}")

    def endorse(self, id: str, official: str, decision: str, note: str = "") -> Document:
        """Decide on a document in the name of an official the token was given. Raises CallFailed."""
        body = {"official": official, "decision": decision, "note": note}
        return self._json("POST", f"/documents/{quote(id, safe='')}/endorsements", body)

    def void(self, id: str, reason: str) -> Document:
        """Void a document. Raises CallFailed."""
        return self._json("POST", f"/documents/{quote(id, safe='')}/void", {"reason": reason})

    def bundle(self, wait: float = 300.0, **request: Any) -> bytes:
        """Return the PDF of a bundle (`dossier=`, `documents=[…]`, or `asset=` and `year=`) within `wait` seconds.

        Raises CallFailed, also when it failed or takes longer.
        """
        job = self._json("POST", "/bundles", request)
        end = time.monotonic() + wait
        while job["status"] in ("queued", "running"):
            if time.monotonic() > end:
                raise CallFailed(0, {"detail": f"Bundel belum selesai setelah {wait:.0f} detik."})
            time.sleep(0.5)
            job = self._json("GET", f"/jobs/{job['id']}")
        if job["status"] != "done":
            raise CallFailed(0, {"detail": job["error"]})
        return self._call("GET", f"/jobs/{job['id']}/pdf")

    def _json(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Document:
        answer: Document = json.loads(self._call(method, path, body, headers))
        return answer

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        all_headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        repeatable = method == "GET" or "Idempotency-Key" in all_headers
        for attempt in range(1, TRIES + 1):
            request = urllib.request.Request(self._base + path, data, all_headers, method=method)  # noqa: S310 (http, https)
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                    content: bytes = answer.read()
                    return content
            except urllib.error.HTTPError as error:
                wait = _retry_after(error) if repeatable and attempt < TRIES else None
                if wait is None:
                    raise CallFailed(error.code, _problem(error)) from error
                error.close()
                time.sleep(wait)
            except OSError as error:
                if not repeatable or attempt == TRIES:
                    raise CallFailed(0, {"detail": f"{self._base} tidak dapat dihubungi: {error}"}) from error
                time.sleep(attempt)
        raise AssertionError("the last try returns or raises")


def _retry_after(error: urllib.error.HTTPError) -> float | None:
    """Return the seconds to wait before the same call, or None when another try is no use."""
    wait = error.headers.get("Retry-After", "")
    if error.code not in (429, 503) or not wait.isdecimal() or float(wait) > LONGEST_WAIT:
        return None
    return float(wait)


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    with error:
        try:
            problem = json.loads(error.read())
        except ValueError:
            problem = {}
    return problem if isinstance(problem, dict) else {}
