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
from docgen.desk.service.document_recovery import recover
from docgen.libreoffice import Converter
from storage.catalogue.search import Filter, search_documents
from tests.desk.notices.conftest import SENDER
from tests.faults.office import faulty_office
from tests.servers.smtp import Mailbox
from tests.support.office.notices import add_person, later, notices_of, tell_something

pytestmark = pytest.mark.office

MOST_STEPS = 100
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


def test_killed_while_a_letter_is_issued(tmp_path: Path, converter: Converter) -> None:
    """kill -9 at every step of issuing: after recovery whose decision each letter waits for was told once of each."""
    env = {"DOCGEN_SMTP_URL": "smtp://127.0.0.1:9", "DOCGEN_MAIL_FROM": SENDER}
    with faulty_office(tmp_path, converter, env) as faulty:
        desk = faulty.desk
        add_person(desk, "kabid", "reader", ["kepala-bidang"])
        example = desk.kinds["rencana_pemindahtempatan"].example
        body = {"kind": "rencana_pemindahtempatan", "procedure": "pemindahtempatan", "step": 1, "data": example}
        for step in range(1, MOST_STEPS):
            arguments = {"body": {**body, "assets": faulty.nibars(1)}, "key": f"kunci-{step}"}
            ended = faulty.run("issue", step, **arguments)
            recover(desk)
            with desk.catalogue.read() as tx:
                letters = [document.id for document in search_documents(tx, Filter(), limit=MOST_STEPS)]
            assert sorted(notice.subject for notice in notices_of(desk, "kabid")) == sorted(letters)
            if not ended.killed:
                break
        assert ended.commits > 1
