"""Send what is due to people's browsers, through the push services that these name."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.notices.messages import Message, claim, note_failed, note_refused, note_sent
from docgen.desk.notices.wording import push_text, subject_of
from docgen.desk.webhooks.sender import AddressRefused, SendFailed, post
from docgen.web_push import LONGEST, PushKeys, encrypt
from storage.catalogue import notices
from storage.errors import RecordMissing
from storage.records.notices import PushSubscription

LIFETIME = 24 * 3600  # seconds that a push service holds a message for a browser that is off
AT_ONCE = 4  # browsers
GONE = (401, 403, 404, 410)  # the browser takes none any more, or not with these keys: it has to subscribe again


def send_due_pushes(desk: Desk, keys: PushKeys, private: bool) -> int:
    """Send one message to each browser for which something is due; return how many were taken.

    Unless `private`, none goes to this machine or a private network. Raises StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        due = notices.due_targets(tx, "push", desk.now())
    if not due:
        return 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push") as pool:
        return sum(pool.map(lambda target: _send(desk, keys, private, *target), due))


def _send(desk: Desk, keys: PushKeys, private: bool, user: str, target: str) -> bool:
    """Send what is due to one browser; whether its push service took it."""
    message = claim(desk, "push", user, target)
    if message is None:
        return False
    try:
        with desk.catalogue.read() as tx:
            subscription = notices.get_subscription(tx, target)
    except RecordMissing as error:
        note_refused(desk, message, str(error))
        return False
    try:
        status = _post(desk, keys, private, subscription, message)
    except (SendFailed, AddressRefused, ValueError) as error:
        note_failed(desk, message, str(error))
        return False
    if 200 <= status < 300:
        note_sent(desk, message)
        return True
    if status in GONE:
        with desk.catalogue.write() as tx:
            notices.remove_subscription(tx, target)
    else:
        note_failed(desk, message, f"HTTP {status}")
    return False


def _post(desk: Desk, keys: PushKeys, private: bool, subscription: PushSubscription, message: Message) -> int:
    contact = f"mailto:{desk.mail.sender}" if desk.mail is not None else desk.public_url
    now = int(desk.now().timestamp())
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(LIFETIME),
        "Urgency": "high",  # or a phone that sleeps shows it hours later
        "Topic": message.id,  # of one message that is sent twice a browser that was off gets one
        "Authorization": keys.authorization(subscription.endpoint, contact, now),
    }
    body = encrypt(payload(desk, message), subscription.p256dh, subscription.auth)
    return post(subscription.endpoint, body, headers, private=private)


def payload(desk: Desk, message: Message) -> bytes:
    """Return what the service worker shows: title, body, link, and a tag by which one message is shown once."""
    first = message.lines[0]
    link = first.link if len(message.lines) == 1 else f"{desk.public_url}/"
    text = {"title": str(subject_of(message.lines)), "body": push_text(message.lines), "url": link, "tag": message.id}
    text["body"] = text["body"][: LONGEST // 8]  # a sign has up to four bytes, and is escaped by up to twelve
    return json.dumps(text, ensure_ascii=False).encode()


class PushSender(ServiceThread):
    """Sends what is due every `interval` seconds."""

    def __init__(self, desk: Desk, keys: PushKeys, private: bool = False, interval: float = 2.0) -> None:
        super().__init__("push", interval)
        self._desk, self._keys, self._private = desk, keys, private

    def work(self) -> None:
        """Send what is due."""
        send_due_pushes(self._desk, self._keys, self._private)
