"""Describe rich text as JSON Schema: plain text, or a list of blocks."""

from __future__ import annotations

from typing import Any

from docgen.forms.field_sheet import MAX_ROWS, PHOTO_FILE, SheetField
from docgen.forms.rich_text import MAX_BLOCKS, MAX_CAPTION, MAX_COLUMNS, MAX_LEVEL, MAX_RUNS
from docgen.list_numbers import NUMBERINGS
from storage.text import PRINTABLE, SOMETHING


def rich_text_schema(field: SheetField, text: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a rich text; `text` is that of its plain text."""
    blocks = {"type": "array", "maxItems": MAX_BLOCKS, "items": {"oneOf": _blocks()}}
    if field.required:
        blocks["minItems"] = 1
    return {"anyOf": [text, blocks]}


def _blocks() -> list[dict[str, Any]]:
    runs = _runs()
    row = {"type": "array", "minItems": 1, "maxItems": MAX_COLUMNS, "items": runs}
    caption = {"type": "string", "maxLength": MAX_CAPTION, "pattern": PRINTABLE, "allOf": [{"pattern": SOMETHING}]}
    return [
        _object("paragraph", ["runs"], level=_level(0), runs=runs),
        _object(
            "item",
            ["runs"],
            level=_level(1),
            numbering={"enum": list(NUMBERINGS)},
            continues={"type": "boolean"},
            runs=runs,
        ),
        _object(
            "table",
            ["rows"],
            header={"type": "boolean"},
            rows={"type": "array", "minItems": 1, "maxItems": MAX_ROWS, "items": row},
        ),
        _object(
            "image",
            ["photo"],
            photo={
                "type": "object",
                "properties": {"file": {"type": "string", "pattern": f"^{PHOTO_FILE.pattern}$"}, "caption": caption},
                "required": ["file", "caption"],
                "additionalProperties": False,
            },
        ),
    ]


def _object(sort: str, required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"type": {"const": sort}, **properties},
        "required": ["type", *required],
        "additionalProperties": False,
    }


def _level(least: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": MAX_LEVEL}


def _runs() -> dict[str, Any]:
    text = {"type": "string", "pattern": PRINTABLE}
    looks = {look: {"type": "boolean"} for look in ("bold", "italic", "underline")}
    run = {
        "type": "object",
        "properties": {"text": text, **looks},
        "required": ["text"],
        "additionalProperties": False,
    }
    return {"anyOf": [text, {"type": "array", "maxItems": MAX_RUNS, "items": run}]}
