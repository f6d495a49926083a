"""Closed dossiers by when they were closed and what they hold: read by the page, however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select

from storage.catalogue.dossiers import concerns, get_dossier, list_conditions
from storage.catalogue.rows import IDS, in_parts, to_record
from storage.catalogue.tables import documents, dossiers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Dossier

MOST_COUNTED = 1000  # what is more is said to be as many, because counting everything makes a page slow

_REMAINS = (documents.c.dossier == dossiers.c.id) & (documents.c.status != "destroyed")
_KIND = documents.c.kind.concat("")  # so that the index of the dossier is taken, and not that of the kind
_KINDS = (
    select(documents.c.dossier, documents.c.kind, func.count().label("documents"))
    .where(documents.c.dossier.in_(IDS), documents.c.status != "destroyed")
    .group_by(documents.c.dossier, documents.c.kind)
)


@dataclass(frozen=True)
class ClosedGroup:
    """Dossiers that were closed from `since` on and before `until`, None for any time.

    They are runs of `procedure`, or, when it is "", of none of `other_than`; or letters outside the SOP of one of the
    `classifications`. They hold a letter of each of these sets of kinds (`holds`), and none of the kinds it `lacks`.
    """

    procedure: str = ""
    other_than: Sequence[str] = ()
    classifications: Sequence[str] = ()
    holds: Sequence[Sequence[str]] = ()
    lacks: Sequence[str] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def list_closed(
    tx: Connection,
    groups: Sequence[ClosedGroup],
    *,
    after: str = "",
    limit: int,
    within: Limits = NO_LIMITS,
) -> list[Dossier]:
    """Return the dossiers of any of these groups that hold documents, first those that were closed first.

    The list begins after the dossier `after`; `within` limits what may be seen at all. Raises RecordMissing when there
    is no such dossier.
    """
    query = select(dossiers).where(*_conditions(groups, within)).order_by(dossiers.c.closed_at, dossiers.c.id)
    visible: list[Dossier] = []
    while len(visible) < limit:
        later = query.where(_is_after(get_dossier(tx, after))) if after else query
        page = [to_record(Dossier, row) for row in tx.execute(later.limit(limit)).mappings()]
        visible += [dossier for dossier in page if concerns(dossier, within)]
        if len(page) < limit:
            break
        after = page[-1].id
    return visible[:limit]


def count_closed(tx: Connection, groups: Sequence[ClosedGroup], within: Limits = NO_LIMITS) -> int:
    """Return how many dossiers `list_closed` would list; MOST_COUNTED + 1 stands for all that is more."""
    if within.assets:  # which SQL narrows and Python decides
        return len(list_closed(tx, groups, limit=MOST_COUNTED + 1, within=within))
    matches = select(dossiers.c.id).where(*_conditions(groups, within)).limit(MOST_COUNTED + 1).subquery()
    return int(tx.execute(select(func.count()).select_from(matches)).scalar_one())


def kinds_of(tx: Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many documents of each kind each dossier holds, by id, without destroyed ones."""
    counts: dict[str, dict[str, int]] = {id: {} for id in ids}
    for row in in_parts(tx, _KINDS, ids):
        counts[row.dossier][row.kind] = int(row.documents)
    return counts


def _conditions(groups: Sequence[ClosedGroup], within: Limits) -> list[ColumnElement[bool]]:
    is_in_any = or_(false(), *map(_is_in, groups))
    return [dossiers.c.closed_at.is_not(None), is_in_any, exists().where(_REMAINS), *list_conditions(within)]


def _is_in(group: ClosedGroup) -> ColumnElement[bool]:
    conditions = []
    if group.since is not None:
        conditions.append(dossiers.c.closed_at >= group.since)
    if group.until is not None:
        conditions.append(dossiers.c.closed_at < group.until)
    if group.classifications:
        conditions.append(dossiers.c.classification.in_(group.classifications))
    else:
        conditions.append(dossiers.c.classification == "")
        is_other = dossiers.c.procedure.not_in(group.other_than)
        conditions.append(dossiers.c.procedure == group.procedure if group.procedure else is_other)
    conditions += [exists().where(_REMAINS, _KIND.in_(kinds)) for kinds in group.holds]
    if group.lacks:
        conditions.append(~exists().where(_REMAINS, _KIND.in_(group.lacks)))
    return and_(*conditions)


def _is_after(last: Dossier) -> ColumnElement[bool]:
    closed_at, id = dossiers.c.closed_at, dossiers.c.id
    return (closed_at >= last.closed_at) & or_(closed_at > last.closed_at, id > last.id)
