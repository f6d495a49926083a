"""Note when the installation was backed up and checked, so that monitoring can tell when that was too long ago."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ulid import ULID

from docgen.desk.desk import Desk
from docgen.log_words import describe
from storage.catalogue import maintenance
from storage.errors import StorageError
from storage.records import MaintenanceKind, MaintenanceRun

log = logging.getLogger("docgen.maintenance")


@dataclass
class Outcome:
    """How a run ended: whether all is well, and in figures what it did. Whoever runs it sets both."""

    is_ok: bool = True
    summary: dict[str, Any] = field(default_factory=dict)


@contextmanager
def noted_run(desk: Desk, kind: MaintenanceKind) -> Iterator[Outcome]:
    """Note the run within when it has ended, also when it failed. One that was killed or interrupted is none.

    While the database cannot be written the note is lost, not the run.
    """
    started_at, outcome = desk.now(), Outcome()
    try:
        yield outcome
    except Exception as error:
        _note(desk, kind, started_at, Outcome(is_ok=False, summary={"error": describe(error)}))
        raise
    _note(desk, kind, started_at, outcome)


def _note(desk: Desk, kind: MaintenanceKind, started_at: dt.datetime, outcome: Outcome) -> None:
    run = MaintenanceRun(
        id=str(ULID()).lower(),
        kind=kind,
        started_at=started_at,
        ended_at=desk.now(),
        is_ok=outcome.is_ok,
        summary=outcome.summary,
    )
    try:
        with desk.catalogue.write() as tx:
            maintenance.add_run(tx, run)
    except StorageError as error:
        log.warning("This %s is not noted: %s", kind, error)
