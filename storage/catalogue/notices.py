"""The outbox of what people are told, and the browsers that show it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from storage.catalogue.rows import aware, to_record, to_row, upsert
from storage.catalogue.tables import notices, push_subscriptions, users
from storage.errors import RecordMissing
from storage.records.notices import Channel, Notice, PushSubscription

_ANYBODY = select(  # built once, because every letter asks it
    or_(exists(select(users.c.name).where(users.c.email != "")), exists(select(push_subscriptions.c.id)))
)
MOST_IN_A_MESSAGE = 200  # notices; what is more goes with the next one


@dataclass(frozen=True)
class Backlog:
    """What could not be sent yet: how many notices were tried in vain, since when they wait, and the newest reason."""

    count: int
    since: dt.datetime
    error: str


def add_notice(tx: Connection, notice: Notice) -> None:
    """Put a notice into the outbox, unless this event is there for this person, channel and target."""
    tx.execute(upsert(tx, notices).values(to_row(notice, notices)).on_conflict_do_nothing())


def list_notices(tx: Connection, user: str, *, limit: int = 50) -> list[Notice]:
    """Return the notices of a user, newest first."""
    query = select(notices).where(notices.c.user == user).order_by(notices.c.id.desc()).limit(limit)
    return [to_record(Notice, row) for row in tx.execute(query).mappings()]


def retract(tx: Connection, subject: str, whats: Collection[str]) -> None:
    """Remove what was to be told about a letter, draft or dossier and that no message carries yet."""
    unsent = (notices.c.status == "pending") & (notices.c.message == "")
    tx.execute(delete(notices).where(notices.c.subject == subject, notices.c.what.in_(whats), unsent))


def unsent_keys(tx: Connection, whats: Collection[str]) -> set[str]:
    """Return the events of these sorts that no message carries yet."""
    unsent = (notices.c.status == "pending") & (notices.c.message == "") & notices.c.what.in_(whats)
    return set(tx.execute(select(notices.c.key).where(unsent).distinct()).scalars())


def known_keys(tx: Connection, keys: Collection[str]) -> set[str]:
    """Return which of these events somebody was told of, or will be."""
    return set(tx.execute(select(notices.c.key).where(notices.c.key.in_(keys)).distinct()).scalars())


def retract_keys(tx: Connection, keys: Collection[str]) -> None:
    """Remove what was to be told of these events and that no message carries yet."""
    for key in keys:
        tx.execute(delete(notices).where(notices.c.key == key, notices.c.status == "pending", notices.c.message == ""))


def is_anybody_told(tx: Connection) -> bool:
    """Return whether anybody has an address, or a browser, to be told at."""
    return bool(tx.execute(_ANYBODY).scalar())


def due_targets(tx: Connection, channel: Channel, now: dt.datetime, limit: int = 50) -> list[tuple[str, str]]:
    """Return the (user, target) for whom something is due on a channel, the one who waits longest first."""
    is_due = (notices.c.status == "pending") & (notices.c.channel == channel) & (notices.c.next_at <= now)
    query = select(notices.c.user, notices.c.target).where(is_due).group_by(notices.c.user, notices.c.target)
    rows = tx.execute(query.order_by(func.min(notices.c.next_at)).limit(limit))
    return [(str(user), str(target)) for user, target in rows]


def claim_message(
    tx: Connection,
    channel: Channel,
    user: str,
    target: str,
    now: dt.datetime,
    *,
    until: dt.datetime,
    message: str,
    unless_sent_since: dt.datetime,
) -> list[Notice]:
    """Claim what one message tells a user, until `until`; return it, oldest first, or nothing.

    A message that was tried before is claimed again as it was, so that it is the same message. Else what is due goes
    into a new one with the id `message`, unless the user was sent another one since `unless_sent_since`.
    """
    own = (notices.c.channel == channel) & (notices.c.user == user) & (notices.c.target == target)
    is_due = own & (notices.c.status == "pending") & (notices.c.next_at <= now)
    query = select(notices.c.message).where(is_due, notices.c.message != "").order_by(notices.c.next_at).limit(1)
    tried = tx.execute(query).scalar()
    if tried is not None:
        return _claim(tx, is_due & (notices.c.message == tried), {"next_at": until})
    if tx.execute(select(notices.c.id).where(own, notices.c.sent_at > unless_sent_since).limit(1)).first():
        return []
    new = is_due & (notices.c.message == "")
    ids = list(tx.execute(select(notices.c.id).where(new).order_by(notices.c.id).limit(MOST_IN_A_MESSAGE)).scalars())
    return _claim(tx, new & notices.c.id.in_(ids), {"next_at": until, "message": message}) if ids else []


def change_message(tx: Connection, message: str, values: Mapping[str, Any]) -> None:
    """Change columns of every notice that a message carries."""
    tx.execute(update(notices).where(notices.c.message == message).values(dict(values)))


def postpone(tx: Connection, channel: Channel, now: dt.datetime, until: dt.datetime, error: str) -> None:
    """Put off everything that is due on a channel, because nothing can be sent over it; it counts as tried."""
    is_due = (notices.c.status == "pending") & (notices.c.channel == channel) & (notices.c.next_at <= now)
    values = {"next_at": until, "error": error, "attempts": notices.c.attempts + 1}
    tx.execute(update(notices).where(is_due).values(values))


def give_up(tx: Connection, now: dt.datetime) -> int:
    """Give up what waits past its time, and return how many notices that are."""
    is_over = (notices.c.status == "pending") & (notices.c.give_up_at < now)
    return tx.execute(update(notices).where(is_over).values(status="failed")).rowcount


def read_backlog(tx: Connection, channel: Channel) -> Backlog | None:
    """Return what was tried in vain on a channel and still waits, or None."""
    tried = (notices.c.status == "pending") & (notices.c.channel == channel) & (notices.c.error != "")
    row = tx.execute(select(func.count(), func.min(notices.c.created_at)).where(tried)).one()
    if not row[0]:
        return None
    error = tx.execute(select(notices.c.error).where(tried).order_by(notices.c.next_at.desc()).limit(1)).scalar()
    return Backlog(int(row[0]), aware(row[1]), str(error))


def forget(tx: Connection, before: dt.datetime) -> None:
    """Delete notices from before this moment that are over, sent or not."""
    tx.execute(delete(notices).where(notices.c.status != "pending", notices.c.created_at < before))


def add_subscription(tx: Connection, record: PushSubscription) -> None:
    """Add a browser; the same browser of another user, or subscribed before, is replaced."""
    digest = hashlib.sha256(record.endpoint.encode()).hexdigest()
    known = select(push_subscriptions.c.id).where(push_subscriptions.c.endpoint_sha256 == digest)
    for id in list(tx.execute(known).scalars()):
        remove_subscription(tx, id)
    tx.execute(insert(push_subscriptions).values(to_row(record, push_subscriptions, endpoint_sha256=digest)))


def list_subscriptions(tx: Connection, user: str) -> list[PushSubscription]:
    """Return the browsers of a user, oldest first."""
    query = select(push_subscriptions).where(push_subscriptions.c.user == user).order_by(push_subscriptions.c.id)
    return [to_record(PushSubscription, row) for row in tx.execute(query).mappings()]


def get_subscription(tx: Connection, id: str) -> PushSubscription:
    """Return one browser. Raises RecordMissing."""
    row = tx.execute(select(push_subscriptions).where(push_subscriptions.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing("Peramban ini tidak lagi menerima pemberitahuan.")
    return to_record(PushSubscription, row)


def remove_subscription(tx: Connection, id: str) -> None:
    """Remove a browser with what waits for it."""
    tx.execute(delete(notices).where(notices.c.target == id, notices.c.status == "pending"))
    tx.execute(delete(push_subscriptions).where(push_subscriptions.c.id == id))


def remove_subscriptions(tx: Connection, user: str) -> None:
    """Remove every browser of a user with what waits for it."""
    for subscription in list_subscriptions(tx, user):
        remove_subscription(tx, subscription.id)


def _claim(tx: Connection, which: Any, values: Mapping[str, Any]) -> list[Notice]:
    rows = tx.execute(update(notices).where(which).values(dict(values)).returning(notices)).mappings()
    return sorted((to_record(Notice, row) for row in rows), key=lambda notice: notice.id)
