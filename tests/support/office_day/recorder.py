"""Calls, and what was answered: a file for each, in the order in which they were made."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.support.office_day.service import HOST, PUBLIC, Service

# Headers that depend on the moment, the connection or what libraries draw.
_PASSING_HEADERS = {"date", "set-cookie", "content-length", "connection", "ratelimit-reset", "ratelimit-remaining"}
_SUFFIXES = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_SPEED = ("per_second", "seconds_left")  # of a job, as the machine's load lets it
_DRAWN = re.compile(r'(name="(?:csrf[_-]token|kunci)"[^>]*?(?:value|content)=")[^"]*')


@dataclass
class Recorder:
    """Makes calls to a service and writes each answer into `folder`."""

    service: Service
    folder: Path
    calls: int = 0
    _sessions: dict[str, requests.Session] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def give_token(self, who: str, token: str) -> None:
        """Let calls of `who` carry this bearer token."""
        self._tokens[who] = token

    def call(
        self,
        who: str,
        method: str,
        path: str,
        *,
        keep: bool = True,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Make a call in the name of `who`; returns the answer, which is recorded unless `keep` is false."""
        session = self._sessions.setdefault(who, requests.Session())
        request_headers = {
            "X-Request-ID": f"call-{self.calls:04}",
            "Accept-Language": "id",
            "Host": HOST,
            **(headers or {}),
        }
        if who in self._tokens:
            request_headers["Authorization"] = f"Bearer {self._tokens[who]}"
        if keep:
            self.service.clock.pass_time()
        address = f"http://127.0.0.1:{self.service.port}{path.removeprefix(PUBLIC)}"
        answer = session.request(
            method, address, headers=request_headers, allow_redirects=False, timeout=120, **options
        )
        if keep:
            self._write(who, method, path.removeprefix(PUBLIC), answer)
        return answer

    def _write(self, who: str, method: str, path: str, answer: requests.Response) -> None:
        self.calls += 1
        name = f"{self.calls:04}-{who}-{method}{re.sub(r'[^A-Za-z0-9]+', '-', path)[:90]}"
        lines = [f"{method} {path}", f"{answer.status_code}"]
        lines += sorted(
            f"{key.lower()}: {value}" for key, value in answer.headers.items() if key.lower() not in _PASSING_HEADERS
        )
        if path.startswith("/static/"):  # known by when the checkout was made
            lines = [line for line in lines if not line.startswith(("etag:", "last-modified:"))]
        cookies = sorted(cookie.name for cookie in answer.cookies)
        lines += [f"cookies: {' '.join(cookies)}"] if cookies else []
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        if media.endswith("/json") or media.endswith("+json"):
            body = json.dumps(answer.json(), ensure_ascii=False, indent=1)
            if any(f'"{name}": ' in body for name in _SPEED):
                body = re.sub(rf'("(?:{"|".join(_SPEED)})": )[0-9.]+', r"\1SPEED", body)
                lines = [line for line in lines if not line.startswith("etag:")]
        elif media.startswith("text/") or media.endswith("jsonl") or not answer.content:
            body = _DRAWN.sub(r"\1DRAWN", answer.text)
        else:
            suffix = _SUFFIXES.get(media, "bin")
            (self.folder / f"{name}.{suffix}").write_bytes(answer.content)
            body = f"{name}.{suffix}"
        (self.folder / f"{name}.txt").write_text("\n".join([*lines, "", body, ""]), "utf-8")
