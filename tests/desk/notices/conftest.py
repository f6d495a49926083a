"""A mail server, and an office whose people have addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.desk import Desk
from docgen.mail import MailServer
from tests.servers.smtp import Mailbox

SENDER = "Naskah Dinas <naskah@dinas.example>"


@pytest.fixture
def office(desk: Desk, mailbox: Mailbox) -> Desk:
    """The demo office, which sends mails over the server."""
    return replace(desk, mail=MailServer.of(mailbox.url, SENDER))
