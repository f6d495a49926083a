"""Go through the pages of the OpenID provider of the tests as a browser does, without one."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from flask import Flask
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.audit_actions import Action
from storage.catalogue import audit
from storage.records import Event
from tests.support.callers.pages import Person

SERVICE = "http://127.0.0.1:8000"  # where the service of the tests is registered at the provider

_FORM = re.compile(r'<form[^>]* action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="(\w+)"')
_CANCEL = re.compile(r'<a href="([^"]+/abort)"')
_MOST_PAGES = 15


class ProviderPages:
    """A browser at the provider: it stays signed in there from one visit to the next."""

    def __init__(self) -> None:
        self._browser = requests.Session()

    def go(self, address: str, service: str, *, name: str = "", cancel: bool = False) -> str:
        """Follow `address` to the provider, sign in as `name` and consent, or cancel.

        Return the path and query with which the provider sends the browser back to `service`.
        """
        answer = self._browser.get(address, allow_redirects=False, timeout=20)
        for _ in range(_MOST_PAGES):
            if answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if target.startswith(service):
                    return target.removeprefix(service)
                answer = self._browser.get(target, allow_redirects=False, timeout=20)
                continue
            answer = self._send_form(answer, name, cancel)
        raise AssertionError(f"the provider never came back: {answer.status_code} {answer.text[:500]}")

    def _send_form(self, page: requests.Response, name: str, cancel: bool) -> requests.Response:
        form, prompt, abort = _FORM.search(page.text), _PROMPT.search(page.text), _CANCEL.search(page.text)
        assert form is not None, f"no form of the provider: {page.status_code} {page.text[:500]}"
        assert prompt is not None
        if cancel and abort:
            return self._browser.get(urljoin(page.url, abort[1]), allow_redirects=False, timeout=20)
        fields = {"prompt": prompt[1], "login": name, "password": "apa saja"}
        return self._browser.post(urljoin(page.url, form[1]), fields, allow_redirects=False, timeout=20)


class ProviderVisitor(Person):
    """Somebody with a browser in which the pages of the service and of the provider are open."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.there = ProviderPages()

    def leave(self, path: str = "/masuk/akun") -> str:
        """Follow the button to the provider; return the address it leads to."""
        answer = self.get(path)
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    def enter(self, name: str, path: str = "/masuk/akun") -> TestResponse:
        """Sign in at the provider as `name`, and come back."""
        return self.get(self.there.go(self.leave(path), SERVICE, name=name))

    def forget_provider(self) -> None:
        """Sign out at the provider, as far as this browser knows."""
        self.there = ProviderPages()


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address or path, each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def events(desk: Desk, action: Action) -> list[Event]:
    """Return what the audit log has of an action, the newest first."""
    with desk.catalogue.read() as tx:
        return [event for event in audit.list_events(tx, limit=100) if event.action == action]
