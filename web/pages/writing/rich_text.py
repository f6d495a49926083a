"""Rich text in a form: what the page's editor sends as JSON, and what remains a text area without script."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.datastructures import MultiDict

from docgen.forms.rich_text import shown_text
from storage.text import clean_text

BLOCKS = ".blok"  # behind a field's name: what the text area was made from


def read_rich_text(form: MultiDict[str, str], path: str) -> Any:
    """Return the rich text at a path of a form: blocks as JSON, or the text as typed.

    A page without script shows blocks as text and sends them along: where the text is still the same, they are kept.
    """
    text = form.getlist(path)[-1]
    if is_blocks(text):
        return _blocks(text)
    before = _blocks(form.get(path + BLOCKS, ""))
    return before if isinstance(before, list) and _same(shown_text(before), text) else text


def is_blocks(text: str) -> bool:
    """Return whether a text is one that the editor writes for blocks."""
    return text.startswith('[{"type":')


def as_typed(value: Any) -> str:
    """Return rich text as the editor reads and writes it in its text area."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _blocks(text: str) -> Any:
    """Return the JSON of a text; the text itself where it is none."""
    try:
        return json.loads(text) if text else text
    except ValueError:
        return text


def _same(one: str, other: str) -> bool:
    return clean_text(one).strip() == clean_text(other).strip()
