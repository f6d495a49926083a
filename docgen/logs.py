"""The service's log: a line for each event, which neither a file nor a caller can flood or forge."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OWN = "docgen"
_LONGEST = 4000  # characters of a message
_LONGEST_DETAIL, _MOST_DETAILS = 1000, 100  # characters of a line of a traceback; lines of it
_MINUTE = 60.0


class Flood(logging.Filter):
    """Lets each logger of a library write one line a minute, ten of errors, and counts the lines that were left out.

    `minute` is that minute in seconds. Libraries log what callers and files make them log: a PDF of 300 KB had one
    write 16,000 lines.
    """

    def __init__(self, others: int = 1, errors: int = 10, minute: float = _MINUTE) -> None:
        super().__init__()
        self._most = {False: others, True: errors}
        self.minute = minute
        self._windows: dict[tuple[str, bool], _Window] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is written."""
        if record.name.partition(".")[0] == _OWN:
            return True
        is_error = record.levelno >= logging.ERROR
        now = time.monotonic()
        window = self._windows.setdefault((record.name, is_error), _Window(now))
        left_out = 0
        if now >= window.began + self.minute:
            left_out = max(0, window.lines - self._most[is_error])
            window.began, window.lines = now, 0
        window.lines += 1
        if window.lines > self._most[is_error]:
            return False
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more lines were left out before)", ()
        return True


class OneLine(logging.Formatter):
    """Writes a message as one line of bounded length: no caller begins a line of its own in the log.

    A traceback follows in marked lines, as what a caller sent may stand in its error, line breaks and all.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and what there is of a traceback below it."""
        line, *details = super().format(record).split("\n")
        left_out = len(details) - _MOST_DETAILS
        if left_out > 0:
            half = _MOST_DETAILS // 2
            details[half:-half] = [f"… {left_out} lines are left out …"]
        return "\n".join([line, *(f"  | {_printable(detail[:_LONGEST_DETAIL])}" for detail in details)])

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's own name)
        """Return the line without its traceback."""
        record.message = _printable(record.message[:_LONGEST])
        return super().formatMessage(record)


def set_up_logging() -> None:
    """Log to standard error, from "info" on."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(FORMAT))
    handler.addFilter(Flood())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)  # tells each step of a migration


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


@dataclass
class _Window:
    began: float
    lines: int = 0
