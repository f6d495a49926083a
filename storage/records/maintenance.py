"""The record of a backup or a check of the installation."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from storage.records.base import Record

MaintenanceKind = Literal["backup", "verify"]


class MaintenanceRun(Record):
    """A run that has ended. `summary` tells in figures what it did, or, under `error`, why it could not."""

    id: str
    kind: MaintenanceKind
    started_at: dt.datetime
    ended_at: dt.datetime
    is_ok: bool
    summary: dict[str, Any]
