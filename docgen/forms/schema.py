"""Describe the `data` of a kind as JSON Schema 2020-12, for other systems; `validate` accepts what it accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.forms.clean import AnyField
from docgen.forms.field_sheet import MAX_INTEGER, MAX_LINES, MAX_ROWS, FieldSheet, SheetField
from docgen.forms.photos import CAPTION, photo_schema
from docgen.forms.rich_schema import rich_text_schema
from storage.records import Official
from storage.text import PRINTABLE, SOMETHING
from wording import say

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = r"^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"


def json_schema(sheet: FieldSheet, officials: Mapping[str, Official] | None = None) -> dict[str, Any]:
    """Return the schema of a submission's `data`. With `officials`, fields that name one list the ids that exist."""
    return {
        "$schema": DIALECT,
        "title": sheet.title,
        "description": sheet.description,
        "type": "object",
        "properties": {field.name: _property(field, officials) for field in sheet.fields},
        "required": [
            field.name
            for field in sheet.fields
            if field.required and field.default is None and not field.held_by_procedure  # the procedure fills it
        ],
        "additionalProperties": False,
    }


def _property(field: SheetField, officials: Mapping[str, Official] | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.label, "description": _description(field)}
    if not schema["description"]:
        del schema["description"]
    if field.type == "table":
        schema |= {"type": "array", "maxItems": MAX_ROWS, "items": _row(field)}
    elif field.type == "list":
        text = _text(field.max_length, required=field.required)
        schema |= {"type": "array", "maxItems": MAX_LINES, "items": text}
    elif field.type == "photos":
        schema |= photo_schema(field, _text(CAPTION.max_length, required=field.required))
    elif field.type == "rich_text":
        schema |= rich_text_schema(field, _text(field.max_length, required=field.required))
    elif field.type == "choice":
        schema |= {"enum": list(field.choices)}
    elif field.type == "boolean":
        schema |= {"type": "boolean"}
    elif field.type == "official":
        schema |= {"type": "string", "minLength": 1}
        if officials is not None:
            schema["enum"] = sorted(officials)
    else:
        schema |= _scalar(field)
    if field.type in ("table", "list", "photos") and field.required:
        schema["minItems"] = 1
    if field.default is not None:
        schema["default"] = field.default
    if field.example not in ("", []) and field.type != "photos":
        schema["examples"] = [field.example]
    return schema


def _row(field: SheetField) -> dict[str, Any]:
    columns = {}
    for column in field.columns:
        columns[column.name] = {"title": column.label, **_scalar(column)}
        if column.help:
            columns[column.name]["description"] = column.help
        if column.example != "":
            columns[column.name]["examples"] = [column.example]
    return {
        "type": "object",
        "properties": columns,
        "required": [column.name for column in field.columns if column.required],
        "additionalProperties": False,
    }


def _scalar(field: AnyField) -> dict[str, Any]:
    if field.type == "date":
        return {"type": "string", "format": "date", "pattern": _DATE}
    if field.type in ("integer", "money"):
        return {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
    return _text(field.max_length, required=field.required)


def _text(max_length: int, *, required: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "maxLength": max_length, "pattern": PRINTABLE}
    if required:  # white space and signs that nobody sees are nothing
        schema |= {"minLength": 1, "allOf": [{"pattern": SOMETHING}]}
    return schema


def _description(field: SheetField) -> str:
    origin = say("Bila dikosongkan: {derived_from}.", derived_from=field.derived_from) if field.derived_from else ""
    return " ".join(text for text in (field.help, origin) if text)
