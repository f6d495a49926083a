"""How a person wants to be told: an address and when, and the browsers that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

from ulid import ULID

from docgen.desk import audit
from docgen.desk.access.accounts import require_address
from docgen.desk.access.managers import require_reach
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.notices.outbox import tell
from docgen.desk.notices.wording import Line, lines_of
from docgen.desk.rights import Caller
from docgen.desk.webhooks.public_address import refused_literal
from docgen.errors import FieldError, InvalidSubmission
from docgen.links import NOTICES
from docgen.web_push import check_keys
from storage.catalogue import notices
from storage.catalogue.access import accounts, one_time_links
from storage.errors import RecordMissing
from storage.records import MailChoice, User
from storage.records.notices import Notice, PushSubscription
from wording import say

MOST_BROWSERS = 10  # of one person; the oldest goes
_LONGEST_ENDPOINT = 2000  # characters
_LONGEST_BROWSER = 300


@dataclass(frozen=True)
class NoticeLine:
    """A notice, and what it says."""

    notice: Notice
    line: Line


def choose(desk: Desk, user: str, email: str, mail: str, by: str, *, caller: Caller | None = None) -> User:
    """Set where and when a user is told by mail, and return the user; an empty address: not at all.

    The audit log notes that the address changed, not which it is. Open links for a password end with the address they
    were sent to. `caller` is who asks, None for the owner and on the command line. Raises InvalidSubmission,
    RecordMissing, and Forbidden for an account that may do more than the caller.
    """
    email = email.strip()
    errors = []
    try:
        require_address(email)
    except InvalidSubmission as error:
        errors = error.errors
    if mail not in get_args(MailChoice):
        errors.append(FieldError("mail", "Pilih kapan Anda diberi tahu."))
    if errors:
        raise InvalidSubmission(errors)
    with desk.catalogue.write() as tx:
        before = accounts.hold_user(tx, user)
        require_reach(desk, caller, before.role)
        after = before.model_copy(update={"email": email, "mail": mail})
        if after != before:
            accounts.put_user(tx, after)
            if email != before.email:
                one_time_links.void_links(tx, user, desk.now())
            details = {"mail": mail, "email_changed": email != before.email}
            audit.record(desk, tx, by, Action.USER_CHANGED, user, before={"mail": before.mail}, after=details)
    return after


def subscribe(
    desk: Desk, user: str, endpoint: str, p256dh: str, auth: str, *, browser: str = "", private: bool = False
) -> PushSubscription:
    """Show what this user is told in one more browser, whose push service is at `endpoint`.

    Raises InvalidSubmission for what no browser sends, or, unless `private`, for an address of this machine or a
    private network.
    """
    _check(endpoint, p256dh, auth, private)
    subscription = PushSubscription(
        id=str(ULID()).lower(),
        user=user,
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
        browser="".join(filter(str.isprintable, browser))[:_LONGEST_BROWSER],
        created_at=desk.now(),
    )
    with desk.catalogue.write() as tx:
        notices.add_subscription(tx, subscription)
        for old in notices.list_subscriptions(tx, user)[:-MOST_BROWSERS]:
            notices.remove_subscription(tx, old.id)
    return subscription


def unsubscribe(desk: Desk, user: str, id: str) -> None:
    """Tell this user nothing more in one of his browsers. Raises RecordMissing for one of somebody else."""
    with desk.catalogue.write() as tx:
        if notices.get_subscription(tx, id).user != user:
            raise RecordMissing("Peramban ini tidak lagi menerima pemberitahuan.")
        notices.remove_subscription(tx, id)


def send_test(desk: Desk, user: str) -> None:
    """Tell a user that he is told, by every way he chose."""
    with desk.catalogue.write() as tx:
        tell(desk, tx, user, "test", user[:60], key=f"test:{ULID()}", path=NOTICES)


def subscriptions(desk: Desk, user: str) -> list[PushSubscription]:
    """Return the browsers that show what a user is told, oldest first."""
    with desk.catalogue.read() as tx:
        return notices.list_subscriptions(tx, user)


def list_recent(desk: Desk, user: str, limit: int) -> list[NoticeLine]:
    """Return what a user was told or will be, newest first."""
    with desk.catalogue.read() as tx:
        records = notices.list_notices(tx, user, limit=limit)
        return [NoticeLine(notice, line) for notice, line in zip(records, lines_of(desk, tx, records), strict=True)]


def _check(endpoint: str, p256dh: str, auth: str, private: bool) -> None:
    try:
        parts = urlsplit(endpoint)
        sound = bool(parts.hostname) and parts.username is None and (parts.port or 1) > 0
        sound = sound and parts.scheme in (("http", "https") if private else ("https",))
        sound = sound and len(endpoint) <= _LONGEST_ENDPOINT and endpoint.isascii() and endpoint.isprintable()
        check_keys(p256dh, auth)
    except ValueError:
        sound = False
    if not sound or " " in endpoint:
        raise InvalidSubmission([FieldError("endpoint", "Peramban ini tidak dapat dikirimi pemberitahuan.")])
    host = urlsplit(endpoint).hostname or ""
    if not private and refused_literal(host):
        message = say("{host} ada di mesin ini atau jaringan pribadi.", host=host)
        raise InvalidSubmission([FieldError("endpoint", message)])
