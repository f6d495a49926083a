"""Rich text in a form: what the page's editor sends as JSON, and what remains a text area without script."""

from __future__ import annotations

import json
import re
from typing import Any

from werkzeug.datastructures import MultiDict

from docgen.forms.photos import CAPTION
from docgen.forms.rich_text import shown_text
from storage.text import clean_text
from wording import say

BLOCKS = ".blok"  # behind a field's name: what the text area was made from
_CAPTION = re.compile(r"data\.([a-z][a-z0-9_]*)\[([0-9]{1,4})\]\.photo\.caption")


def read_rich_text(form: MultiDict[str, str], path: str) -> Any:
    """Return the rich text at a path of a form: blocks as JSON, or the text as typed.

    A page without script shows blocks as text and sends them along: where the text is still the same, they are kept.
    """
    text = form.getlist(path)[-1]
    before = _blocks(form.get(path + BLOCKS, ""))
    return before if before and _same(shown_text(before), text) else _blocks(text) or text


def fill_picture_caption(body: dict[str, Any], path: str) -> str:
    """Put a word in a caption nobody wrote yet; returns where it was, or "" when something else is wrong."""
    match = _CAPTION.fullmatch(path)
    if match is None:
        return ""
    photo = body["data"][match[1]][int(match[2])]["photo"]
    if not isinstance(photo.get("caption"), str) or photo["caption"].strip():
        return ""
    photo["caption"] = CAPTION.label
    return say("keterangan gambar")


def as_typed(value: Any) -> str:
    """Return rich text as the editor reads and writes it in its text area."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _blocks(text: str) -> list[dict[str, Any]]:
    """Return the blocks that a text holds as JSON; none for any other text."""
    if not text.startswith('[{"'):
        return []
    try:
        blocks = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return blocks if all(isinstance(block, dict) and "type" in block for block in blocks) else []


def _same(before: str, after: str) -> bool:
    return clean_text(before).strip() == clean_text(after).strip()
