"""The flow chart: every step has its symbols where its actors are, and every line that leaves a row comes in again."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from docgen.sop import Procedure, load_sop, sop_view
from docgen.sop.flow import actors_of, flow_chart

SOP = load_sop()


@pytest.mark.parametrize("procedure", SOP.procedures, ids=lambda procedure: procedure.slug)
def test_each_step_has_its_symbol_in_its_first_actors_column(procedure: Procedure) -> None:
    """A procedure begins and ends with an oval; a decision is a diamond and says yes and no; nothing stands where no
    one acts."""
    columns, chart = actors_of(procedure), flow_chart(procedure)
    for step, cells in zip(procedure.steps, chart, strict=True):
        assert cells[columns.index(step.actors[0])]["simbol"]
        assert {columns[at] for at, cell in enumerate(cells) if cell["simbol"]} == set(step.actors)
        diamonds = [cell for cell in cells if cell["simbol"] == "belah_ketupat"]
        assert len(diamonds) == (step.decision is not None)
        assert all(cell["tidak"] and (cell["ya"] or cell["ya_samping"]) for cell in diamonds)
    assert chart[0][columns.index(procedure.steps[0].actors[0])]["simbol"] == "oval"
    assert "oval" in [cell["simbol"] for cell in chart[-1]]


@pytest.mark.parametrize("procedure", SOP.procedures, ids=lambda procedure: procedure.slug)
def test_no_line_ends_at_the_edge_of_a_cell(procedure: Procedure) -> None:
    """What leaves a cell at one side enters its neighbour, downwards and across, and the table has no loose ends."""
    chart = flow_chart(procedure)
    for cells, below in pairwise(chart):
        for cell, under in zip(cells, below, strict=True):
            assert cell["bawah"] == under["dari_atas"]
            leaves = cell["lorong"] or cell["lorong_turun"] or cell["lorong_ke_silang"]
            assert leaves == (under["lorong"] or under["lorong_naik"] or under["lorong_dari_atas"])
    for cells in chart:
        edge = {"silang_tepi": False, "keluar_kanan": False, "masuk_kanan": False}
        for here, right in zip([edge, *cells], [*cells, dict.fromkeys(cells[0], False)], strict=True):
            assert here["silang_tepi"] == right["silang_kiri"]
            across = here["keluar_kanan"] or here["masuk_kanan"] or here.get("lewat", False)
            assert across == (right["masuk_kiri"] or right["keluar_kiri"] or right["lewat"])
    assert not any(cell["bawah"] for cell in chart[-1])


def test_the_view_is_plain_json() -> None:
    """What is kept with a document comes back from JSON as it was; remarks on the printed text are not in it."""
    view = sop_view(SOP)
    assert json.loads(json.dumps(view)) == view
    assert "Tercetak" not in json.dumps(view)
