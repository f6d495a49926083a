"""Which characters a text may hold: the one place of the rules, for input and output.

At the door (forms, API bodies, imports, the command line) a text becomes what it shows: Unicode's line separators
become ordinary line ends, invisible characters and characters that turn the direction of reading are removed, and
composed letters become one character (NFC). A key, by which people find things, also gets its plainest spelling. Texts
in the database never change: they are read, mirrored and found as they are.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

# Characters no text may hold: controls except tab and line end (U+0085 is a line end, see below), half surrogate pairs,
# and those XML forbids.
_CONTROLS = "\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F"
FORBIDDEN = re.compile(f"[{_CONTROLS}\ud800-\udfff\\uFFFE\\uFFFF]")
PRINTABLE = rf"^[^{_CONTROLS}\uFFFE\uFFFF]*$"
ONE_LINE = r"^[^\u0000-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]*$"  # of a key: it becomes part of an address

DOOR = {"door": True}  # the context in which a record is validated when it comes from outside, not from a database

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)
_REMOVED = re.compile(f"[{_DIRECTION}{_INVISIBLE}]")
_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")  # of emoji and other scripts
_NOT_IN_KEYS = re.compile("[\u200c\u200d\u180b-\u180d\ufe00-\ufe0f]")
_LINE_END = re.compile("\r\n?")
_SEPARATOR = re.compile("[\u0085\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2212\ufe63"), "-")
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

# Pattern for a JSON Schema: at least one character that is neither white space nor removed at the door.
SOMETHING = f"[^\\s{_DIRECTION}{_INVISIBLE}\u200c\u200d]"


def clean_text(text: str) -> str:
    """Return a text of any number of lines cleaned: LF line ends, no invisible characters, NFC."""
    return _visible(_SEPARATOR.sub("\n", _LINE_END.sub("\n", text)))


def clean_line(text: str) -> str:
    """Return a one-line text cleaned: as `clean_text`, with a space for each line separator of Unicode."""
    return _visible(_SEPARATOR.sub(" ", _LINE_END.sub("\n", text)))


def clean_key(text: str) -> str:
    """Return a code in its plainest spelling: no full-width or invisible characters, ordinary spaces and hyphens, NFC.

    Codes that look the same become the same.
    """
    code = _NOT_IN_KEYS.sub("", clean_line(text)).translate(_WIDE).translate(_DASHES)
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in code)
    return unicodedata.normalize("NFC", spaced).strip()


def tidy(text: str) -> str:
    """Return a remark (a reason, a file name) cleaned: `clean_line`, without control characters or outer space."""
    return FORBIDDEN.sub("", clean_line(text)).strip()


def split_lines(data: bytes | str) -> list[str]:
    """Return the lines of one of our files, split at LF only, because the texts may hold other line separators."""
    text = data.decode() if isinstance(data, bytes) else data
    return text.removesuffix("\n").split("\n")


def json_text(value: Any, *, indent: int | None = None, sort_keys: bool = False, compact: bool = False) -> str:
    """Return JSON without ASCII escapes, except for half surrogate pairs, which UTF-8 cannot encode."""
    separators = (",", ":") if compact else None
    encoded = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort_keys, separators=separators)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", encoded)


def is_storable(text: str) -> bool:
    """Return whether every database can hold a text: without NUL and without half a surrogate pair."""
    return "\0" not in text and not _SURROGATE.search(text)


def storable(value: Any) -> Any:
    """Return JSON-like data as PostgreSQL can hold it: without NUL, and with U+FFFD for half a surrogate pair."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value.replace("\0", ""))
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value


def _visible(text: str) -> str:
    visible = unicodedata.normalize("NFC", _REMOVED.sub("", text))
    return unicodedata.normalize("NFC", _JOINER.sub("", visible))
