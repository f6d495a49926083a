"""kill -9 at every step of sending: no mail is lost, and one that may come twice is known by its Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.notices.mails import send_due_mails
from tests.desk.notices.conftest import SENDER
from tests.servers.smtp import Mailbox
from tests.support.office.notices import add_person, later, notices_of, tell_something

pytestmark = pytest.mark.office

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("moment", "copies"), [("claimed", 1), ("taken", 2), ("noted", 1)])
def test_killed_while_sending(office: Desk, mailbox: Mailbox, moment: str, copies: int) -> None:
    """Only between the server's 250 and our commit a mail is sent again, with the same Message-ID and bytes."""
    add_person(office, "kabid")
    tell_something(office, "kabid")
    env = {
        **os.environ,
        "DOCGEN_DATA": str(office.data),
        "DOCGEN_PUBLIC_URL": office.public_url,
        "DOCGEN_SMTP_URL": mailbox.url,
        "DOCGEN_MAIL_FROM": SENDER,
        "KILL_AT": moment,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.desk.notices.sender_process"], cwd=ROOT, env=env, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(mailbox.mails) == (0 if moment == "claimed" else 1)
    assert send_due_mails(office) == 0  # believed to be at it still
    send_due_mails(later(office, minutes=3))
    send_due_mails(later(office, minutes=9))
    assert len(mailbox.mails) == copies
    assert len({mail.as_bytes() for mail in mailbox.mails}) == 1
    assert [notice.status for notice in notices_of(office, "kabid")] == ["sent"]
