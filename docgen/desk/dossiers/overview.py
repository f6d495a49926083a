"""Figures for the head of office: documents per month and procedure, and how long steps take against their norm."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import view_dossiers
from docgen.worktime import WorkTime
from storage.catalogue import dossiers, periods
from storage.catalogue.registers import get_office
from storage.catalogue.visibility.limits import NO_LIMITS, Limits

LOOKED_AT = 60  # dossiers, the newest: older ones tell little of now, and reading more makes the page slow


@dataclass(frozen=True)
class StepTime:
    """How long a step took in minutes of working time: the median, its norm, how often it was done, how often late."""

    procedure: str
    step: int
    activity: str
    minutes: float
    norm: int
    count: int
    late: int


def months_of(tx: Connection, year: int, within: Limits = NO_LIMITS) -> dict[str, list[int]]:
    """Return the number of issued documents in each month of a year, by procedure.

    Those outside of `within` are not counted.
    """
    counts: dict[str, list[int]] = {}
    for procedure, month, count in periods.counts_by_month(tx, year, within):
        counts.setdefault(procedure, [0] * 12)[month - 1] = count
    return counts


def step_times(desk: Desk, tx: Connection, year: int, within: Limits = NO_LIMITS) -> list[StepTime]:
    """Return the times of steps that were finished in a year, in the order of the SOP.

    They are those of the newest dossiers within limits.
    """
    time = WorkTime.of(get_office(tx))
    times: dict[tuple[str, int], list[tuple[float, bool]]] = {}
    for view in view_dossiers(desk, tx, dossiers.list_dossiers(tx, limit=LOOKED_AT, within=within), within):
        for progress in view.steps:
            if progress.finished and progress.started and progress.finished.astimezone(time.zone).year == year:
                minutes = time.minutes(progress.started, progress.finished)
                times.setdefault((view.dossier.procedure, progress.step.number), []).append((minutes, progress.late))
    return [
        StepTime(
            procedure=procedure.slug,
            step=step.number,
            activity=step.activity,
            minutes=median(minutes for minutes, _ in times_of_step),
            norm=step.time_norm_minutes,
            count=len(times_of_step),
            late=sum(late for _, late in times_of_step),
        )
        for procedure in desk.sop.procedures
        for step in procedure.steps
        if (times_of_step := times.get((procedure.slug, step.number)))
    ]
