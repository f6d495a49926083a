"""Which signs LibreOffice can print: those of the fonts that its fontconfig offers, asked of `fc-list` once."""

from __future__ import annotations

import logging
import re
import subprocess
import unicodedata
from functools import lru_cache

from docgen.libreoffice.sandbox import FONTS

log = logging.getLogger(__name__)

# What each font for letters has; a text of these alone asks no font.
_ORDINARY = re.compile("[\t\n\r\x20-\x7e\xa0-\xff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]*")
_JOINER = "\u200d"
_SECONDS = 20


def unprintable(text: str) -> str:
    """Return the first sign of a text that would print as a box, with the signs it is joined to; "" when all print.

    Flags, joined and tinted emoji are single signs that no font without colours has, though it has their parts.
    """
    if _ORDINARY.fullmatch(text):
        return ""
    known = _printable()
    for at, sign in enumerate(text):
        if "\U0001f1e6" <= sign <= "\U0001f1ff":
            return text[at : at + 2]
        if sign == _JOINER and at and unicodedata.category(_before(text, at)) == "So":
            return _joined(text, at)
        if at and not _joins(text, at + 1) and "\U0001f3fb" <= sign <= "\U0001f3ff":
            return text[at - 1 : at + 1]
        if known is not None and sign > "\xff" and not _shapeless(sign) and ord(sign) not in known:
            return sign
    return ""


def _before(text: str, at: int) -> str:
    """Return the sign that a joiner follows, behind what only changes its look."""
    while at > 1 and (text[at - 1] == "\ufe0f" or "\U0001f3fb" <= text[at - 1] <= "\U0001f3ff"):
        at -= 1
    return text[at - 1]


def _joined(text: str, at: int) -> str:
    """Return the whole of what a joiner at this place is part of."""
    start = at
    while start and (text[start] == _JOINER or text[start - 1] == _JOINER or _modifies(text[start])):
        start -= 1
    end = at
    while end < len(text) - 1 and (text[end] == _JOINER or text[end + 1] == _JOINER or _modifies(text[end + 1])):
        end += 1
    return text[start : end + 1]


def _joins(text: str, at: int) -> bool:
    """Return whether a joiner follows, which then names the whole."""
    return text[at : at + 1] == _JOINER


def _modifies(sign: str) -> bool:
    return sign == "\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _shapeless(sign: str) -> bool:
    """Return whether a sign has no shape of its own: spaces, joiners, marks of direction, variation selectors."""
    return unicodedata.category(sign) in ("Cf", "Zs", "Zl", "Zp", "Cc") or "\ufe00" <= sign <= "\ufe0f"


@lru_cache(maxsize=1)
def _printable() -> frozenset[int] | None:
    """Return every sign that some font has; None where no `fc-list` tells."""
    try:
        charsets = subprocess.run(
            ["fc-list", "--format", "%{charset}\n"],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "FONTCONFIG_FILE": str(FONTS)},  # and no secret
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        ).stdout.decode("ascii", "replace")
    except (OSError, subprocess.SubprocessError):
        log.warning("fc-list does not run: signs that no font has are not told before a letter is printed")
        return None
    found: set[int] = set()
    for part in set(charsets.split()):
        first, _, last = part.partition("-")
        try:
            found.update(range(int(first, 16), int(last or first, 16) + 1))
        except ValueError:  # a font that says something else
            continue
    return frozenset(found) or None
