"""What runs beside the web server, so that people are told."""

from __future__ import annotations

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.notices.deadlines import DeadlineWatcher
from docgen.desk.notices.mails import MailSender
from docgen.desk.notices.pushes import PushSender
from docgen.web_push import PushKeys


def notice_services(desk: Desk, secret_key: str, private: bool) -> list[ServiceThread]:
    """Return the threads that send mails and pushes and watch the deadlines; `private` as for webhooks."""
    return [DeadlineWatcher(desk), MailSender(desk), PushSender(desk, PushKeys.of(secret_key), private)]
