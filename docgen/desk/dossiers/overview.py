"""What a head of office wants to see: documents per month and procedure, and how long steps take against their norm."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import DossierView, view_dossiers
from docgen.worktime import WorkTime
from storage.catalogue import dossiers, periods
from storage.catalogue.registers import get_office

LOOKED_AT = 60  # dossiers, the newest: older ones tell little of now, and reading more makes the page slow
OLDEST_OPEN = 30  # open dossiers looked at for what is late


@dataclass(frozen=True)
class StepTime:
    """How long one step took, in minutes of working time: the middle of all, its norm, how many, how many late."""

    procedure: str
    step: int
    activity: str
    minutes: float
    norm: int
    count: int
    late: int


def months_of(tx: Connection, year: int) -> dict[str, list[int]]:
    """The number of issued documents in each month of a year, by procedure."""
    found: dict[str, list[int]] = {}
    for procedure, month, count in periods.counts_by_month(tx, year):
        found.setdefault(procedure, [0] * 12)[month - 1] = count
    return found


def step_times(desk: Desk, tx: Connection, year: int) -> list[StepTime]:
    """The steps that were finished in a year, in the order of the SOP, from the newest dossiers."""
    time = WorkTime.of(get_office(tx))
    taken: dict[tuple[str, int], list[tuple[float, bool]]] = {}
    for view in view_dossiers(desk, tx, dossiers.list_dossiers(tx, limit=LOOKED_AT)):
        for one in view.steps:
            if one.finished and one.started and one.finished.astimezone(time.zone).year == year:
                minutes = time.minutes(one.started, one.finished)
                taken.setdefault((view.dossier.procedure, one.step.number), []).append((minutes, one.late))
    return [
        StepTime(
            procedure=procedure.slug,
            step=step.number,
            activity=step.activity,
            minutes=median(minutes for minutes, _ in found),
            norm=step.time_norm_minutes,
            count=len(found),
            late=sum(late for _, late in found),
        )
        for procedure in desk.sop.procedures
        for step in procedure.steps
        if (found := taken.get((procedure.slug, step.number)))
    ]


def late_dossiers(desk: Desk, tx: Connection, limit: int) -> list[DossierView]:
    """Open dossiers whose step is past its norm, longest late first, among the oldest that are open."""
    opened = dossiers.list_dossiers(tx, closed=False, limit=OLDEST_OPEN, oldest=True)
    late = [view for view in view_dossiers(desk, tx, opened) if view.current and view.current.late]
    return sorted(late, key=_due)[:limit]


def _due(view: DossierView) -> dt.datetime:
    current = view.current
    return current.due if current and current.due else dt.datetime.max.replace(tzinfo=dt.UTC)
