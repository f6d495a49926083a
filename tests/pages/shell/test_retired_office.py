"""The pages of an office that is out of service say so, and all that is there is read as before."""

from __future__ import annotations

import dataclasses

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from storage.catalogue import documents
from tests.support.callers.pages import Person, application, person
from tests.support.office.requests import request

NOTICE = "Kantor ini sudah tidak dilayani"

pytestmark = pytest.mark.office


def test_every_page_says_it_and_what_is_there_is_read(desk: Desk) -> None:
    """Home, permalink, PDF, lists, sign-in and verification; the pages of an office in service do not."""
    document = issue(desk, request(desk), "sari")
    with desk.catalogue.read() as tx:
        pdf = documents.get_revision(tx, document.id, 1).pdf
    app = application(dataclasses.replace(desk, is_retired=True))
    clerk, stranger = person(desk, "operator", app), Person(app)
    for page in ("/", f"/d/{document.id}", "/arsip", "/agenda"):
        assert NOTICE in clerk.get(page).text, page
    for page in ("/masuk", f"/verifikasi/{document.code}", "/tidak-ada"):
        assert NOTICE in stranger.get(page).text, page
    served = clerk.get(f"/d/{document.id}/pdf")
    assert (served.status_code, len(served.data)) == (200, pdf.size)
    assert NOTICE not in person(desk, "reader").get("/").text
