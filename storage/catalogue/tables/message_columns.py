"""Columns of sentences for people, which keep template and values of a message behind its text."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import JSON, Dialect, Text
from sqlalchemy.types import TypeDecorator

from wording import Message, packed, unpacked

_BEHIND = "\x1e"  # the record separator, between a text and what is kept of it


class MessageText(TypeDecorator[str]):
    """A text column; of a message, JSON of template and values follows the text. Other texts are stored as they are."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text to store."""
        if not isinstance(value, Message):
            return value
        kept = packed(value)
        return _BEHIND.join([kept.pop("wording"), json.dumps(kept, ensure_ascii=False)])

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the message that was stored, or the text that an earlier version stored."""
        text, separator, kept = (value or "").rpartition(_BEHIND)
        if not separator:
            return value
        try:
            message = unpacked({**json.loads(kept), "wording": text})
        except (ValueError, TypeError):
            return value
        return message if isinstance(message, Message) else value


class MessageJson(TypeDecorator[Any]):
    """A JSON column whose messages are stored packed."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return the value to store."""
        return packed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the value with its messages."""
        return unpacked(value)
