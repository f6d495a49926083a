"""What passes with a draft from hand to hand: its route, its versions, who reads it and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.catalogue.rows import aware, to_record, to_row
from storage.catalogue.tables import (
    draft_comments,
    draft_readers,
    draft_readings,
    draft_route,
    draft_versions,
    drafting,
)
from storage.errors import RecordMissing
from storage.records import Draft, DraftComment, Drafting, DraftVersion, RouteEntry


def get_route(tx: Connection, draft: str) -> list[RouteEntry]:
    """Return the entries of a draft's route, in their order; [] while its author has chosen none."""
    return get_routes(tx, [draft]).get(draft, [])


def get_routes(tx: Connection, drafts: Collection[str]) -> dict[str, list[RouteEntry]]:
    """Return the routes of these drafts by id; drafts without one are left out."""
    routes: dict[str, list[RouteEntry]] = {}
    query = select(draft_route).where(draft_route.c.draft.in_(drafts))
    for row in tx.execute(query.order_by(draft_route.c.turn, draft_route.c.position)).mappings():
        routes.setdefault(row["draft"], []).append(to_record(RouteEntry, row))
    return routes


def put_route(tx: Connection, draft: str, entries: Sequence[RouteEntry]) -> None:
    """Set the whole route of a draft."""
    tx.execute(delete(draft_route).where(draft_route.c.draft == draft))
    if entries:
        tx.execute(insert(draft_route), [to_row(entry, draft_route) for entry in entries])


def put_version(tx: Connection, draft: Draft, by: str, at: dt.datetime) -> None:
    """Keep the text of a draft as it is, under the name of who wrote it; a version that is kept stays as it is."""
    row = {"draft": draft.id, "version": draft.version, "late": 0}
    if get_version(tx, draft.id, draft.version) is None:
        tx.execute(insert(draft_versions), {**row, "by": by, "at": at, "body": draft.body})


def add_late_version(
    tx: Connection, draft: str, version: int, by: str, at: dt.datetime, body: dict[str, object]
) -> None:
    """Keep a text that came when somebody had been quicker, beside the version that counts."""
    same = (draft_versions.c.draft == draft) & (draft_versions.c.version == version)
    late = int(tx.execute(select(func.max(draft_versions.c.late)).where(same)).scalar() or 0) + 1
    row = {"draft": draft, "version": version, "late": late, "by": by, "at": at, "body": body}
    tx.execute(insert(draft_versions), row)


def get_version(tx: Connection, draft: str, version: int) -> DraftVersion | None:
    """Return the text of a version that counts, or None: it was not kept."""
    same = (draft_versions.c.draft == draft) & (draft_versions.c.version == version) & (draft_versions.c.late == 0)
    row = tx.execute(select(draft_versions).where(same)).mappings().first()
    return to_record(DraftVersion, row) if row else None


def list_versions(tx: Connection, draft: str) -> list[DraftVersion]:
    """Return every version of a draft that was kept, oldest first; those that came late behind the one that counts."""
    query = select(draft_versions).where(draft_versions.c.draft == draft)
    query = query.order_by(draft_versions.c.version, draft_versions.c.late)
    return [to_record(DraftVersion, row) for row in tx.execute(query).mappings()]


def get_readers(tx: Connection, draft: str) -> list[str]:
    """Return whom the author lets read a draft, by name."""
    query = select(draft_readers.c.user).where(draft_readers.c.draft == draft).order_by(draft_readers.c.user)
    return [str(name) for name in tx.execute(query).scalars()]


def put_readers(tx: Connection, draft: str, users: Collection[str]) -> None:
    """Set whom the author lets read a draft."""
    tx.execute(delete(draft_readers).where(draft_readers.c.draft == draft))
    if users:
        tx.execute(insert(draft_readers), [{"draft": draft, "user": user} for user in sorted(set(users))])


def get_reading(tx: Connection, draft: str, user: str) -> int:
    """Return the version of a draft that a person saw last, 0 when he has not."""
    seen = (draft_readings.c.draft == draft) & (draft_readings.c.user == user)
    return int(tx.execute(select(draft_readings.c.version).where(seen)).scalar() or 0)


def put_reading(tx: Connection, draft: str, user: str, version: int) -> None:
    """Note which version of a draft a person saw last."""
    seen = (draft_readings.c.draft == draft) & (draft_readings.c.user == user)
    if tx.execute(update(draft_readings).where(seen).values(version=version)).rowcount == 0:
        tx.execute(insert(draft_readings), {"draft": draft, "user": user, "version": version})


def add_comment(tx: Connection, comment: DraftComment) -> None:
    """Add a remark on a draft."""
    tx.execute(insert(draft_comments), to_row(comment, draft_comments))


def get_comment(tx: Connection, draft: str, id: str) -> DraftComment:
    """Return a remark on a draft. Raises RecordMissing."""
    same = (draft_comments.c.id == id) & (draft_comments.c.draft == draft)
    row = tx.execute(select(draft_comments).where(same)).mappings().first()
    if row is None:
        raise RecordMissing("Catatan ini tidak ada pada draf itu.")
    return to_record(DraftComment, row)


def list_comments(tx: Connection, draft: str) -> list[DraftComment]:
    """Return every remark on a draft, oldest first."""
    query = select(draft_comments).where(draft_comments.c.draft == draft).order_by(draft_comments.c.id)
    return [to_record(DraftComment, row) for row in tx.execute(query).mappings()]


def resolve_comment(tx: Connection, id: str, at: dt.datetime | None, by: str) -> None:
    """Mark a remark as settled, or, with None, as open again."""
    tx.execute(update(draft_comments).where(draft_comments.c.id == id).values(resolved_at=at, resolved_by=by))


def newest_moment(tx: Connection, draft: str) -> dt.datetime | None:
    """Return when somebody last decided on a draft or wrote a version of it that was kept; None before."""
    decided = tx.execute(select(func.max(draft_route.c.at)).where(draft_route.c.draft == draft)).scalar()
    written = tx.execute(select(func.max(draft_versions.c.at)).where(draft_versions.c.draft == draft)).scalar()
    moments = [aware(moment) for moment in (decided, written) if moment is not None]
    return max(moments) if moments else None


def get_drafting(tx: Connection) -> Drafting:
    """Return what the office set itself on the way of its drafts; nothing where it set nothing."""
    record = tx.execute(select(drafting.c.record)).scalar()
    return Drafting.model_validate(record) if record else Drafting()


def put_drafting(tx: Connection, record: Drafting) -> None:
    """Set the office's own rules on the way of its drafts."""
    values = {"record": record.model_dump(mode="json")}
    if tx.execute(update(drafting).where(drafting.c.id == 1).values(values)).rowcount == 0:
        tx.execute(insert(drafting).values(id=1, **values))
