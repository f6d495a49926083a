"""Who read secret letters: recorded in the audit log, once for each sitting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from storage.catalogue import audit as log
from storage.catalogue.classes import secret_among

SITTING = dt.timedelta(minutes=15)  # a page of pictures, its PDF and its Word file are one reading


def note_reading(desk: Desk, ids: Sequence[str], by: str) -> None:
    """Record those of these letters of class R or SR that `by` reads, unless that was recorded a moment ago."""
    since = desk.now() - SITTING
    with desk.catalogue.read() as tx:
        secret = sorted(secret_among(tx, ids))
        noted = log.noted_among(tx, Action.DOCUMENT_READ, secret, by, since)
    read = [id for id in secret if id not in noted]
    if read:
        with desk.catalogue.write() as tx:
            for id in read:
                audit.record(desk, tx, by, Action.DOCUMENT_READ, id)
