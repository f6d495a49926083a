"""Translate messages of the desk (errors, flashes) into the reader's language.

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

from web.language import gettext, language
from web.pages.shell.filters import LABELS
from wording import Message, filled

LONGEST = 4000  # characters; what is longer is no sentence of ours, and is not looked for among them
DEEPEST = 6  # sentences within one another
_HOLE = re.compile(r"\{(\d)\}")
_NEXT = re.compile(r"(?<=[.?!:…])\s+")  # between two sentences


def register(app: Flask) -> None:
    """Give the templates the filter `translate`, and the English that scripts need."""
    app.jinja_env.filters["translate"] = translate
    app.jinja_env.globals["kata_skrip"] = scripts


def translate(message: object) -> str:
    """Return a message in the reader's language; an error is taken by its words, None is empty."""
    text = "" if message is None else str(message)
    if language() == "id":
        return text
    return message_in_english(text) if isinstance(text, Message) or len(text) <= LONGEST else text


def message_in_english(text: str) -> str:
    """Return a message in English: its template's, with the values, of which messages are translated first."""
    if not isinstance(text, Message):
        return in_english(text)
    values = {name: message_in_english(value) for name, value in text.values.items()}
    try:
        return filled(sentences().get(text.template, text.template), values)
    except KeyError:  # a template that an earlier version stored, with other values than today's English
        return text


@lru_cache(maxsize=1000)
def in_english(text: str, depth: int = DEEPEST) -> str:
    """Return a sentence in English, translating sentences within sentences `depth` times over."""
    english_sentence = sentences().get(text)
    if english_sentence is not None:
        return english_sentence
    if text in _labels():
        return gettext(text)
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
    """Return English by Indonesian, with values as {1}, {2}, …"""
    return _read("sentences")


@cache
def scripts() -> dict[str, str]:
    """Return English by Indonesian of the sentences in the scripts of web/static."""
    return _read("scripts")


def _read(name: str) -> dict[str, str]:
    source = (files("web") / f"translations/en/LC_MESSAGES/{name}.po").read_bytes()
    return {str(entry.id): str(entry.string) for entry in read_po(BytesIO(source), locale="en") if entry.id}


@cache
def _labels() -> frozenset[str]:
    """Return the words of records and their fields, which stand in sentences as values."""
    return frozenset(word for words in LABELS for word in words.values())


@cache
def _shapes() -> list[_Shape]:
    """Return each sentence with values, those with most words of their own first."""
    with_values = [pair for pair in sentences().items() if _HOLE.search(pair[0])]
    with_values.sort(key=lambda pair: -len(_HOLE.sub("", pair[0])))
    return [_Shape(_HOLE.split(text)[::2], _HOLE.split(text)[1::2], english) for text, english in with_values]


@dataclass(frozen=True)
class _Shape:
    """A sentence with values: the words before, between and after them, their numbers, and its English."""

    words: Sequence[str]
    numbers: Sequence[str]
    english: str

    def values(self, text: str) -> dict[str, str] | None:
        """Return the values in a sentence of this shape, each as short as can be; None for another sentence.

        It goes through the text once: a regular expression would try each way to part a text that repeats the words.
        """
        first, *between, last = self.words
        position, end = len(first), len(text) - len(last)
        if end < position or not text.startswith(first) or not text.endswith(last):
            return None
        values = []
        for words in between:
            index = text.find(words, position, end)
            if index < 0:
                return None
            values.append(text[position:index])
            position = index + len(words)
        return dict(zip(self.numbers, [*values, text[position:end]], strict=True))
