"""One box searches the archive and begins letters, with and without JavaScript."""

from __future__ import annotations

import html
from urllib.parse import quote

import pytest

from docgen.desk import Desk
from tests.support.callers.pages import Person, person, words
from tests.support.office.decisions import issue_example

pytestmark = pytest.mark.office

SAID = "nota dinas perbaiki router puskesmas"
ROUTER = "6310180000066"


def test_what_is_said_opens_the_form_filled(operator: Person) -> None:
    """The search page names kind, step, asset and subject; its link opens a form with them, and no number is taken."""
    page = operator.get(f"/arsip?q={quote(SAID)}")
    shown = words(page)
    assert "Buat Nota Dinas" in shown
    assert f"Aset: Router Puskesmas Batulicin ({ROUTER})" in shown
    assert "Isi: Perbaiki router puskesmas" in shown
    address = html.unescape(page.text.partition('href="/buat/pemeliharaan/2/nota_dinas?')[2].partition('"')[0])
    form = operator.get(f"/buat/pemeliharaan/2/nota_dinas?{address}").text
    assert "Perbaiki router puskesmas" in form
    assert ROUTER in form
    assert "Belum ada nomor" in words(operator.get("/agenda"))


def test_letters_to_begin_come_before_letters_found(operator: Person, desk: Desk) -> None:
    """The list below the box holds both, each with its address; words that name no kind only search."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    both = operator.get("/cari.json?q=nota+dinas").json
    assert [one["value"].startswith("/buat/") for one in both] == [True, False]
    assert both[1]["value"] == f"/d/{note.id}"
    assert [one["value"] for one in operator.get(f"/cari.json?q={note.sequence}").json] == [f"/d/{note.id}"]
    assert operator.get("/cari.json?q=").json == []


def test_who_only_reads_begins_nothing(desk: Desk, operator: Person) -> None:
    """A reader is offered no form, in the list and on the search page."""
    reader = person(desk, "pejabat", operator.app)
    assert reader.get(f"/cari.json?q={quote(SAID)}").json == []
    assert "Buat Nota Dinas" not in words(reader.get(f"/arsip?q={quote(SAID)}"))


def test_a_misspelt_search_is_answered_by_the_word_that_occurs(operator: Person, desk: Desk) -> None:
    """What finds nothing offers the likest words that find something."""
    issue_example(desk, "nota_dinas", "pemeliharaan", 2, data=desk.kinds["nota_dinas"].example | {"hal": "Gangguan"})
    page = operator.get("/arsip?q=gangguna")
    assert "Mungkin maksud Anda gangguan ?" in words(page)
    assert 'href="/arsip?q=gangguan"' in page.text
