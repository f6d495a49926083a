"""What changed between two texts of a draft, field by field."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from web.pages.hands.draft_changes import changes

pytestmark = pytest.mark.office


def test_only_fields_that_differ_are_told_with_their_words_marked(desk: Desk) -> None:
    """In the order of the form, by label; a signer by name; what no form would hold is shown as it is."""
    before = {
        "kind": "nota_dinas",
        "signer": "kepala-bidang",
        "data": {"hal": "Pagar kantor", "isi": ["Satu.", "Dua."]},
    }
    after = {"kind": "nota_dinas", "signer": ["?"], "data": {"hal": "Pagar gudang", "isi": "Satu.\nDua."}}
    with desk.catalogue.read() as tx:
        found = changes(desk, tx, before, after)
    assert [one.label for one in found] == ["Hal", "Penanda tangan"]
    assert [(piece.sort, piece.text) for piece in found[0].pieces] == [
        ("same", "Pagar"),
        ("gone", "kantor"),
        ("new", "gudang"),
    ]
    assert found[1].pieces[0].text.startswith("Ahmad Fauzi Rahman")
