"""What a line of the log may say: what happened, of which sort, and ids. Never what people wrote, nor a secret.

Three things keep it so. Who logs names ids alone. Values of sentences and texts of errors that are not ours are left
out, because nobody knows what stands in them. And from every finished line known secrets, and what looks like a secret
or like an address or a number of somebody, are struck.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wording import Message
from wording.message import filled

LEFT_OUT = "…"
_OWN = "docgen"
_OUR_ROOMS = ("docgen", "storage", "web")
_DATABASES = ("sqlite3", "psycopg")
_SHORTEST_SECRET = 6  # characters: a shorter one would strike half of the log
_LONGEST_FOREIGN = 300  # characters of a library's message
_MOST_CAUSES = 5
# Values that tell what is the matter with the machine, not with somebody's letter.
_OF_THE_MACHINE = frozenset(
    ("address", "count", "deadline", "error", "host", "key", "minutes", "newest", "now", "server", "status", "version")
)
_ID = re.compile(r"[0-9a-z]{26}|[0-9a-f]{32,64}|\d{1,6}")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|(?<![\w.])/\S+""")
_STRUCK = re.compile(
    r"""
      dg_[A-Za-z0-9_-]{8,} | whsec_[A-Za-z0-9+/=_-]{8,}              # tokens, secrets of webhooks
    | (?<=://)[^/@\s]+(?=@)                                          # user and password in an address
    | (?<=[\w/])\?[\w.~-]+=\S*                                       # a query string
    | [A-Za-z0-9.!\#$%&*+=?^_{|}~-]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z]+  # a mail address
    | (?<!\d)(?:\d{18}|\d{8}\s\d{6}\s\d\s\d{3}|\d{16})(?!\d)         # NIP, as in registers and as printed; NIK
    """,
    re.VERBOSE,
)


class Strike:
    """Strikes what must not stand in a log out of a text; `secrets` are those of this service's settings."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """Return the text without them."""
        if self._known is not None:
            text = self._known.sub(LEFT_OUT, text)
        return _STRUCK.sub(LEFT_OUT, text)


def event_of(logger: str, message: str, values: Any) -> str:
    """Return what a log line says, its values made safe; of a library's line no text of theirs."""
    is_own = logger.partition(".")[0] == _OWN
    message = masked(message) if isinstance(message, Message) else message
    if not values:
        return message if is_own else _QUOTED.sub(LEFT_OUT, message[:_LONGEST_FOREIGN])
    try:
        if isinstance(values, Mapping):
            return message % {name: _safe(value, is_own=is_own) for name, value in values.items()}
        return message % tuple(_safe(value, is_own=is_own) for value in values)
    except (TypeError, ValueError, KeyError):  # a line that is wrong in itself loses its values, not its place
        return message


def masked(message: Message) -> str:
    """Return a sentence with what is left out of its values: it keeps numbers, ids, and what concerns the machine."""

    def value_of(name: str, value: str) -> str:
        if isinstance(value, Message):
            return masked(value)
        return value if name in _OF_THE_MACHINE or _ID.fullmatch(value) else LEFT_OUT

    return filled(message.template, {name: value_of(name, value) for name, value in message.values.items()})


def describe(error: BaseException) -> str:
    """Return what an error is, without what a caller may have put into it."""
    text = str(error)
    name = type(error).__name__
    module = type(error).__module__.partition(".")[0]
    if module in _OUR_ROOMS:
        return masked(text) if isinstance(text, Message) else text
    original = getattr(error, "orig", None)
    if isinstance(original, BaseException):  # SQLAlchemy's own text holds the statement's values
        return f"{name}: {describe(original)}"
    if module in _DATABASES:
        names = {kind.__name__ for kind in type(error).__mro__}
        if module == "sqlite3" or names & {"OperationalError", "IntegrityError"}:
            return f"{name}: {text.partition(chr(10))[0]}"  # its second line holds the row's values
        return f"{name}: {getattr(error, 'sqlstate', None) or LEFT_OUT}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return f"{name}: {LEFT_OUT}" if text else name


def traceback_lines(error: BaseException, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a traceback: files, functions and their source, and what each error is."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < _MOST_CAUSES:
        yield from traceback_lines(cause, depth + 1)
        yield "then:"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        for entry in traceback.format_tb(error.__traceback__):
            yield from entry.rstrip("\n").split("\n")
    name, text = type(error).__name__, describe(error)
    yield from (text if text.startswith(name) else f"{name}: {text}").split("\n")
    for inner in getattr(error, "exceptions", ()) if depth < _MOST_CAUSES else ():
        yield from traceback_lines(inner, depth + 1)


def _safe(value: object, *, is_own: bool) -> object:
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, Message):
        return masked(value)
    if isinstance(value, int | float) or (is_own and value is not None):
        return value
    return LEFT_OUT
