"""Limit how many bundles a caller without the right to file may begin."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may
from docgen.errors import Conflict
from storage.catalogue import jobs
from wording import say

# A reader may begin few bundles, because every bundle stays in the store and takes time to make.
MOST_UNFINISHED = 2
MOST_A_DAY = 20
DAY = dt.timedelta(days=1)


def require_quota(desk: Desk, tx: Connection, caller: Caller) -> None:
    """Raise Conflict if the bundle just queued in this transaction is one too many for a caller who may not file."""
    if may(caller, "file"):
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
