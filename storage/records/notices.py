"""Records of what people are told: notices that wait or were sent, and the browsers that show them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from storage.records.base import Record

Channel = Literal["mail", "push"]
NoticeStatus = Literal["pending", "sent", "failed"]


class Notice(Record):
    """One thing one person is told over one channel; `target` is the browser of a push, "" for mail.

    `key` names the event: nobody is told of it twice over the same channel and target. `what` is a word of
    `docgen.desk.notices.wording`, `subject` the id of the letter, draft or dossier, `path` where it leads. `message` is
    the id of the message that carries it, together with others; "" before the first try. `next_at` moves on while the
    message is being sent.
    """

    id: str
    user: str
    channel: Channel
    target: str = ""
    key: str
    what: str
    subject: str
    path: str
    kind: str = ""
    dossier: str = ""
    secret: bool = False
    due_at: dt.datetime | None = None
    created_at: dt.datetime
    next_at: dt.datetime
    give_up_at: dt.datetime
    status: NoticeStatus = "pending"
    message: str = ""
    attempts: int = 0
    error: str = ""
    sent_at: dt.datetime | None = None


class PushSubscription(Record):
    """A browser that shows notices of a user: where they are sent, and the keys they are encrypted with (base64url)."""

    id: str
    user: str
    endpoint: str
    p256dh: str
    auth: str
    browser: str = ""
    created_at: dt.datetime
