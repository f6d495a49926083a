"""The words that the tags of a template know, and what is said of one that they do not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jinja2.exceptions import TemplateSyntaxError

from docgen.messages import nearest

# Filters of Jinja that give plain data for plain data. Not among them: those that make markup of a text or files of it.
FILTERS = (
    *("abs", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "format", "int", "items", "join"),
    *("last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "select"),
    *("selectattr", "slice", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount"),
)
FUNCTIONS = ("cycler", "dict", "joiner", "namespace", "range")
STATEMENTS = ("for", "if", "elif", "else", "endfor", "endif", "set", "endset", "with", "endwith", "macro", "endmacro")


def _same(value: Any) -> Any:
    """What is printed is escaped anyway."""
    return value


OWN_FILTERS: dict[str, Callable[[Any], Any]] = {"e": _same, "escape": _same}

_KNOWN_FILTERS = sorted((*FILTERS, *OWN_FILTERS))
_WAITING = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_UNKNOWN = (
    (re.compile(r"No filter named '(.+?)'"), "saringan", _KNOWN_FILTERS),
    (re.compile(r"No test named '(.+?)'"), "uji", ["defined", "undefined", "none", "odd", "even", "in", "divisibleby"]),
    (re.compile(r"Encountered unknown tag '(.+?)'"), "perintah", list(STATEMENTS)),
)


def explain(error: TemplateSyntaxError) -> str:
    """A sentence about a tag that cannot be read, with what works instead."""
    said = error.message or ""
    waiting = _WAITING.search(said)
    if waiting:
        return f"{waiting[1]!r} belum ditutup. Tulis 'end{waiting[1]}' di tempat berakhirnya."
    for pattern, what, known in _UNKNOWN:
        found = pattern.search(said)
        if found:
            return f"{what} {found[1]!r} tidak dikenal.{_hint(found[1], known)}"
    return f"Jinja: {said} Periksa kurung, tanda kutip, dan pasangan 'for ... endfor', 'if ... endif'."


def _hint(word: str, known: list[str]) -> str:
    near = nearest(word, known)
    return near if near.startswith(" Yang ada") else f"{near} Yang ada: {', '.join(known)}."
