"""The reader's language: Indonesian first, English second. Letters themselves are always Indonesian.

Templates are written in Indonesian. When one is loaded, every run of its text becomes a message with the text as its
key, so that no page can forget to be translated: what stands between two tags or in a spoken attribute, and each
literal of an expression that begins with a capital. `messages` lists them; the tests compare that with the catalogue.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel
from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup, escape

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
KEPT = "bahasa"  # in the session

_SPOKEN = re.compile(r'(\s(?:placeholder|title|aria-label|alt|data-label)=")([^"]*)(")')
_JINJA = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_HELD = re.compile(r"\ue000(\d+)\ue001|\ue002(\d+)\ue003")
_STATEMENT = re.compile(r"(\ue002\d+\ue003)")
_TAG = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>|<[^<>]*>)", re.DOTALL)
_LITERAL = re.compile(r'(?<![\w(=]\()(?<!== )(?<!\[)"([A-Z][^"\\\n]{2,})"(?!\s*:)')
_LEAD = re.compile(r"(?:\s|[^\w\ue000\ue001]|\ue000\d+\ue001)*")  # signs and values before the first word
_UNSPOKEN = re.compile(r"block (main|body)_class")  # names for the style sheet
_WORD = re.compile(r"[^\W\d_]{2,}")


def register(app: Flask) -> None:
    """Give the application its languages."""
    Babel(app, default_locale="id", locale_selector=language)
    app.jinja_env.add_extension(Spoken)
    app.jinja_env.globals.update(_=said, ucap=spoken, LANGUAGES=LANGUAGES)
    app.context_processor(lambda: {"bahasa": language()})


def language() -> str:
    """Return the language of this request: chosen on the page, else the browser's first that we offer."""
    if not has_request_context():
        return "id"
    if "language" not in g:
        chosen = session.get(KEPT)
        best = chosen if chosen in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), "id")
        g.language = best
    found: str = g.language
    return found


def said(text: str) -> str:
    """Return a text of a page in the reader's language."""
    return text if language() == "id" else catalogue().gettext(text)


def spoken(text: str, *values: Any) -> Markup:
    """Return a run of a template's text with the values of its expressions, numbered from 1."""
    told = said(text)
    if not values:
        return Markup(told)  # noqa: S704 (from a template or its catalogue)
    parts = re.split(r"\{(\d)\}", told)
    said_parts = [escape(values[int(part) - 1]) if at % 2 else Markup(part) for at, part in enumerate(parts)]  # noqa: S704
    return Markup("").join(said_parts)


class Words(dict[str, str]):
    """Words by key, spoken in the reader's language."""

    def __getitem__(self, key: str) -> str:
        return said(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the translated word, or the default."""
        found = super().get(key)
        return default if found is None else said(found)

    def items(self) -> Any:
        """Return keys and translated words."""
        return [(key, said(word)) for key, word in super().items()]

    def values(self) -> Any:
        """Return the translated words."""
        return [said(word) for word in super().values()]


@cache
def catalogue() -> NullTranslations:
    """Return the English of every message, read from the .po file without compiling it."""
    source = files("web") / "translations/en/LC_MESSAGES/messages.po"
    out = io.BytesIO()
    write_mo(out, read_po(io.BytesIO(source.read_bytes()), locale="en"))
    out.seek(0)
    return Translations(out)


class Spoken(Extension):
    """Makes messages of a template's text while it is loaded."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template with its text as messages."""
        return translatable(source) if name and name.endswith(".html") else source


def messages(environment: Environment, names: Iterable[str]) -> set[str]:
    """Return every message of these templates."""
    assert environment.loader is not None
    found: set[str] = set()
    for name in names:
        translatable(environment.loader.get_source(environment, name)[0], found)
    return found


def translatable(source: str, found: set[str] | None = None) -> str:
    """Return a template's source with every run of text replaced by a translation call; its keys go to `found`."""
    seen = set[str]() if found is None else found
    held: list[str] = []

    def hold(token: str) -> str:
        if token.startswith("{#"):
            return ""
        held.append(_literals(token, seen))
        at = len(held) - 1
        return f"\ue000{at}\ue001" if token.startswith("{{") else f"\ue002{at}\ue003"

    flat = "".join(hold(part) if at % 2 else part for at, part in enumerate(_JINJA.split(source)))
    out: list[str] = []
    for at, part in enumerate(_TAG.split(flat)):
        if at % 2 == 0:
            out += _runs(part, held, seen)
        elif part.startswith(("<script", "<style")):
            out.append(part)
        else:
            out.append(_SPOKEN.sub(lambda one: one[1] + "".join(_runs(one[2], held, seen)) + one[3], part))
    return _HELD.sub(lambda one: held[int(one[1] or one[2])], "".join(out))


def _literals(token: str, seen: set[str]) -> str:
    """Return an expression or statement whose word literals became translation calls."""
    if token.startswith(("{% extends", "{% from", "{% include", "{% import")):
        return token

    def ask(one: re.Match[str]) -> str:
        if not re.search("[a-z]", one[1]):
            return one[0]
        seen.add(one[1])
        return f'_("{one[1]}")'

    return _LITERAL.sub(ask, token)


def _runs(text: str, held: list[str], seen: set[str]) -> Iterator[str]:
    """Yield the text between two tags: each run between statements as a message, where it holds a word."""
    before = ""
    for at, run in enumerate(_STATEMENT.split(text)):
        if at % 2:
            found = _HELD.match(run)
            before = held[int(found[2])] if found else ""
        yield run if at % 2 or _UNSPOKEN.search(before) else _message(run, held, seen)


def _message(run: str, held: list[str], seen: set[str]) -> str:
    lead = _LEAD.match(run)
    start, end = lead.end() if lead else 0, len(run.rstrip())
    core = run[start:end]
    if start >= end or not _WORD.search(_HELD.sub("", core)) or '="' in core:
        return run
    values: list[str] = []

    def number(one: re.Match[str]) -> str:
        values.append(f"({held[int(one[1])].strip('{}').strip('-').strip()})")
        return f"{{{len(values)}}}"

    key = " ".join(_HELD.sub(number, core).split())
    seen.add(key)
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    asked = "{{ ucap(" + ", ".join([f"'{quoted}'", *values]) + ") }}"
    held.append(asked)
    return f"{run[:start]}\ue000{len(held) - 1}\ue001{run[end:]}"
