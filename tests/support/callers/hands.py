"""The people whose hands a draft goes through, each with a browser: the names of `tests.support.office.drafts`."""

from __future__ import annotations

from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from tests.support.callers.pages import PASSWORD, Person

ROLES: dict[str, tuple[str, list[str]]] = {
    "sari": ("operator", []),
    "siti": ("pejabat", ["kepala-seksi"]),
    "fauzi": ("pejabat", ["kepala-bidang"]),
    "husain": ("pejabat", ["kepala-dinas"]),
    "orang": ("operator", []),  # no hand of the draft
}


class Hands:
    """Signs each in when he is asked for first."""

    def __init__(self, desk: Desk, app: Flask) -> None:
        self._desk, self._app = desk, app
        self._known: dict[str, Person] = {}

    def __call__(self, name: str) -> Person:
        """Return somebody with his browser."""
        if name not in self._known:
            role, officials = ROLES[name]
            create_user(self._desk, name, role, name.title(), PASSWORD, officials=officials)
            self._known[name] = Person(self._app).sign_in(name)
        return self._known[name]
