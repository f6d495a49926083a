"""Tell a person something: a line in the outbox for each way he is told, in the transaction that makes it true."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.desk import Desk
from docgen.desk.notices.wording import What
from docgen.indonesian import local_date
from docgen.worktime import WorkTime
from storage.catalogue import notices
from storage.catalogue.access import accounts
from storage.catalogue.registers import get_office
from storage.errors import RecordMissing
from storage.records.notices import Channel, Notice

GIVE_UP = dt.timedelta(days=3)  # after a notice was due first
SUMMARY = dt.time(7, 30)  # on the office's clock, on working days


def tell(
    desk: Desk,
    tx: Connection,
    user: str,
    what: What,
    subject: str,
    *,
    key: str,
    path: str,
    kind: str = "",
    dossier: str = "",
    secret: bool = False,
    due_at: dt.datetime | None = None,
    hold: dt.timedelta = dt.timedelta(),
) -> None:
    """Tell a user of something, as he chose: by mail at once or in the next summary, and in his browsers.

    `subject` is the id of the letter, draft or dossier, `path` the page that it leads to, `kind` and `dossier` what the
    message may name; `secret` says of a draft that it is of class T, R or SR (letters are looked up). `key` names the
    event: of one that is told already nobody is told again. Nothing is sent before `hold` is over, so that what is
    undone meanwhile can be retracted. Who has no account, or a closed one, is not told.
    """
    try:
        account = accounts.get_user(tx, user)
    except RecordMissing:  # a token, or the command line
        return
    if not account.active:
        return
    now = desk.now()
    ways: list[tuple[Channel, str, dt.datetime]] = []
    if desk.mail is not None and account.email and account.mail != "never":
        ways.append(
            ("mail", "", next_summary(tx, now + hold) if account.mail == "daily" and what != "test" else now + hold)
        )
    ways += [("push", browser.id, now + hold) for browser in notices.list_subscriptions(tx, user)]
    for channel, target, moment in ways:
        notice = Notice(
            id=str(ULID()).lower(),
            user=user,
            channel=channel,
            target=target,
            key=key,
            what=what,
            subject=subject,
            path=path,
            kind=kind,
            dossier=dossier,
            secret=secret,
            due_at=due_at,
            created_at=now,
            next_at=moment,
            give_up_at=moment + GIVE_UP,
        )
        notices.add_notice(tx, notice)


def retract(tx: Connection, subject: str, *whats: What) -> None:
    """Tell nobody any more of what no longer holds of a letter, draft or dossier, unless a message is on its way."""
    notices.retract(tx, subject, whats)


def next_summary(tx: Connection, moment: dt.datetime) -> dt.datetime:
    """Return when the next daily summary is sent: at half past seven of the first working day from `moment` on."""
    time = WorkTime.of(get_office(tx))
    date = local_date(moment, time.zone.key)
    if moment.astimezone(time.zone).time() > SUMMARY:
        date += dt.timedelta(days=1)
    return dt.datetime.combine(time.last_day(date, 1), SUMMARY, time.zone).astimezone(dt.UTC)
