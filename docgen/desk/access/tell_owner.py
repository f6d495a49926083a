"""Tell the owner of an account, by mail, what happened to it: a line in the outbox, which is sent like any notice.

It is sent at once, and also to who wants no mail of letters: a stranger may be in his account.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk.desk import Desk
from docgen.links import SECURITY, SESSIONS
from storage.catalogue import notices
from storage.records import User
from storage.records.notices import Notice

AccountEvent = Literal[
    "password_changed", "password_link", "factors_changed", "factors_reset", "passkey_refused"
]  # fmt: skip
GIVE_UP = dt.timedelta(days=3)
GIVE_UP_LINK = dt.timedelta(hours=2)  # whoever waits for a link asks again before that


def tell_owner(desk: Desk, tx: Connection, user: User, what: AccountEvent) -> bool:
    """Tell the owner of an account; return False where no mail is set up or the account has no address.

    `what` is a word of `docgen.desk.notices.wording`.
    """
    if desk.mail is None or not user.email or not user.active:
        return False
    now, id = desk.now(), str(ULID()).lower()
    notice = Notice(
        id=id,
        user=user.name,
        channel="mail",
        key=f"{what}:{id}",
        what=what,
        subject=what,
        path=SESSIONS if what.startswith("password") else SECURITY,
        created_at=now,
        next_at=now,
        give_up_at=now + (GIVE_UP_LINK if what == "password_link" else GIVE_UP),
    )
    notices.add_notice(tx, notice)
    return True
