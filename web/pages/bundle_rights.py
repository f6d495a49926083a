"""What a person may do with bundles: how many he begins, and what goes in for him."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docgen.desk.bundle import BundleRequest
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import documents, work
from web.desk import get_desk
from web.pages.access import limits, me

# What a reader may begin: every bundle lies in the store for good, and making one takes time.
MOST_UNFINISHED = 2
MOST_A_DAY = 20
DAY = dt.timedelta(days=1)


def too_many() -> str:
    """Why a reader may begin no further bundle now; "" when he may, and for who issues."""
    if me().may("issue"):
        return ""
    desk = get_desk()
    with desk.catalogue.read() as tx:
        begun, unfinished = work.count_jobs(tx, "bundle", me().name, desk.now() - DAY)
    if unfinished >= MOST_UNFINISHED:
        return f"{unfinished} bundel Anda masih dibuat. Tunggu sampai selesai, lalu mulai lagi."
    if begun >= MOST_A_DAY:
        return f"Sudah {begun} bundel Anda mulai dalam 24 jam ini. Lanjutkan besok, atau minta bantuan operator."
    return ""


def wanted_bundle(asked: dict[str, Any]) -> BundleRequest:
    """The request of a form; for who may not read secret letters, without any.

    Raises ValidationError; InvalidSubmission where it names a letter that the person may not know of.
    """
    if me().may("secret"):
        return BundleRequest.model_validate(asked)
    request = BundleRequest.model_validate(asked | {"without_secret": True})
    named = request.documents or []
    with get_desk().catalogue.read() as tx:
        unseen = set(named) - documents.seen_within(tx, named, limits()) if named else set()
    if unseen:
        raise InvalidSubmission(
            [FieldError("documents", f"Naskah {id!r} tidak ada dalam arsip.") for id in sorted(unseen)]
        )
    return request
