"""An open letter that replaces a closed one does not tell of it."""

from __future__ import annotations

import pytest

from docgen.desk.issuing.issue import issue
from tests.rights.conftest import House, letter_request
from tests.support.callers.pages import words

pytestmark = pytest.mark.office


def test_an_open_letter_names_no_closed_one_that_it_replaces(house: House) -> None:
    """Its page leads to the older one only who may know of that; nor does the API name it."""
    closed = issue(house.desk, letter_request(house.desk).model_copy(update={"security": "R"}), "admin")
    asked = letter_request(house.desk).model_copy(update={"replaces": closed.id, "dossier": None, "security": "B"})
    opened = issue(house.desk, asked, "admin")
    clerk, archivist = house.person("juru.ganti", "operator"), house.person("arsip.ganti", "arsiparis")
    page = clerk.get(f"/d/{opened.id}")
    assert (page.status_code, "Menggantikan" in words(page)) == (200, False)
    assert closed.id not in page.get_data(as_text=True)
    assert "Menggantikan" in words(archivist.get(f"/d/{opened.id}"))
    assert closed.id not in house.system("read").get(f"/documents/{opened.id}").get_data(as_text=True)
