"""HEAD reads: with it nobody sends a form, which would go around its own token and the permission to send it."""

from __future__ import annotations

import re

import pytest

from docgen.desk.access.accounts import get_user
from tests.rights.conftest import House
from tests.support.callers.routes import declared

pytestmark = pytest.mark.office


def test_head_is_answered_like_get_wherever_a_form_is_sent(house: House) -> None:
    """On every address that takes both, also with the body of a form; the administrator may send all of them."""
    admin = house.person("kepala.baca", "admin")
    forms = {pattern for method, pattern in declared() if method == "POST"}
    both = [pattern for method, pattern in declared() if method == "GET" and pattern in forms]
    different = []
    for pattern in both:
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", re.sub(r"<int:[^>]+>", "1", pattern)).replace("<id>", house.mine.id)
        path = re.sub(r"<[^>]+>", "0" * 26, path)
        codes = [admin.client.get(path).status_code, admin.client.head(path, data={"nama": "x"}).status_code]
        if codes[0] != codes[1]:
            different.append((path, codes))
    assert len(both) > 20
    assert different == []


def test_a_form_sent_as_head_changes_nothing(house: House) -> None:
    """Neither what one is told and where, nor the tries that are left to sign in."""
    person = house.person("surel.baca", "operator")
    form = {"email": "orang@lain.example", "mail": "daily"}
    assert person.client.head("/pemberitahuan", data=form).status_code == 200
    assert get_user(house.desk, "surel.baca").email == ""
    stranger = house.app.test_client()
    for _ in range(12):
        assert stranger.head("/masuk", data={"name": "surel.baca", "password": "salah"}).status_code == 200
