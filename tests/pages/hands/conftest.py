"""The people whose hands a draft goes through."""

from __future__ import annotations

import pytest
from flask import Flask

from docgen.desk import Desk
from tests.support.callers.hands import Hands


@pytest.fixture
def people(desk: Desk, app: Flask) -> Hands:
    """Clerk, superiors and a stranger, each signed in with a browser."""
    return Hands(desk, app)
