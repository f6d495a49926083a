"""Draw the flow chart of a procedure (PermenPANRB 35/2012): who acts in which column, with which symbol.

A row of the chart is a step and a column an actor, in the order in which they first act. What a cell shows is told in
pieces that do not depend on the row's height: see `CELL`. Lines lie at three heights of a row: its top edge, a
cross-line a little below it, and the middle of the symbols; upright lines stand in the middle of a column and at its
right side (the lane of an answer that leads elsewhere).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from docgen.sop.model import Procedure, Step

OVAL, BOX, DIAMOND = "oval", "kotak", "belah_ketupat"

# A cell in which nothing is drawn. `simbol`: a symbol or "". Words of an answer: `ya` (below), `ya_samping`, `tidak`.
# From the top edge to the cross-line: `dari_atas`; from there into the symbol, with an arrow: `masuk_atas`. The
# cross-line: `silang_kiri` (left edge to middle), `silang_kanan` (middle to lane), `silang_tepi` (lane to right edge).
# Between symbols of one step: `masuk_kiri`, `masuk_kanan` (with an arrow), `keluar_kiri`, `keluar_kanan`, `lewat`.
# From the symbol to the bottom edge: `bawah`. The lane: `lorong_naik` (symbol to top edge), `lorong_turun` (symbol to
# bottom edge), `lorong` (top to bottom edge), `lorong_ke_silang` (bottom edge to cross-line), `lorong_dari_atas` (top
# edge to cross-line), `samping` (symbol to lane).
CELL: dict[str, Any] = {"simbol": ""} | dict.fromkeys(
    (
        *("ya", "ya_samping", "tidak", "dari_atas", "masuk_atas", "silang_kiri", "silang_kanan", "silang_tepi"),
        *("masuk_kiri", "masuk_kanan", "keluar_kiri", "keluar_kanan", "lewat", "bawah", "samping"),
        *("lorong", "lorong_naik", "lorong_turun", "lorong_ke_silang", "lorong_dari_atas"),
    ),
    False,
)

Chart = list[list[dict[str, Any]]]


def actors_of(procedure: Procedure) -> list[str]:
    """Return the roles that act in a procedure, in the order of their first act."""
    return list(dict.fromkeys(role for step in procedure.steps for role in _actors(step)))


def flow_chart(procedure: Procedure) -> Chart:
    """Return for each step a list of cells (see `CELL`), one for each of `actors_of`."""
    columns = actors_of(procedure)
    chart: Chart = [[dict(CELL) for _ in columns] for _ in procedure.steps]
    paths = [[columns.index(role) for role in _actors(step)] for step in procedure.steps]
    for row, (step, path) in enumerate(zip(procedure.steps, paths, strict=True)):
        _draw_step(chart, row, step, path)
    for row, step in enumerate(procedure.steps):
        last = row == len(paths) - 1
        if step.decision is None:
            if not last:
                _draw_down(chart, row, paths[row][-1], paths[row + 1][0])
            continue
        at = _decider(step, path := paths[row])
        for word, target in (("ya", step.decision.ya), ("tidak", step.decision.tidak)):
            if target == step.number + 1 and not last:
                aside = word == "ya" and at != path[-1]
                chart[row][at]["ya_samping" if aside else word] = True
                _draw_down(chart, row, path[-1], paths[row + 1][0])
            else:
                chart[row][at][word] = True
                _draw_branch(chart, row, target - 1, at, paths[target - 1][0])
    return chart


def _actors(step: Step) -> list[str]:
    """Return who acts, then towards whom; a decider who is not named comes last."""
    decides = step.endorser_roles if step.decision else ()
    return list(dict.fromkeys([*step.actors, *decides]))


def _decider(step: Step, path: list[int]) -> int:
    """Return the column of the decider: the endorser, else the first actor."""
    return path[_actors(step).index(step.endorser_role)] if step.endorser_role else path[0]


def _draw_step(chart: Chart, row: int, step: Step, path: list[int]) -> None:
    """Draw the symbols of a step, and the line from actor to actor."""
    for column in path:
        chart[row][column]["simbol"] = BOX
    if step.decision is not None:
        chart[row][_decider(step, path)]["simbol"] = DIAMOND
    elif row == len(chart) - 1:
        chart[row][path[-1]]["simbol"] = OVAL
    if row == 0:
        chart[row][path[0]]["simbol"] = OVAL
    for here, there in pairwise(path):
        out, into = ("keluar_kanan", "masuk_kiri") if here < there else ("keluar_kiri", "masuk_kanan")
        chart[row][here][out] = chart[row][there][into] = True
        for between in range(min(here, there) + 1, max(here, there)):
            chart[row][between]["lewat"] = True


def _draw_down(chart: Chart, row: int, here: int, there: int) -> None:
    """Draw the line from a symbol down to the first symbol of the next step."""
    chart[row][here]["bawah"] = True
    chart[row + 1][here]["dari_atas"] = chart[row + 1][there]["masuk_atas"] = True
    if here < there:
        _draw_cross_line(chart[row + 1], here, there, ("silang_kanan", "silang_tepi"), ("silang_kiri",))
    elif there < here:
        _draw_cross_line(chart[row + 1], there, here, ("silang_kanan", "silang_tepi"), ("silang_kiri",))


def _draw_branch(chart: Chart, row: int, target: int, here: int, there: int) -> None:
    """Draw the line from the right of a symbol along its column's lane to the first symbol of another step."""
    up = target < row
    chart[row][here]["samping"] = chart[row][here]["lorong_naik" if up else "lorong_turun"] = True
    for between in range(min(row, target) + 1, max(row, target)):
        chart[between][here]["lorong"] = True
    chart[target][here]["lorong_ke_silang" if up else "lorong_dari_atas"] = True
    chart[target][there]["masuk_atas"] = True
    if there <= here:
        ends: tuple[str, ...] = ("silang_kanan",) if there == here else ("silang_kiri", "silang_kanan")
        begins = ("silang_kanan", "silang_tepi") if there < here else ()
        _draw_cross_line(chart[target], there, here, begins, ends)
    else:
        _draw_cross_line(chart[target], here, there, ("silang_tepi",), ("silang_kiri",))


def _draw_cross_line(
    cells: list[dict[str, Any]], left: int, right: int, begins: tuple[str, ...], ends: tuple[str, ...]
) -> None:
    """Draw a line from one column to another: how it begins at the left, ends at the right, and all between."""
    for name in begins:
        cells[left][name] = True
    for column in range(left + 1, right):
        for name in ("silang_kiri", "silang_kanan", "silang_tepi"):
            cells[column][name] = True
    for name in ends:
        cells[right][name] = True
