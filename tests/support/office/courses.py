"""Documents and decisions of a procedure, hours after its dossier was opened, and the state of its steps."""

from __future__ import annotations

import datetime as dt
from itertools import count

from docgen.sop import load_sop
from docgen.sop.course import DossierDocument
from docgen.sop.progress import StepProgress, step_progress
from docgen.worktime import WorkTime
from storage.records import Decision, Endorsement, Office

OPENED = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)  # Monday, 09.00 WITA
SOP = load_sop()
OFFICE = Office(government="Pemerintah", name="Dinas", unit_code="D", place="Batulicin")
TIME = WorkTime.of(OFFICE)
_ids = count()


def at(hours: float) -> dt.datetime:
    """So many hours after the dossier was opened."""
    return OPENED + dt.timedelta(hours=hours)


def decision(step: int, word: Decision, hours: float) -> Endorsement:
    """A decision of that step."""
    return Endorsement(
        **{"step": step, "decision": word, "official": "x", "name": "N", "nip": "", "post": "P", "role": "R"},
        **{"actor": "kepala_bidang", "at": at(hours), "by": "x"},
    )


def letter_of(kind: str, step: int, hours: float, *decisions: Endorsement, in_force: bool = True) -> DossierDocument:
    """A document."""
    return DossierDocument(f"d{next(_ids)}", kind, step, at(hours), in_force, decisions)


def steps(procedure: str, *documents: DossierDocument, now: float = 1000, closed: bool = False) -> list[StepProgress]:
    """The state of each step."""
    chosen = SOP.procedure(procedure)
    return step_progress(chosen, documents, opened=OPENED, closed=closed, now=at(now), add_minutes=TIME.add)


def states(procedure: str, *documents: DossierDocument, **given: float) -> list[str]:
    """The states alone."""
    return [one.state for one in steps(procedure, *documents, **given)]  # type: ignore[arg-type]
