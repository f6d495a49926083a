"""What somebody may do with bundles: how many he begins, and what goes in for him."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection

from docgen.desk.bundles.request import BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may
from docgen.errors import Conflict, FieldError, InvalidSubmission
from storage.catalogue import jobs
from storage.catalogue.limits import seen_within

# What a reader may begin: every bundle lies in the store for good, and making one takes time.
MOST_UNFINISHED = 2
MOST_A_DAY = 20
DAY = dt.timedelta(days=1)


def require_room(desk: Desk, tx: Connection, caller: Caller) -> None:
    """Raise Conflict when the bundle just queued in this transaction is one too many of somebody who does not issue."""
    if may(caller, "issue"):
        return
    begun, unfinished = jobs.count_jobs(tx, "bundle", caller.name, desk.now() - DAY)
    if unfinished > MOST_UNFINISHED:
        raise Conflict(f"{unfinished - 1} bundel Anda masih dibuat. Tunggu sampai selesai, lalu mulai lagi.")
    if begun > MOST_A_DAY:
        raise Conflict(
            f"Sudah {begun - 1} bundel Anda mulai dalam 24 jam ini. Lanjutkan besok, atau minta bantuan operator."
        )


def wanted_bundle(desk: Desk, asked: dict[str, Any], caller: Caller) -> BundleRequest:
    """Return the request for what was asked; for who may not read secret letters, without any.

    Raises ValidationError; InvalidSubmission where it names a letter that the caller may not know of.
    """
    if may(caller, "secret"):
        return BundleRequest.model_validate(asked)
    request = BundleRequest.model_validate(asked | {"without_secret": True})
    named = request.documents or []
    with desk.catalogue.read() as tx:
        unseen = set(named) - seen_within(tx, named, caller.within) if named else set()
    if unseen:
        raise InvalidSubmission(
            [FieldError("documents", f"Naskah {id!r} tidak ada dalam arsip.") for id in sorted(unseen)]
        )
    return request
