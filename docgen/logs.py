"""The service's log: a line for each event, which neither a file nor a caller can flood or forge.

It says what happened and to which id, never what people wrote (`docgen.log_words`). Lines of one request carry its id,
lines of one job or letter theirs (`docgen.work_context.noted`).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from docgen.log_words import Strike, event_of, traceback_lines
from docgen.work_context import current_notes, current_office

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

Form = Literal["text", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
Level = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[Level, ...] = get_args(Level)
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
            message = event_of(record.name, record.msg, record.args)
            record.msg, record.args = f"{message} ({left_out} more lines were left out before)", ()
        return True


def formatter(form: Form = "text", secrets: Iterable[str] = (), process: str = "") -> logging.Formatter:
    """Return what writes a line: `text` for people, `json` for what gathers logs; `secrets` are struck from both.
    `process` names this one of several that write into one log.

    One event is one line of bounded length, so that no caller begins a line of its own. In `text` a traceback follows
    in marked lines; in `json` it stands in `exception`.
    """
    import structlog  # here: the command line does without

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_Event(Strike(secrets), process)],
        processors=[_as_json if form == "json" else _as_text],
        use_get_message=False,
        pass_foreign_args=True,
    )


def set_up_logging(form: Form = "text", secrets: Iterable[str] = (), process: str = "", level: Level = "info") -> None:
    """Log to standard error, from `level` on; with several processes each line has the role and the id of its own.

    Libraries tell nothing below "info", whatever the level.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(form, secrets, f"{process}:{os.getpid()}" if process else ""))
    handler.addFilter(Flood())
    lowest = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(lowest, logging.INFO), handlers=[handler])
    logging.getLogger(_OWN).setLevel(lowest)
    for library in ("alembic", "pikepdf"):  # which tell each step of a migration, and that they are there
        logging.getLogger(library).setLevel(logging.WARNING)


class _Event:
    """Makes a record the event that is written: when, how bad, who says it, what, of which ids, and why."""

    def __init__(self, strike: Strike, process: str) -> None:
        self._strike = strike
        self._process = {"process": process} if process else {}

    def __call__(self, _logger: WrappedLogger, _method: str, raw: EventDict) -> EventDict:
        """Return the event (a processor of structlog)."""
        record: logging.LogRecord = raw["_record"]
        message = event_of(record.name, raw["event"], raw.get("positional_args"))
        event: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _printable(self._strike(message[: 5 * _LONGEST])[:_LONGEST]),
            **self._process,
            **({"office": office} if (office := current_office()) else {}),
        }
        event |= {name: _printable(self._strike(value[:100])) for name, value in current_notes().items()}
        event |= getattr(record, "fields", {})
        details = self._details(raw)
        return event | ({"exception": details} if details else {})

    def _details(self, raw: EventDict) -> list[str]:
        info = raw.get("exc_info")
        error = info[1] if isinstance(info, tuple) else info
        lines = list(traceback_lines(error)) if isinstance(error, BaseException) else []
        lines += str(raw.get("stack_info") or "").splitlines()
        left_out = len(lines) - _MOST_DETAILS
        if left_out > 0:
            half = _MOST_DETAILS // 2
            lines[half:-half] = [f"… {left_out} lines are left out …"]
        return [_printable(self._strike(line[: 5 * _LONGEST_DETAIL])[:_LONGEST_DETAIL]) for line in lines]


_OF_REQUESTS = ("method", "route", "status", "ms")  # which stand in the event already
_BEFORE = ("time", "level", "logger", "event", "exception")


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    ids = " ".join(f"{name}={value}" for name, value in event.items() if name not in (*_BEFORE, *_OF_REQUESTS))
    line = f"{event['time']} {event['level'].upper()} {event['logger']}: {event['event']}"
    details = [f"  | {detail}" for detail in event.get("exception", [])]
    return "\n".join([f"{line} [{ids}]" if ids else line, *details])


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=False)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


@dataclass
class _Window:
    began: float
    lines: int = 0
