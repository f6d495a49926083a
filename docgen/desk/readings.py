"""Who read a secret letter: recorded in the audit log, once for each sitting."""

from __future__ import annotations

import datetime as dt

from docgen.desk import audit
from docgen.desk.desk import Desk
from storage.catalogue import audit as log
from storage.catalogue.classes import is_secret

SITTING = dt.timedelta(minutes=15)  # a page of pictures, its PDF and its Word file are one reading


def note_reading(desk: Desk, id: str, by: str) -> None:
    """Record that `by` read a letter of class R or SR, unless that was recorded a moment ago."""
    since = desk.now() - SITTING
    with desk.catalogue.read() as tx:
        if not is_secret(tx, id) or log.is_noted(tx, "document.read", id, by, since):
            return
    with desk.catalogue.write() as tx:
        audit.record(desk, tx, by, "document.read", id)
