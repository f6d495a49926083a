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
SESSION_KEY = "bahasa"

_TRANSLATED_ATTRIBUTE = re.compile(r'(\s(?:placeholder|title|aria-label|alt|data-label)=")([^"]*)(")')
_JINJA = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_PLACEHOLDER = re.compile(r"\ue000(\d+)\ue001|\ue002(\d+)\ue003")
_STATEMENT = re.compile(r"(\ue002\d+\ue003)")
_TAG = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>|<[^<>]*>)", re.DOTALL)
_LITERAL = re.compile(r'(?<![\w(=]\()(?<!== )(?<!\[)"((?:[A-Z]|\d+ [a-z])[^"\\\n]{2,})"(?!\s*:)')
_LEAD = re.compile(r"(?:\s|[^\w\ue000\ue001]|\ue000\d+\ue001)*")  # signs and values before the first word
_NOT_TEXT = re.compile(r"block (main|body)_class")  # names for the style sheet
_WORD = re.compile(r"[^\W\d_]{2,}")


def register(app: Flask) -> None:
    """Give the application its languages."""
    Babel(app, default_locale="id", locale_selector=language)
    app.jinja_env.add_extension(TranslatedTemplates)
    app.jinja_env.globals.update(_=gettext, gettext_with_values=gettext_with_values, LANGUAGES=LANGUAGES)
    app.context_processor(lambda: {"bahasa": language()})


def language() -> str:
    """Return the language of this request: chosen on the page, else the browser's first that we offer."""
    if not has_request_context():
        return "id"
    if "language" not in g:
        chosen = session.get(SESSION_KEY)
        best = chosen if chosen in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), "id")
        g.language = best
    chosen_language: str = g.language
    return chosen_language


def gettext(text: str) -> str:
    """Return a text of a page in the reader's language."""
    return text if language() == "id" else catalogue().gettext(text)


def gettext_with_values(text: str, *values: Any) -> Markup:
    """Return a run of a template's text with the values of its expressions, numbered from 1."""
    translated = gettext(text)
    if not values:
        return Markup(translated)  # noqa: S704 (from a template or its catalogue)
    parts = re.split(r"\{(\d)\}", translated)
    translated_parts = [escape(values[int(part) - 1]) if at % 2 else Markup(part) for at, part in enumerate(parts)]  # noqa: S704
    return Markup("").join(translated_parts)


class Words(dict[str, str]):
    """Words by key, translated into the reader's language."""

    def __getitem__(self, key: str) -> str:
        return gettext(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the translated word, or the default."""
        word = super().get(key)
        return default if word is None else gettext(word)

    def items(self) -> Any:
        """Return keys and translated words."""
        return [(key, gettext(word)) for key, word in super().items()]

    def values(self) -> Any:
        """Return the translated words."""
        return [gettext(word) for word in super().values()]


@cache
def catalogue() -> NullTranslations:
    """Return the English of every message, read from the .po file without compiling it."""
    source = files("web") / "translations/en/LC_MESSAGES/messages.po"
    out = io.BytesIO()
    write_mo(out, read_po(io.BytesIO(source.read_bytes()), locale="en"))
    out.seek(0)
    return Translations(out)


class TranslatedTemplates(Extension):
    """Turns the text of templates into messages while they are loaded."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template with its text as messages."""
        return translatable(source) if name and name.endswith(".html") else source


def messages(environment: Environment, names: Iterable[str]) -> set[str]:
    """Return every message of these templates."""
    assert environment.loader is not None
    keys: set[str] = set()
    for name in names:
        translatable(environment.loader.get_source(environment, name)[0], keys)
    return keys


def translatable(source: str, keys: set[str] | None = None) -> str:
    """Return a template's source with every run of text replaced by a translation call; its keys go to `keys`."""
    seen_keys = set[str]() if keys is None else keys
    tokens: list[str] = []

    def to_placeholder(token: str) -> str:
        if token.startswith("{#"):
            return ""
        tokens.append(_literals(token, seen_keys))
        index = len(tokens) - 1
        return f"\ue000{index}\ue001" if token.startswith("{{") else f"\ue002{index}\ue003"

    flat = "".join(to_placeholder(part) if index % 2 else part for index, part in enumerate(_JINJA.split(source)))
    out: list[str] = []
    for index, part in enumerate(_TAG.split(flat)):
        if index % 2 == 0:
            out += _runs(part, tokens, seen_keys)
        elif part.startswith(("<script", "<style")):
            out.append(part)
        else:
            out.append(
                _TRANSLATED_ATTRIBUTE.sub(
                    lambda match: match[1] + "".join(_runs(match[2], tokens, seen_keys)) + match[3], part
                )
            )
    return _PLACEHOLDER.sub(lambda match: tokens[int(match[1] or match[2])], "".join(out))


def _literals(token: str, keys: set[str]) -> str:
    """Return an expression or statement whose word literals became translation calls."""
    if token.startswith(("{% extends", "{% from", "{% include", "{% import")):
        return token

    def ask(match: re.Match[str]) -> str:
        if not re.search("[a-z]", match[1]):
            return match[0]
        keys.add(match[1])
        return f'_("{match[1]}")'

    return _LITERAL.sub(ask, token)


def _runs(text: str, tokens: list[str], keys: set[str]) -> Iterator[str]:
    """Yield the text between two tags: each run between statements as a message, where it holds a word."""
    before = ""
    for index, run in enumerate(_STATEMENT.split(text)):
        if index % 2:
            placeholder = _PLACEHOLDER.match(run)
            before = tokens[int(placeholder[2])] if placeholder else ""
        yield run if index % 2 or _NOT_TEXT.search(before) else _message(run, tokens, keys)


def _message(run: str, tokens: list[str], keys: set[str]) -> str:
    lead = _LEAD.match(run)
    start, end = lead.end() if lead else 0, len(run.rstrip())
    core = run[start:end]
    if start >= end or not _WORD.search(_PLACEHOLDER.sub("", core)) or '="' in core:
        return run
    values: list[str] = []

    def number(match: re.Match[str]) -> str:
        values.append(f"({tokens[int(match[1])].strip('{}').strip('-').strip()})")
        return f"{{{len(values)}}}"

    key = " ".join(_PLACEHOLDER.sub(number, core).split())
    keys.add(key)
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    call = "{{ gettext_with_values(" + ", ".join([f"'{quoted}'", *values]) + ") }}"
    tokens.append(call)
    return f"{run[:start]}\ue000{len(tokens) - 1}\ue001{run[end:]}"
