"""How much an office has and how far behind it is, in figures that name nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.catalogue.maintenance import last_run
from storage.catalogue.periods import counts_by_month
from storage.catalogue.tables import dossiers, draft_route, journal, turns
from storage.records import MaintenanceRun


@dataclass(frozen=True)
class OfficeFigures:
    """Counts of one office: letters dated this month and year, dossiers that are open and of those the late ones,
    drafts that wait for an official, letters with a number that are still being made; its last backup and check.
    """

    letters_month: int
    letters_year: int
    open_dossiers: int
    late_dossiers: int
    waiting_drafts: int
    unfinished_letters: int
    last_backup: MaintenanceRun | None
    last_verify: MaintenanceRun | None


def office_figures(tx: Connection, now: dt.datetime, today: dt.date) -> OfficeFigures:
    """Return the figures of an office on a day of its own calendar."""
    months = [(month, count) for _, month, count in counts_by_month(tx, today.year)]
    waiting = select(func.count(draft_route.c.draft.distinct())).where(draft_route.c.state == "waiting")
    return OfficeFigures(
        letters_month=sum(count for month, count in months if month == today.month),
        letters_year=sum(count for _, count in months),
        open_dossiers=_count(tx, select(func.count()).where(dossiers.c.closed_at.is_(None))),
        late_dossiers=_count(tx, select(func.count()).where(turns.c.due < now)),
        waiting_drafts=_count(tx, waiting),
        unfinished_letters=_count(tx, select(func.count()).select_from(journal)),
        last_backup=last_run(tx, "backup"),
        last_verify=last_run(tx, "verify"),
    )


def _count(tx: Connection, query: Select[Any]) -> int:
    return int(tx.execute(query).scalar() or 0)
