"""A sentence with its template and values: text wherever a text goes, and sayable in another language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_SLOT = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_ENDS, _STOP = re.compile(r"\.(?=\s|$)"), re.compile(r"[^.]\.$")  # of a sentence, of a value
_PACKED = {"wording", "template", "values"}


class Message(str):
    """An Indonesian sentence, the template it was made of, and the values by name.

    It is a `str` in every respect, so that answers, logs and tables take it as it is. `str(message)` and
    `str(error)` of an error that was raised with it are the message still; an f-string or `"".join` makes a plain text.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, str]

    def __new__(cls, text: str, template: str, values: Mapping[str, str]) -> Message:
        """Return the finished `text` of a template with its values; a value may be a message, too."""
        message = super().__new__(cls, text)
        message.template = template
        message.values = values
        return message

    def __str__(self) -> str:
        return self

    def __reduce__(self) -> tuple[type[Message], tuple[str, str, dict[str, str]]]:
        return Message, (str.__str__(self), self.template, dict(self.values))


def say(template: str, /, **values: object) -> Message:
    """Return the Indonesian template as a message, each `{name}` in it replaced by the value of that name.

    The template is a literal, so that a test finds its English in the catalogue. An error among the values stands for
    its own message.
    """
    words = {name: value if isinstance(value, Message) else format(value) for name, value in values.items()}
    return Message(filled(template, words), template, words)


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its values; `{{` and `}}` are single braces. Raises KeyError where a value is missing.

    A sentence that ends with a value that ends with a full stop (`… Siti Aminah, S.E.`) has one of them.
    `str.format` is not asked, because a template that was stored or sent could read attributes by it.
    """

    def value(slot: re.Match[str]) -> str:
        if not slot[1]:
            return slot[0][0]
        text = values[slot[1]]
        return text[:-1] if _ENDS.match(template, slot.end()) and _STOP.search(text) else text

    return _SLOT.sub(value, template)


def recognised(text: str, template: str) -> Message | None:
    """Return a text that was stored without its values as the message of this template; None if it is another's."""
    pattern, at = "", 0
    for slot in _SLOT.finditer(template):
        pattern += re.escape(template[at : slot.start()])
        name, at = slot[1], slot.end()
        is_first = f"(?P<{name}>" not in pattern
        pattern += (f"(?P<{name}>.+?)" if is_first else f"(?P={name})") if name else re.escape(slot[0][0])
    match = re.fullmatch(pattern + re.escape(template[at:]), text, re.DOTALL)
    return Message(text, template, match.groupdict()) if match else None


def joined(messages: Iterable[str], separator: str = " ") -> Message:
    """Return several messages as one, each still a message of its own."""
    parts = {f"part{number}": message for number, message in enumerate(messages, 1)}
    safe = separator.replace("{", "{{").replace("}", "}}")
    return say(safe.join(f"{{{name}}}" for name in parts), **parts)


def mapped(message: str, change: Callable[[str], str]) -> str:
    """Return a message with its text and each of its values changed; a plain text is changed as it is."""
    if not isinstance(message, Message):
        return change(message)
    values = {name: mapped(value, change) for name, value in message.values.items()}
    return Message(change(str.__str__(message)), message.template, values)


def packed(value: Any) -> Any:
    """Return a value for JSON in which each message is a mapping of its text, template and values."""
    if isinstance(value, Message):
        return {"wording": str.__str__(value), "template": value.template, "values": packed(value.values)}
    if isinstance(value, Mapping):
        return {key: packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [packed(item) for item in value]
    return value


def unpacked(value: Any) -> Any:
    """Return the value that was packed; plain values, as earlier versions stored them, are returned as they are."""
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    items = {key: unpacked(item) for key, item in value.items()}
    if items.keys() != _PACKED or not all(isinstance(items[key], str) for key in ("wording", "template")):
        return items
    values = items["values"]
    is_whole = isinstance(values, dict) and all(isinstance(item, str) for item in values.values())
    return Message(items["wording"], items["template"], values if is_whole else {})
