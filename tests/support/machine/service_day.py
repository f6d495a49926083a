"""A real service for a day: what it left, a visitor, a command beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.support.callers.pages import CSRF_TOKEN

SERVICE = Path(__file__).with_name("day_service.py")
API = "/api/v1"


@dataclass
class Day:
    """What a day left: the log, every answer, what ran, and the folder of data."""

    data: Path
    log: Path
    answers: list[str] = field(default_factory=list)
    commands: dict[str, str] = field(default_factory=dict)
    environments: dict[str, str] = field(default_factory=dict)
    limits: str = ""
    shown_once: list[str] = field(default_factory=list)  # tokens, links, codes, session cookies
    seen_modes: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log's lines, which are objects; what is printed beside them is for a terminal."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


class Visitor:
    """A browser without scripts at the service; what it is answered is kept."""

    def __init__(self, url: str, day: Day) -> None:
        self._url, self._day, self._session, self._csrf = url, day, requests.Session(), ""

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask, and keep what was answered."""
        answer = self._session.request(method, f"{self._url}{path}", allow_redirects=False, timeout=120, **options)
        self._day.answers.append(f"{answer.status_code} {answer.headers} {answer.text}")
        token = CSRF_TOKEN.search(answer.text)
        self._csrf = token[1] if token else self._csrf
        return answer

    def send(self, path: str, **form: Any) -> requests.Response:
        """Send a form."""
        return self.ask("POST", path, data={"csrf_token": self._csrf, **form}, headers={"Referer": self._url})

    def cookies(self) -> list[str]:
        """What the browser holds."""
        return [cookie.value or "" for cookie in self._session.cookies]


def docgen(environment: dict[str, str], *arguments: str) -> str:
    """Run a command beside the service; what it says to a log is kept with the rest."""
    command = [str(Path(sys.executable).with_name("docgen")), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, umask=0o022, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def wait_for(is_there: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)
