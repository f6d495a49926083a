"""Translate messages of the desk (errors, flashes) into the reader's language.

The code says its sentences in Indonesian, with values in them. A message remembers its template and values, so that it
is put into English here, at the edge; nothing behind the pages needs to know that there is a second language.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from io import BytesIO

import flask
from babel.dates import get_month_names
from babel.messages.pofile import read_po
from flask import Flask, has_app_context

from web.desk import get_desk
from web.language import gettext, language
from web.pages.shell.filters import LABELS
from wording import Message, filled

# As `docgen.indonesian.long_date` and `long_moment` write them.
_DATE = re.compile(
    r"(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>\d{4})"
    r"(?: pukul (?P<hour>\d\d)\.(?P<minute>\d\d) (?P<zone>WI[A-Z]+))?"
)


def register(app: Flask) -> None:
    """Give the templates the filters `translate` and `petunjuk`, and the English that scripts need."""
    app.jinja_env.filters.update(translate=translate, petunjuk=hint)
    app.jinja_env.globals["kata_skrip"] = scripts


def flash(message: object, category: str) -> None:
    """Show a message on the next page, in the language of this request: the session that carries it holds texts."""
    flask.flash(translate(message), category)


def translate(message: object) -> str:
    """Return a message in the reader's language; an error is taken by its words, None is empty."""
    text = "" if message is None else str(message)
    return text if language() == "id" else in_english(text)


def hint(text: str) -> str:
    """Return a field sheet's hint in the reader's language; those of the office's own kinds are as they are."""
    return text if language() == "id" else hints().get(text, text)


def in_english(text: str) -> str:
    """Return a message in English: its template's, with the values, of which messages and known words are translated.

    A text without values is looked up as it is; one that the catalogue lacks stays Indonesian.
    """
    if not isinstance(text, Message):
        return sentences().get(text) or (gettext(text) if text in _labels() else _permission_words().get(text, text))
    template = sentences().get(text.template, text.template)
    try:
        return filled(template, {name: _date_in_english(in_english(value)) for name, value in text.values.items()})
    except KeyError:  # stored by an earlier version, whose template had other values
        return text


def _date_in_english(value: str) -> str:
    """Return a value that is a date or a moment as English pages write it; any other value is as it is."""
    match = _DATE.fullmatch(value)
    month = _months().get(match["month"]) if match else None
    if match is None or month is None:
        return value
    time = f", {match['hour']}:{match['minute']} {match['zone']}" if match["hour"] else ""
    return f"{match['day']} {month} {match['year']}{time}"


@cache
def _months() -> dict[str, str]:
    """Return English month by Indonesian one."""
    english = get_month_names(locale="en")
    return {name: english[number] for number, name in get_month_names(locale="id").items()}


@cache
def sentences() -> dict[str, str]:
    """Return English by Indonesian, with values as {name}."""
    return _read("sentences")


@cache
def hints() -> dict[str, str]:
    """Return English by Indonesian of the hints in the field sheets of the delivered kinds."""
    return _read("kinds")


@cache
def scripts() -> dict[str, str]:
    """Return English by Indonesian of the sentences in the scripts of web/static."""
    return _read("scripts")


def _read(name: str) -> dict[str, str]:
    source = (files("web") / f"translations/en/LC_MESSAGES/{name}.po").read_bytes()
    return {str(entry.id): str(entry.string) for entry in read_po(BytesIO(source), locale="en") if entry.id}


def _permission_words() -> dict[str, str]:
    """Return English by Indonesian of the permissions, by the table that the office uses."""
    return {words.id: words.en for words in get_desk().roles.words.values()} if has_app_context() else {}


@cache
def _labels() -> frozenset[str]:
    """Return the words of records and their fields, which stand in sentences as values."""
    return frozenset(word for words in LABELS for word in words.values())
