"""What a start computes anew of how dossiers stand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event

from docgen.desk import Desk
from docgen.desk.dossiers.standing import refresh
from docgen.desk.kinds.edit import begin_draft, put_fields
from docgen.desk.kinds.publish import publish
from docgen.desk.service.standing_refresh import StandingRefresher
from storage.catalogue import standings
from tests.support.office.decisions import issue_example
from tests.support.office.own_kinds import editor, published


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


@pytest.mark.office
def test_another_version_of_a_kind_computes_every_open_dossier_anew(desk: Desk) -> None:
    """A running service does so, too, when a version with another form is in force; not for one that only looks
    otherwise."""
    note = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    refresher = StandingRefresher(desk)
    refresher.begin()
    refresher.work()
    computed: list[str] = []
    event.listen(desk.catalogue.engine, "before_cursor_execute", lambda *call: computed.append(call[2]))
    published(desk, "NOTA BARU")
    refresher.work()
    assert not [statement for statement in computed if statement.startswith("INSERT INTO standings")]
    draft = begin_draft(desk, editor(), "nota_dinas", 0)
    put_fields(desk, editor(), "nota_dinas", draft.version, {"title": "Nota Dinas Kantor"})
    publish(desk, editor(), "nota_dinas", draft.version)
    refresher.work()
    assert [statement for statement in computed if statement.startswith("INSERT INTO standings")]
    with desk.catalogue.read() as tx:
        assert note.dossier not in standings.stale_notes(tx, 10)
