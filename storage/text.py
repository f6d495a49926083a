"""Which characters a text may hold: the one place of the rules, for what comes in and for what is written out.

At the door (forms, API bodies, imports, the command line) a text becomes what it shows: Unicode's line separators are
ordinary ones, signs that nobody sees and signs that turn the direction of reading are taken out, and composed letters
are one sign (NFC). A key, by which things are found, is put into its plainest spelling besides. What is in a database
already is never changed: it is read, mirrored and found as it is.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

# What a text cannot hold: controls but tab and line end (U+0085 is one, see below), halves of a surrogate pair, and
# what XML forbids.
_CONTROLS = "\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F"
FORBIDDEN = re.compile(f"[{_CONTROLS}\ud800-\udfff\\uFFFE\\uFFFF]")
PRINTABLE = rf"^[^{_CONTROLS}\uFFFE\uFFFF]*$"
ONE_LINE = r"^[^\u0000-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]*$"  # of a key: it becomes part of an address

DOOR = {"door": True}  # the context in which a record is validated when it comes from outside, not from a database

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)
_TAKEN_OUT = re.compile(f"[{_DIRECTION}{_UNSEEN}]")
_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")  # of emoji and other scripts
_NOT_IN_KEYS = re.compile("[\u200c\u200d\u180b-\u180d\ufe00-\ufe0f]")
_LINE_END = re.compile("\r\n?")
_SEPARATOR = re.compile("[\u0085\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2212\ufe63"), "-")
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

# Of a JSON Schema: at least one sign that is neither white space nor taken out at the door.
SOMETHING = f"[^\\s{_DIRECTION}{_UNSEEN}\u200c\u200d]"


def clean_text(text: str) -> str:
    """Return a text of any number of lines as it is kept: LF line ends, nothing unseen, NFC."""
    return _seen(_SEPARATOR.sub("\n", _LINE_END.sub("\n", text)))


def clean_line(text: str) -> str:
    """Return a text that is meant as one line: as `clean_text`, with a space for a separator of Unicode."""
    return _seen(_SEPARATOR.sub(" ", _LINE_END.sub("\n", text)))


def clean_key(text: str) -> str:
    """Return a code in its plainest spelling: no full-width signs, ordinary spaces and hyphens, nothing unseen, NFC.

    Two codes that look the same are the same one.
    """
    plain = _NOT_IN_KEYS.sub("", clean_line(text)).translate(_WIDE).translate(_DASHES)
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in plain)
    return unicodedata.normalize("NFC", spaced).strip()


def tidy(text: str) -> str:
    """Return what somebody noted beside a form (a reason, a name of a file): `clean_line`, without controls or space
    around it."""
    return FORBIDDEN.sub("", clean_line(text)).strip()


def split_lines(data: bytes | str) -> list[str]:
    """Return the lines of a file of ours: they end in LF and in nothing else, whatever their texts hold."""
    text = data.decode() if isinstance(data, bytes) else data
    return text.removesuffix("\n").split("\n")


def to_json(value: Any, *, indent: int | None = None, sort_keys: bool = False, compact: bool = False) -> str:
    """Return JSON in the characters of the text itself; half a surrogate pair, which UTF-8 cannot tell, is escaped."""
    separators = (",", ":") if compact else None
    told = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort_keys, separators=separators)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


def is_storable(text: str) -> bool:
    """Whether every database can hold a text: without NUL and without half a surrogate pair."""
    return "\0" not in text and not _SURROGATE.search(text)


def storable(value: Any) -> Any:
    """Return plain data as PostgreSQL can hold it: without NUL, and with U+FFFD for half a surrogate pair."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value.replace("\0", ""))
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value


def _seen(text: str) -> str:
    seen = unicodedata.normalize("NFC", _TAKEN_OUT.sub("", text))
    return unicodedata.normalize("NFC", _JOINER.sub("", seen))
