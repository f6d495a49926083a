"""How many bundles somebody may begin who does not issue letters."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may
from docgen.errors import Conflict
from storage.catalogue import jobs
from wording import say

# What a reader may begin: every bundle lies in the store for good, and making one takes time.
MOST_UNFINISHED = 2
MOST_A_DAY = 20
DAY = dt.timedelta(days=1)


def require_quota(desk: Desk, tx: Connection, caller: Caller) -> None:
    """Raise Conflict when the bundle just queued in this transaction is one too many of somebody who does not issue."""
    if may(caller, "issue"):
        return
    begun, unfinished = jobs.count_jobs(tx, "bundle", caller.name, desk.now() - DAY)
    if unfinished > MOST_UNFINISHED:
        raise Conflict(
            say(
                "{unfinished} bundel Anda masih dibuat. Tunggu sampai selesai, lalu mulai lagi.",
                unfinished=unfinished - 1,
            )
        )
    if begun > MOST_A_DAY:
        raise Conflict(
            say(
                "Sudah {begun} bundel Anda mulai dalam 24 jam ini. Lanjutkan besok, atau minta bantuan operator.",
                begun=begun - 1,
            )
        )
