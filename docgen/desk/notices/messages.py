"""A message takes what is due for one person over one channel: claimed, sent, and noted as sent.

Killed between sending and noting it, a message is sent again with the same id after its lease.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ulid import ULID

from docgen.desk.desk import Desk
from docgen.desk.notices.wording import Line, lines_of
from storage.catalogue import notices
from storage.catalogue.access import accounts
from storage.catalogue.notices import Backlog
from storage.errors import RecordMissing
from storage.records import User
from storage.records.notices import Channel, Notice

log = logging.getLogger("docgen.notices")

LEASE = dt.timedelta(minutes=2)  # longer than a try may take
PACE = dt.timedelta(minutes=1)  # between two messages to one person: what happens meanwhile goes with the second
PAUSES = tuple(dt.timedelta(seconds=one) for one in (10, 30, 60, 300, 1800, 3600))  # after each failed try
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """A claimed message: to whom, what it says, and what it carries."""

    id: str
    user: User
    lines: Sequence[Line]
    notices: Sequence[Notice]

    @property
    def at(self) -> dt.datetime:
        """When it was first put together."""
        return ULID.from_str(self.id.upper()).datetime


def claim(desk: Desk, channel: Channel, user: str, target: str) -> Message | None:
    """Claim what is due for a user; None when another process has it, or its time has not come.

    What nobody can read any more, because the account is closed, is given up. Raises StoreUnavailable.
    """
    now = desk.now()
    with desk.catalogue.write() as tx:
        claimed = notices.claim_message(
            tx, channel, user, target, now,
            until=now + LEASE, message=str(ULID.from_datetime(now)).lower(), unless_sent_since=now - PACE,
        )  # fmt: skip
        if not claimed:
            return None
        try:
            account = accounts.get_user(tx, user)
        except RecordMissing:
            account = None
        if account is None or not account.active:
            notices.change_message(tx, claimed[0].message, {"status": "failed"})
            return None
        return Message(claimed[0].message, account, lines_of(desk, tx, claimed), claimed)


def note_sent(desk: Desk, message: Message) -> None:
    """Note that a message was taken by who delivers it. Raises StoreUnavailable."""
    with desk.catalogue.write() as tx:
        notices.change_message(tx, message.id, {"status": "sent", "sent_at": desk.now(), "error": ""})


def note_refused(desk: Desk, message: Message, error: str) -> None:
    """Note that a message will never be taken. Raises StoreUnavailable."""
    log.warning("Message %s is refused: %s", message.id, error)
    with desk.catalogue.write() as tx:
        notices.change_message(tx, message.id, {"status": "failed", "error": error})


def note_failed(desk: Desk, message: Message, error: str, *, channel: Channel | None = None) -> None:
    """Note that a message was not taken now; with `channel` everything else that is due on it waits as long.

    Raises StoreUnavailable.
    """
    attempts = message.notices[0].attempts
    now = desk.now()
    again = now + PAUSES[min(attempts, len(PAUSES) - 1)]
    log.warning("Message %s is sent later: %s", message.id, error)
    with desk.catalogue.write() as tx:
        notices.change_message(tx, message.id, {"next_at": again, "error": error, "attempts": attempts + 1})
        if channel is not None:
            notices.postpone(tx, channel, now, again, error)


def tidy(desk: Desk) -> None:
    """Give up what waits for too long, and forget what ended long ago. Raises StoreUnavailable."""
    now = desk.now()
    with desk.catalogue.write() as tx:
        if count := notices.give_up(tx, now):
            log.warning("Given up: %s notices that could not be sent in time", count)
        notices.forget(tx, now - KEPT)


def mail_backlog(desk: Desk) -> Backlog | None:
    """Return the mails that could not be sent yet, or None. Raises StoreUnavailable."""
    with desk.catalogue.read() as tx:
        return notices.read_backlog(tx, "mail")
