"""The page of the office's seal at BSrE: set, activated and used without a code or the id being shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from storage.catalogue import documents
from tests.servers.bsre import FIRST_TOTP, SUBSCRIBER, BsreServer
from tests.support.callers.pages import PASSWORD, Person, application, words
from tests.support.office.decisions import relocation_plan
from tests.support.office.electronic import bsre, electronic

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office
PAGE = "/kantor/segel-bsre"


@pytest.fixture
def connected(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Flask:
    """The application of an office that is connected with BSrE."""
    return application(electronic(desk, bsre, tmp_path))


def test_it_is_activated_and_a_letter_sealed(connected: Flask, desk: Desk) -> None:
    """From the id to a sealed letter, by buttons alone; what is wrong comes back with a sentence."""
    create_user(desk, "lain", "admin", "Lain", PASSWORD)
    person = Person(connected).sign_in("lain")
    assert "belum diisi" in words(person.get(PAGE))
    assert "Segel kantor lewat BSrE" in words(person.get("/kantor/tanda-tangan-elektronik"))
    person.post(f"{PAGE}/simpan", {"subscriber": SUBSCRIBER})
    shown = person.get(PAGE).get_data(as_text=True)
    assert "••••0001" in shown
    assert SUBSCRIBER not in shown
    assert person.post(f"{PAGE}/aktivasi", {}).status_code == 303
    assert person.post(f"{PAGE}/kode", {"totp": ""}).status_code == 422
    refused = person.post(f"{PAGE}/kode", {"totp": "000001"})
    assert refused.status_code == 422
    assert "000001" not in refused.get_data(as_text=True)
    assert person.post(f"{PAGE}/kode", {"totp": FIRST_TOTP}).status_code == 303
    assert "· Aktif" in words(person.get(PAGE))
    document = relocation_plan(desk)
    assert "Bubuhkan segel" in words(person.get(f"/d/{document.id}"))
    assert person.post(f"/d/{document.id}/segel", {}).status_code == 303
    with desk.catalogue.read() as tx:
        assert documents.list_revisions(tx, document.id)[-1].change == "sealed"
    assert person.post(f"{PAGE}/cabut", {}).status_code == 303
    assert "Belum aktif" in words(person.get(PAGE))
    assert person.post(f"{PAGE}/hapus", {}).status_code == 303
    assert "belum diisi" in words(person.get(PAGE))
