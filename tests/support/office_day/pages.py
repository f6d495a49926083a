"""A person at the pages: forms are read from the page, filled and sent; links are followed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

from tests.support.office_day.recorder import Recorder
from tests.support.office_day.service import PUBLIC

# Parts of an address that name one thing of many.
_NAMES = re.compile(r"(?<=/)(?:[0-9a-z]{26}|[0-9A-Z]{26}|[0-9a-f]{64}|[0-9]+|[A-Z0-9]{8,}|\d[\w.%-]+)(?=[/.?]|$)")


@dataclass(frozen=True)
class Person:
    """Somebody who signed in, by name."""

    recorder: Recorder
    name: str

    def get(self, path: str, **options: Any) -> requests.Response:
        """Open a page."""
        return self.recorder.call(self.name, "GET", path, **options)

    def send(
        self,
        page: str,
        action: str,
        fields: dict[str, Any] | None = None,
        *,
        submit: str = "",
        files: Any = None,
        at: str = "",
    ) -> requests.Response:
        """Fill the form of `page` whose address ends with `action`, and send it; returns the answer.

        `fields` go over what the form holds already; `submit` is a part of the pressed button's name=value. The form
        goes to `at` where that is given. Raises LookupError when the page has no such form.
        """
        answer = self.recorder.call(self.name, "GET", page, keep=False)
        return self.press(answer, page, action, fields, submit=submit, files=files, at=at)

    def press(
        self,
        answer: requests.Response,
        page: str,
        action: str,
        fields: dict[str, Any] | None = None,
        *,
        submit: str = "",
        files: Any = None,
        at: str = "",
    ) -> requests.Response:
        """Do as `send`, with the form of a page that was answered already."""
        tree = html.fromstring(answer.content)
        forms = [
            one for one in tree.forms
            if one.method.upper() == "POST" and urlsplit(one.action or page).path.endswith(action)
        ]  # fmt: skip
        if not forms:
            raise LookupError(f"{page} has no form for {action}: {[one.action for one in tree.forms]}")
        form = next((one for one in forms if not submit or submit in _buttons(one)), forms[0])
        values: list[tuple[str, Any]] = [(key, value) for key, value in form.form_values() if key not in (fields or {})]
        if submit:
            key, _, value = next(line for line in _buttons(form).splitlines() if submit in line).partition("=")
            values.append((key, value))
        for key, value in (fields or {}).items():
            values += [(key, each) for each in value] if isinstance(value, list) else [(key, value)]
        to = at or urljoin(page, form.action or page)
        if files or form.get("enctype") == "multipart/form-data":
            sent = [(key, (None, value)) for key, value in values if key not in {name for name, _ in files or []}]
            return self.recorder.call(self.name, "POST", to, files=[*sent, *(files or [])])
        return self.recorder.call(self.name, "POST", to, data=values)

    def look_around(self, start: list[str], most: int = 2) -> int:
        """Open the pages `start` and all that they link to, `most` of each sort; returns how many were opened."""
        waiting, seen = list(start), set(start)
        counts: Counter[str] = Counter()
        while waiting:
            path = waiting.pop(0)
            counts[_sort(path)] += 1
            if counts[_sort(path)] > most:
                continue
            answer = self.get(path)
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            for link in _links(answer.text, path):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
        return sum(min(most, count) for count in counts.values())


def sign_in(recorder: Recorder, name: str, password: str) -> Person:
    """Return a person who has signed in."""
    person = Person(recorder, name)
    person.send("/masuk", "/masuk", {"name": name, "password": password})
    return person


def _buttons(form: Any) -> str:
    buttons = form.xpath(".//button[@name]|.//input[@type='submit'][@name]")
    return "\n".join(f"{one.get('name')}={one.get('value', '')}" for one in buttons)


def _sort(path: str) -> str:
    """Return the sort of a page: its address without the names of single things and without values."""
    parts = urlsplit(path)
    keys = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    return re.sub(r"\d+", "*", _NAMES.sub("*", parts.path)) + "?" + "&".join(keys)


def _links(page: str, path: str) -> list[str]:
    """Return the addresses of this service that a page names, in their order."""
    tree = html.fromstring(page)
    addresses = tree.xpath("//a/@href|//img/@src|//iframe/@src|//object/@data|//*/@data-src")
    links = []
    for one in addresses:
        link = urljoin(path, str(one).removeprefix(PUBLIC)).partition("#")[0]
        if link.startswith("/") and not link.startswith(("//", "/static/", "/bootstrap/")):
            links.append(link)
    return links
