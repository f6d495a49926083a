"""An example that fits its field sheet: what somebody wrote, and for the rest what the sheet says itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.errors import FieldError, InvalidSubmission
from docgen.forms import to_json, validate
from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.kinds.samples import OFFICIAL, sample_values
from docgen.messages import field_path


def completed_example(sheet: FieldSheet, example: Mapping[str, Any]) -> dict[str, Any]:
    """Return the example without what the sheet has no field for, or does not take, and with all that it requires."""
    fitting = {
        field.name: example[field.name]
        for field in sheet.fields
        if not field.held_by_procedure and field.name in example and not _errors(sheet, field, example[field.name])
    }
    completed = {}
    for field in sheet.fields:
        if field.name in fitting:
            completed[field.name] = fitting[field.name]
        elif field.required and not field.held_by_procedure:
            completed[field.name] = _sample(sheet, field)
    return completed


def unfitting(sheet: FieldSheet, example: Mapping[str, Any]) -> list[FieldError]:
    """Return the errors of what an example says of fields of the sheet, by `example.{name}`."""
    return [
        FieldError(field_path("example", error.field), error.message)
        for field in sheet.fields
        if field.name in example
        for error in _errors(sheet, field, example[field.name])
    ]


def _errors(sheet: FieldSheet, field: SheetField, value: Any) -> list[FieldError]:
    officials = {value: OFFICIAL} if isinstance(value, str) else {}
    try:
        validate(sheet.model_copy(update={"fields": [field]}), {field.name: value}, officials=officials)
    except InvalidSubmission as invalid:
        return invalid.errors
    return []


def _sample(sheet: FieldSheet, field: SheetField) -> Any:
    """Return the field's own example where it fits, else a sample of its type."""
    if field.example != "" and not _errors(sheet, field, field.example):
        return field.example
    return to_json(sample_values(sheet.model_copy(update={"fields": [field]})))[field.name]
