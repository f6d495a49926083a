"""What the office's work says to people (errors, flashes), in the reader's language.

The code says its sentences in Indonesian, with values in them. In the English view a sentence is known again by its
shape, here at the edge, so that nothing behind the pages needs to know that there is a second language. One that the
catalogue lacks stays Indonesian; the tests list every sentence of the code and compare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po
from flask import Flask

from web.language import language, said
from web.pages.shell.filters import SAID

LONGEST = 4000  # characters; what is longer is no sentence of ours, and is not looked for among them
DEEPEST = 6  # sentences within one another
_HOLE = re.compile(r"\{(\d)\}")
_NEXT = re.compile(r"(?<=[.?!:…])\s+")  # between two sentences


def register(app: Flask) -> None:
    """Give the templates the filter `ujar`, a message in the reader's language, and the English that scripts need."""
    app.jinja_env.filters["ujar"] = told
    app.jinja_env.globals["kata_skrip"] = scripts


def told(message: object) -> str:
    """A message in the reader's language; an error is taken by its words, None is empty."""
    text = "" if message is None else str(message)
    return text if language() == "id" or len(text) > LONGEST else in_english(text)


@lru_cache(maxsize=1000)
def in_english(text: str, depth: int = DEEPEST) -> str:
    """A sentence in English; within it, sentences as values `depth` times over."""
    known = sentences().get(text)
    if known is not None:
        return known
    if text in _labels():
        return said(text)
    if not depth:
        return text
    known_shapes = ((shape.english, shape.values(text)) for shape in _shapes())
    english, values = next(((english, values) for english, values in known_shapes if values is not None), ("", {}))
    if english:
        return _HOLE.sub(lambda hole: in_english(values[hole[1]], depth - 1), english)
    parts = _NEXT.split(text)
    return " ".join(in_english(part, depth - 1) for part in parts) if len(parts) > 1 else text


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
def _shapes() -> list[_Shape]:
    """Each sentence with values, those with most words of their own first."""
    with_values = [one for one in sentences().items() if _HOLE.search(one[0])]
    with_values.sort(key=lambda one: -len(_HOLE.sub("", one[0])))
    return [_Shape(_HOLE.split(text)[::2], _HOLE.split(text)[1::2], english) for text, english in with_values]


@dataclass(frozen=True)
class _Shape:
    """A sentence with values: the words before, between and after them, their numbers, and its English."""

    words: Sequence[str]
    numbers: Sequence[str]
    english: str

    def values(self, text: str) -> dict[str, str] | None:
        """The values in a sentence of this shape, each as short as can be; None for another sentence.

        It goes through the text once: a regular expression would try each way to part a text that repeats the words.
        """
        first, *between, last = self.words
        at, end = len(first), len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return None
        values = []
        for words in between:
            found = text.find(words, at, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(words)
        return dict(zip(self.numbers, [*values, text[at:end]], strict=True))
