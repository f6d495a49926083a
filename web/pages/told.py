"""What the office's work says to people (errors, flashes), in the reader's language.

The code says its sentences in Indonesian, with values in them. In the English view a sentence is known again by its
shape, here at the edge, so that nothing behind the pages needs to know that there is a second language. One that the
catalogue lacks stays Indonesian; the tests list every sentence of the code and compare.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po
from flask import Flask

from web.language import language, said
from web.pages.words import SAID

_LONGEST = 4000  # characters; what is longer is no sentence of ours, and is not looked for among them
_HOLE = re.compile(r"\{(\d)\}")
_NEXT = re.compile(r"(?<=[.?!:…])\s+")  # between two sentences


def register(app: Flask) -> None:
    """Give the templates the filter `ujar`, a message in the reader's language, and the English that scripts need."""
    app.jinja_env.filters["ujar"] = told
    app.jinja_env.globals["kata_skrip"] = scripts


def told(message: object) -> str:
    """A message in the reader's language; an error is taken by its words, None is empty."""
    text = "" if message is None else str(message)
    return text if language() == "id" or len(text) > _LONGEST else _english(text)


@lru_cache(maxsize=1000)
def _english(text: str) -> str:
    known = sentences().get(text)
    if known is not None:
        return known
    if text in _labels():
        return said(text)
    for shape, english in _shapes():
        found = shape.fullmatch(text)
        if found:
            return _filled(english, found)
    parts = _NEXT.split(text)
    return " ".join(map(_english, parts)) if len(parts) > 1 else text


def _filled(english: str, found: re.Match[str]) -> str:
    return _HOLE.sub(lambda hole: _english(found[f"v{hole[1]}"]), english)


@cache
def sentences() -> dict[str, str]:
    """English by Indonesian, with values as {1}, {2}, …"""
    return _read("sentences")


@cache
def scripts() -> dict[str, str]:
    """English by Indonesian of what the scripts in web/static say."""
    return _read("scripts")


def _read(name: str) -> dict[str, str]:
    source = (files("web") / f"translations/en/LC_MESSAGES/{name}.po").read_bytes()
    return {str(one.id): str(one.string) for one in read_po(BytesIO(source), locale="en") if one.id}


@cache
def _labels() -> frozenset[str]:
    """Words of records and their fields, which stand in sentences as values."""
    return frozenset(word for words in SAID for word in words.values())


@cache
def _shapes() -> list[tuple[re.Pattern[str], str]]:
    """Each sentence with values as a pattern, those with most words of their own first."""
    with_values = [one for one in sentences().items() if _HOLE.search(one[0])]
    with_values.sort(key=lambda one: -len(_HOLE.sub("", one[0])))
    return [(_shape(text), english) for text, english in with_values]


def _shape(text: str) -> re.Pattern[str]:
    parts = _HOLE.split(text)
    return re.compile(
        "".join(f"(?P<v{part}>.*?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )
