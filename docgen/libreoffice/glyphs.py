"""Find characters that LibreOffice cannot print, from the fonts that `fc-list` lists."""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import lru_cache

from docgen.libreoffice.font_list import listed

log = logging.getLogger(__name__)

# What each font for letters has; a text of these alone asks no font.
_ORDINARY = re.compile("[\t\n\r\x20-\x7e\xa0-\xff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]*")
_JOINER = "\u200d"


def unprintable(text: str) -> str:
    """Return the first character of a text that would print as a box, with its joined sequence; "" if all print.

    Flags, joined and tinted emoji are single signs that no font without colours has, though it has their parts.
    """
    if _ORDINARY.fullmatch(text):
        return ""
    known = _printable()
    for at, sign in enumerate(text):
        if "\U0001f1e6" <= sign <= "\U0001f1ff":
            return text[at : at + 2]
        if sign == _JOINER and at and unicodedata.category(_char_before_joiner(text, at)) == "So":
            return _joined_sequence(text, at)
        if at and not _is_joined(text, at + 1) and "\U0001f3fb" <= sign <= "\U0001f3ff":
            return text[at - 1 : at + 1]
        if known is not None and sign > "\xff" and not _has_no_glyph(sign) and ord(sign) not in known:
            return sign
    return ""


def _char_before_joiner(text: str, at: int) -> str:
    """Return the character that a joiner follows; modifiers in between are skipped."""
    while at > 1 and (text[at - 1] == "\ufe0f" or "\U0001f3fb" <= text[at - 1] <= "\U0001f3ff"):
        at -= 1
    return text[at - 1]


def _joined_sequence(text: str, at: int) -> str:
    """Return the whole joined sequence around this index."""
    start = at
    while start and (text[start] == _JOINER or text[start - 1] == _JOINER or _modifies(text[start])):
        start -= 1
    end = at
    while end < len(text) - 1 and (text[end] == _JOINER or text[end + 1] == _JOINER or _modifies(text[end + 1])):
        end += 1
    return text[start : end + 1]


def _is_joined(text: str, at: int) -> bool:
    """Return whether a joiner follows, so that the sequence is one sign."""
    return text[at : at + 1] == _JOINER


def _modifies(sign: str) -> bool:
    return sign == "\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _has_no_glyph(sign: str) -> bool:
    """Return whether a character has no glyph of its own: spaces, joiners, direction marks, variation selectors."""
    return unicodedata.category(sign) in ("Cf", "Zs", "Zl", "Zp", "Cc") or "\ufe00" <= sign <= "\ufe0f"


@lru_cache(maxsize=1)
def _printable() -> frozenset[int] | None:
    """Return the code points that some font has; None if there is no `fc-list`."""
    charsets = listed("%{charset}\n")
    if charsets is None:
        log.warning("fc-list does not run: signs that no font has are not told before a letter is printed")
        return None
    code_points: set[int] = set()
    for part in set(charsets.split()):
        first, _, last = part.partition("-")
        try:
            code_points.update(range(int(first, 16), int(last or first, 16) + 1))
        except ValueError:  # a font that says something else
            continue
    return frozenset(code_points) or None
