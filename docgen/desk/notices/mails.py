"""Send the mails that are due, and again later while the mail server is away."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import replace

from docgen.desk.access.password_links import make_link
from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.notices.messages import Message, claim, note_failed, note_refused, note_sent, tidy
from docgen.desk.notices.wording import OF_ACCOUNT, Line, mail_text, subject_of
from docgen.errors import Conflict
from docgen.mail import Connection, Mail, MailAway, MailRefused
from storage.catalogue import notices
from storage.errors import RecordMissing
from wording import say

TIDIED = dt.timedelta(hours=1)


def send_due_mails(desk: Desk) -> int:
    """Send one mail to each person for whom something is due; return how many the server took.

    When the server is away the others wait, too. Raises StoreUnavailable.
    """
    if desk.mail is None:
        return 0
    with desk.catalogue.read() as tx:
        due = notices.due_targets(tx, "mail", desk.now())
    count = 0
    with ExitStack() as stack:
        connection: Connection | None = None
        for user, target in due:
            message = claim(desk, "mail", user, target)
            if message is None:
                continue
            try:
                connection = connection or stack.enter_context(desk.mail.connect())
                connection.send(_mail(desk, message))
            except MailRefused as error:
                note_refused(desk, message, str(error))
            except MailAway as error:
                note_failed(desk, message, str(error), channel="mail")
                break
            else:
                note_sent(desk, message)
                count += 1
    return count


def _mail(desk: Desk, message: Message) -> Mail:
    """Return a message as a mail. Raises MailRefused: the address was taken away, or mails are not wanted any more."""
    user = message.user
    pairs = list(zip(message.notices, message.lines, strict=True))
    if user.mail == "never":
        pairs = [(notice, line) for notice, line in pairs if notice.what in OF_ACCOUNT]
    if not user.email or not pairs:
        raise MailRefused("Surel tidak dikehendaki lagi.")
    name = user.full_name or user.name
    lines = [_with_link(desk, user.name, line) if notice.what == "password_link" else line for notice, line in pairs]
    return Mail(message.id, name, user.email, subject_of(lines), mail_text(desk, name, lines), message.at)


def _with_link(desk: Desk, user: str, line: Line) -> Line:
    """Return the line with a link for another password, made only now, as its hash is stored. Raises MailRefused."""
    try:
        link = make_link(desk, user, "").url
    except (Conflict, RecordMissing) as error:  # closed meanwhile
        raise MailRefused(str(error)) from error
    return replace(line, link=link, details=(say("Nama pengguna: {name}", name=user), *line.details))


class MailSender(ServiceThread):
    """Sends what is due every `interval` seconds."""

    def __init__(self, desk: Desk, interval: float = 2.0) -> None:
        super().__init__("mail", interval)
        self._desk = desk
        self._tidied = dt.datetime.min.replace(tzinfo=dt.UTC)

    def work(self) -> None:
        """Send what is due, and tidy the outbox now and then."""
        send_due_mails(self._desk)
        if self._desk.now() - self._tidied > TIDIED:
            tidy(self._desk)
            self._tidied = self._desk.now()
