"""List the filters, tests and statements of templates, and explain unknown ones in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jinja2.exceptions import TemplateSyntaxError

from docgen.messages import nearest
from docgen.typesetting import title_lines
from wording import say

# Filters of Jinja that give plain data for plain data. Not among them: those that make markup of a text or files of it.
FILTERS = (
    *("abs", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "format", "int", "items", "join"),
    *("last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "select"),
    *("selectattr", "slice", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount"),
)
FUNCTIONS = ("cycler", "dict", "joiner", "namespace", "range")
STATEMENTS = ("for", "if", "elif", "else", "endfor", "endif", "set", "endset", "with", "endwith", "macro", "endmacro")

TEXT_WIDTH = 16.0  # cm: an upright A4 page less the margins of letters


def _unchanged(value: Any) -> Any:
    """Return the value: what is printed is escaped anyway."""
    return value


def _title_lines(value: Any, width: float = TEXT_WIDTH) -> str:
    """Return a title with line breaks where its lines should end: `{{ hal|upper|title_lines }}`; `width` in cm."""
    return title_lines(str(value), width)


OWN_FILTERS: dict[str, Callable[..., Any]] = {
    "e": _unchanged,
    "escape": _unchanged,
    "title_lines": _title_lines,
}

TESTS = ("defined", "undefined", "none", "odd", "even", "divisibleby", "in", "string", "number", "sequence", "eq", "ne")

_KNOWN = {"saringan": sorted((*FILTERS, *OWN_FILTERS)), "uji": sorted(TESTS), "perintah": list(STATEMENTS)}
_UNCLOSED = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_UNKNOWN = {"saringan": "No filter named", "uji": "No test named", "perintah": "Encountered unknown tag"}


def explain(error: TemplateSyntaxError) -> str:
    """Return a sentence about a tag that cannot be read, with what works instead."""
    message = error.message or ""
    unclosed = _UNCLOSED.search(message)
    if unclosed:
        return say(
            "{quoted} belum ditutup. Tulis 'end{tag}' di tempat berakhirnya.", quoted=repr(unclosed[1]), tag=unclosed[1]
        )
    for what, begin in _UNKNOWN.items():
        match = re.match(f"{begin} '(.+?)'", message)
        if match:
            return unknown(what, match[1])
    return say(
        "Jinja: {message} Periksa kurung, tanda kutip, dan pasangan 'for ... endfor', 'if ... endif'.", message=message
    )


def unknown(what: str, word: str) -> str:
    """Return a sentence about a word that is no filter ("saringan"), test ("uji") or statement ("perintah")."""
    hint = nearest(word, _KNOWN[what])
    vocabulary = "" if hint.startswith(" Yang ada") else say(" Yang ada: {known}.", known=", ".join(_KNOWN[what]))
    return say("{what} {word} tidak dikenal.{hint}{known}", what=what, word=repr(word), hint=hint, known=vocabulary)
