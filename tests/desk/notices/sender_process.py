"""A service that sends the mails that are due and is killed on the way: `python -m tests.desk.notices.sender_process`.

`KILL_AT` says when: `claimed` (before anything is sent), `taken` (the server has said 250, nothing is noted yet),
`noted`. Its office is that of `DOCGEN_DATA`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, cast

from docgen.desk import open_desk
from docgen.desk.notices import mails
from docgen.libreoffice import Converter
from docgen.mail import Connection
from docgen.settings import read_settings
from tests.support.machine.away import BROKEN, Away


def main() -> None:
    """Send what is due until killed."""
    desk = open_desk(read_settings(), cast(Converter, Away(BROKEN["converter"])))
    moment = os.environ["KILL_AT"]
    if moment == "claimed":
        mails.claim = _then_die(mails.claim)
    elif moment == "taken":
        Connection.send = _then_die(Connection.send)  # type: ignore[method-assign]
    else:
        mails.note_sent = _then_die(mails.note_sent)
    mails.send_due_mails(desk)


def _then_die(function: Callable[..., Any]) -> Callable[..., Any]:
    def once(*arguments: Any, **more: Any) -> None:
        function(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    return once


if __name__ == "__main__":
    main()
