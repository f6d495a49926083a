"""Validate a submission: clean every value, and report all errors at once, each with its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from docgen.errors import MOST_ERRORS, FieldError, InvalidSubmission
from docgen.forms.clean import CLEANERS, AnyField, Wrong, clean_official, missing, quoted
from docgen.forms.clean_rich import clean_rich_text
from docgen.forms.defaults import default_value
from docgen.forms.field_sheet import MAX_ROWS, FieldSheet, SheetField
from docgen.forms.photos import clean_photos
from docgen.messages import nearest
from storage.records import Official
from wording import say

_NOTHING: tuple[Any, ...] = (None, "", [])
_CLEARABLE = (
    "text",
    "paragraphs",
    "rich_text",
    "list",
)  # a clerk may empty these; an empty field of another type gets its default


def validate(
    sheet: FieldSheet,
    data: object,
    *,
    officials: Mapping[str, Official],
    date: dt.date | None = None,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the clean values of a submission's `data`, one for every field of the kind.

    Text is str ("" when empty), paragraphs str with a blank line between two, date dt.date, integer and money int
    (whole rupiah), boolean bool, list a list of str, official an id, table a list of dicts, photos a list of
    {file, caption}, rich text a str or a list of blocks; None where nothing was written. Values of a form (all
    strings) are read as well as JSON. `date` is the document's, for defaults that are an official's post; `known` are
    values that stand in for fields left out, see `derive`. Raises InvalidSubmission with all errors, their fields
    under `data.`.
    """
    if not isinstance(data, Mapping):
        raise InvalidSubmission([FieldError("data", "Isian harus berupa objek: nama isian dan nilainya.")])
    errors: list[FieldError] = []
    names = [field.name for field in sheet.fields]
    for name in data:
        if name not in names:
            name = str(name)[:100]
            hint = nearest(name, names) if len(errors) < MOST_ERRORS else ""
            errors.append(
                FieldError(f"data.{name}", say("Isian {field} tidak dikenal.{hint}", field=quoted(name), hint=hint))
            )
    values = {}
    for field in sheet.fields:
        raw = data.get(field.name)
        if raw is None or (field.type not in _CLEARABLE and isinstance(raw, str) and not raw.strip()):
            raw = default_value(field, officials, date, known)
        value = values[field.name] = _field(field, raw, officials, f"data.{field.name}", errors)
        fixed_value = (known or {}).get(field.name) if field.held_by_procedure else None
        if fixed_value and value and value != fixed_value:
            message = say(
                "{label}: {value} bukan untuk prosedur ini. Pilih {allowed}, atau kosongkan.",
                label=field.label,
                value=quoted(value),
                allowed=quoted(fixed_value),
            )
            errors.append(FieldError(f"data.{field.name}", message))
    if errors:
        raise InvalidSubmission(errors)
    return values


def to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return clean values as JSON (dates as `2026-11-23`, without None); `validate` reads them back."""
    return {name: _json(value) for name, value in values.items() if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return [_json(item) for item in value]
    return to_json(value) if isinstance(value, dict) else value


def _field(
    field: SheetField, raw: object, officials: Mapping[str, Official], path: str, errors: list[FieldError]
) -> Any:
    if field.type == "table":
        value: Any = _table(field, raw, path, errors)
    elif field.type == "photos":
        value = clean_photos(field, raw, path, errors)
    elif field.type == "rich_text":
        value = clean_rich_text(field, raw, path, errors)
    else:
        value = _single(field, raw, officials, path, errors)
    has_error = any(error.field == path or error.field.startswith(f"{path}[") for error in errors)
    if field.required and value in _NOTHING and not has_error:
        errors.append(FieldError(path, missing(field)))
    return value


def _single(
    field: AnyField, raw: object, officials: Mapping[str, Official], path: str, errors: list[FieldError]
) -> Any:
    if raw is None:
        return {"text": "", "paragraphs": "", "list": []}.get(field.type)
    try:
        if field.type == "official":
            return clean_official(field, raw, officials)
        return CLEANERS[field.type](field, raw)
    except Wrong as wrong:
        errors.append(FieldError(path, str(wrong)))
        return None


def _table(field: SheetField, raw: object, path: str, errors: list[FieldError]) -> list[dict[str, Any]]:
    if raw is None or raw == "":
        return []
    if not isinstance(raw, list):
        errors.append(FieldError(path, say("{label} harus berupa daftar baris.", label=field.label)))
        return []
    if len(raw) > MAX_ROWS:
        errors.append(
            FieldError(
                path,
                say(
                    "{label} memuat {count} baris, paling banyak {most}.",
                    label=field.label,
                    count=len(raw),
                    most=MAX_ROWS,
                ),
            )
        )
        return []
    rows = []
    for index, item in enumerate(raw):
        row_path = f"{path}[{index}]"
        if not isinstance(item, Mapping):
            errors.append(
                FieldError(
                    row_path,
                    say("{label} baris {row} harus berupa kolom dan nilainya.", label=field.label, row=index + 1),
                )
            )
        elif not _blank(item):
            rows.append(_row(field, item, index, row_path, errors))
    return rows


def _blank(row: Mapping[str, object]) -> bool:
    """Return whether a row of a form is empty."""
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in row.values())


def _row(
    field: SheetField, row: Mapping[str, object], index: int, path: str, errors: list[FieldError]
) -> dict[str, Any]:
    names: Sequence[str] = [column.name for column in field.columns]
    for name in row:
        if name not in names:
            name = str(name)[:100]
            hint = nearest(name, names) if len(errors) < MOST_ERRORS else ""
            message = say(
                "Baris {row}: kolom {column} tidak dikenal.{hint}", row=index + 1, column=quoted(name), hint=hint
            )
            errors.append(FieldError(f"{path}.{name}", message))
    values = {}
    for column in field.columns:
        cell_errors: list[FieldError] = []
        cell_path = f"{path}.{column.name}"
        value = _single(column, row.get(column.name), {}, cell_path, cell_errors)
        if column.required and value in _NOTHING and not cell_errors:
            cell_errors.append(FieldError(cell_path, missing(column)))
        errors += [
            FieldError(
                error.field,
                say("{table} baris {row}: {message}", table=field.label, row=index + 1, message=error.message),
            )
            for error in cell_errors
        ]
        values[column.name] = value
    return values
