"""What a start computes anew of how dossiers stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.desk.dossiers.standing import refresh
from docgen.desk.service.standing_refresh import StandingRefresher
from storage.catalogue import standings
from tests.support.office.decisions import issue_example


def noted_at_start(desk: Desk) -> set[str]:
    """Return the dossiers that a start of this desk notes, once those noted before are done."""
    while refresh(desk):
        pass
    StandingRefresher(desk).begin()
    with desk.catalogue.read() as tx:
        return set(standings.stale_notes(tx, 10))


@pytest.mark.office
def test_only_a_start_with_other_rules_computes_every_open_dossier_anew(desk: Desk) -> None:
    """The first start notes all, the next none; one with a revised SOP, a kind less or another version notes all."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    assert noted_at_start(desk) == {note.dossier}
    assert noted_at_start(desk) == set()
    revised = replace(desk, sop=desk.sop.model_copy(update={"procedures": desk.sop.procedures[:5]}))
    fewer = replace(desk, kinds={slug: kind for slug, kind in desk.kinds.items() if slug != "sop"})
    for other in (revised, fewer, desk):
        assert noted_at_start(other) == {note.dossier}
        assert noted_at_start(other) == set()
