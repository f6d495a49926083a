"""The check before issuing, on the demo office: what would be issued is what is issued then."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preflight import preflight
from docgen.errors import InvalidSubmission
from storage.catalogue.numbering import numbers
from tests.support.office.decisions import decide, example_request, issue_example
from tests.support.office.requests import request

pytestmark = pytest.mark.office


def test_what_is_shown_is_what_is_issued(desk: Desk) -> None:
    """Number, date, signer, assets, dossier and title are those of the letter that is issued next; no number is taken
    by looking.
    """
    asked = request(desk)
    shown = preflight(desk, asked)
    assert preflight(desk, asked).number == shown.number
    with desk.catalogue.read() as tx:
        assert numbers.last_sequence(tx, "DiskominfoSP2", shown.date.year) == 0
    made = issue(desk, asked, "sari")
    assert (made.number, made.date, made.title, made.signer) == (
        shown.number,
        shown.date,
        shown.title,
        shown.signer.id,
    )
    assert made.assets == [asset.nibar for asset in shown.assets]
    assert shown.dossier is None
    assert shown.addressee == asked.data["kepada"]


def test_an_order_before_the_decision_is_noted_until_it_is_there(desk: Desk) -> None:
    """A Surat Penugasan names the Nota Dinas that still waits, whose decision it is, and the letter it replaces."""
    plan = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    order = example_request(desk, "surat_penugasan", "pemeliharaan", 4, plan.dossier)
    [note] = [note for note in preflight(desk, order).notes if note.field == "dossier"]
    assert plan.number in note.message
    assert "Kepala Bidang" in note.message
    decide(desk, plan, "kepala-bidang", "setuju")
    assert [note for note in preflight(desk, order).notes if note.field == "dossier"] == []
    again = request(desk, "nota_dinas", replaces=plan.id)
    shown = preflight(desk, again)
    assert (shown.replaced and shown.replaced.id, shown.dossier and shown.dossier.id) == (plan.id, plan.dossier)


def test_what_cannot_be_issued_is_refused_as_ever(desk: Desk) -> None:
    """Errors come before oddities."""
    with pytest.raises(InvalidSubmission):
        preflight(desk, request(desk, data={}, signer="tidak-ada"))
