"""The application over the demo office, and people who sign in to it as a browser would."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from tests.support.callers.pages import PASSWORD, Person, application, person


@pytest.fixture
def app(desk: Desk) -> Flask:
    """The application over the demo office."""
    return application(desk)


@pytest.fixture
def visitor(app: Flask) -> Person:
    """Somebody who is not signed in."""
    return Person(app)


@pytest.fixture
def operator(desk: Desk, app: Flask) -> Person:
    """A signed-in clerk."""
    return person(desk, "operator", app)


@pytest.fixture
def admin(desk: Desk, app: Flask) -> Person:
    """A signed-in administrator: a second one, beside the first start's."""
    create_user(desk, "kepala", "admin", "Kepala Subbagian", PASSWORD)
    return Person(app).sign_in("kepala")


@pytest.fixture
def form(desk: Desk) -> dict[str, Any]:
    """A Nota Dinas as its form sends it."""
    example = desk.kinds["nota_dinas"].example
    data = {f"data.{name}": "\n".join(value) if isinstance(value, list) else value for name, value in example.items()}
    return {"assets": "6310190000101", "date": "2026-11-24", "signer": "", "kunci": "kunci-1", **data}
