"""Tell whose step of a dossier is late, or is due by the end of the next working day: each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import DossierView, view_dossiers
from docgen.desk.notices.outbox import tell
from docgen.desk.notices.people import people_in_role
from docgen.desk.notices.wording import What
from docgen.indonesian import local_date
from docgen.links import DOSSIER
from docgen.sop.progress import StepProgress
from docgen.worktime import WorkTime
from storage.catalogue import dossiers, notices
from storage.catalogue.registers import get_office
from storage.catalogue.visibility.classes import closed_documents

FRESH = dt.timedelta(days=3)  # what was late before that is no news
AT_ONCE = 100  # dossiers in one transaction
WHATS: tuple[What, ...] = ("late", "due")


@dataclass(frozen=True)
class Deadline:
    """A dossier whose step is late or nearly due; `key` names it, so that it is told once."""

    dossier: str
    step: StepProgress
    due: dt.datetime
    what: What
    key: str


def tell_deadlines(desk: Desk) -> None:
    """Tell of every open dossier whose step is late or nearly due, and retract what was not sent and holds no more.

    Raises StoreUnavailable.
    """
    keys: set[str] = set()
    cursor, more = "", True
    while more:
        with desk.catalogue.read() as tx:
            if not notices.is_anybody_told(tx):
                return
            page = dossiers.list_dossiers(tx, closed=False, cursor=cursor, limit=AT_ONCE, oldest=True)
            deadlines = find_deadlines(desk, tx, view_dossiers(desk, tx, page))
            known = notices.known_keys(tx, [deadline.key for deadline in deadlines])
        oldest = desk.now() - FRESH
        news = [deadline for deadline in deadlines if deadline.key not in known and deadline.due > oldest]
        if news:
            with desk.catalogue.write() as tx:
                for deadline in news:
                    _tell(desk, tx, deadline)
        keys |= {deadline.key for deadline in deadlines}
        more = len(page) == AT_ONCE
        cursor = page[-1].id if page else ""
    with desk.catalogue.read() as tx:
        stale = notices.unsent_keys(tx, WHATS) - keys
    if stale:
        with desk.catalogue.write() as tx:
            notices.retract_keys(tx, stale)


def find_deadlines(desk: Desk, tx: Connection, views: Collection[DossierView]) -> list[Deadline]:
    """Return which of these dossiers have a step that is late, or due by the end of the next working day."""
    time = WorkTime.of(get_office(tx))
    today = local_date(desk.now(), time.zone.key)
    tomorrow = time.last_day(today + dt.timedelta(days=1), 1)
    deadlines = []
    for view in views:
        step = view.current
        if step is None or step.due is None or local_date(step.due, time.zone.key) > tomorrow:
            continue
        what: What = "late" if step.late else "due"
        key = f"{what}:{view.dossier.id}:{step.step.number}:{step.due:%Y%m%d%H%M}"
        deadlines.append(Deadline(view.dossier.id, step, step.due, what, key))
    return deadlines


def _tell(desk: Desk, tx: Connection, deadline: Deadline) -> None:
    """Tell whoever acts at the step, and, where a letter lacks, who wrote the last one of the dossier."""
    id, step = deadline.dossier, deadline.step
    letters = dossiers.dossier_documents(tx, id)
    people = people_in_role(desk, tx, step.actor)
    if step.lacks and letters:
        people.append(letters[-1].created_by)
    secret = bool(closed_documents(tx, [letter.id for letter in letters]))
    path = f"{DOSSIER}{id}#langkah-{step.step.number}"
    for user in dict.fromkeys(people):
        tell(
            desk, tx, user, deadline.what, id, key=deadline.key, path=path, dossier=id, secret=secret,
            due_at=deadline.due,
        )  # fmt: skip


class DeadlineWatcher(ServiceThread):
    """Looks at the open dossiers every `interval` seconds."""

    def __init__(self, desk: Desk, interval: float = 300.0) -> None:
        super().__init__("deadlines", interval)
        self._desk = desk

    def work(self) -> None:
        """Tell what became late or nearly due."""
        tell_deadlines(self._desk)
