"""The form in which a field sheet is edited: what its page sends as a sheet and an example, and what is wrong in it.

A field is named by its tag. What the page does not show of a sheet stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from docgen.errors import FieldError
from docgen.forms.field_sheet import NO_DEFAULT
from wording import say

ORDER = "urutan"  # the names of the fields, in the order of the form
Sheet = dict[str, Any]
Form = MultiDict[str, str]

_INTEGER = re.compile(r"-?[0-9]{1,15}")
_FIELD_PATH = re.compile(r"fields\[(\d{1,4})\](.*)")
_COLUMN_PATH = re.compile(r"\.columns\[(\d{1,4})\](.*)")
_MOVES = {"naik": -1, "turun": 1}


def read_sheet_form(form: Form, sheet: Sheet, example: Mapping[str, Any]) -> tuple[Sheet, dict[str, Any]]:
    """Return the sheet and the example as typed, valid or not; fields come in the order in which the form has them."""
    fields = {field["name"]: field for field in sheet["fields"]}
    names = [name for name in dict.fromkeys(form.getlist(ORDER)) if name in fields]
    names += [name for name in fields if name not in names]
    edited = [_read_field(form, fields[name]) for name in names]
    shown = {
        "title": _line(form, "title", sheet),
        "description": _line(form, "description", sheet),
        "title_field": form.get("title_field", sheet["title_field"]),
        "needs_assets": form.get("needs_assets", sheet.get("needs_assets", "optional")),
    }
    examples = {name: _read_example(form, fields[name], example.get(name)) for name in names}
    return {**sheet, **shown, "fields": edited}, {name: value for name, value in examples.items() if value is not None}


def moved(sheet: Sheet, action: str) -> Sheet:
    """Return the sheet with a field moved by one place, as the buttons `naik:name` and `turun:name` ask."""
    word, _, name = action.partition(":")
    fields = list(sheet["fields"])
    at = next((index for index, field in enumerate(fields) if field["name"] == name), None)
    if at is None or word not in _MOVES:
        return sheet
    to = min(max(at + _MOVES[word], 0), len(fields) - 1)
    fields.insert(to, fields.pop(at))
    return {**sheet, "fields": fields}


def wrong_values(sheet: Sheet) -> list[FieldError]:
    """Return what a person left out or mistyped, each named by its input; the rules of a sheet itself come after."""
    errors = []
    if not sheet["title"]:
        errors.append(FieldError("title", say("Beri nama jenis naskah ini, misalnya Surat Undangan.")))
    for field in sheet["fields"]:
        name, path = field["name"], f"isian.{field['name']}"
        if not field["label"]:
            errors.append(FieldError(f"{path}.label", say("Isian {name}: tulis labelnya.", name=name)))
        choices = field.get("choices") or []
        if field["type"] == "choice" and not choices:
            message = say("Isian {label}: tulis pilihannya, satu baris satu.", label=field["label"] or name)
            errors.append(FieldError(f"{path}.choices", message))
        if not isinstance(field.get("max_length", 1), int) or field.get("max_length", 1) < 1:
            message = say("Isian {label}: panjang paling banyak harus bilangan di atas nol.", label=field["label"])
            errors.append(FieldError(f"{path}.max_length", message))
        default = field.get("default")
        if default is not None and not _fits(field["type"], default, choices):
            errors.append(FieldError(f"{path}.default", _default_message(field)))
        for column in field.get("columns") or []:
            if not column["label"]:
                message = say("Isian {label}: tulis judul kolom {column}.", label=field["label"], column=column["name"])
                errors.append(FieldError(f"{path}.{column['name']}.label", message))
    return errors


def input_of(path: str, sheet: Sheet) -> str:
    """Return which input of the page an error of the sheet's rules belongs to, by its path in the sheet."""
    match = _FIELD_PATH.fullmatch(path)
    if match is None or int(match[1]) >= len(sheet["fields"]):
        return path
    field = sheet["fields"][int(match[1])]
    columns = field.get("columns") or []
    rest = _COLUMN_PATH.fullmatch(match[2])
    if rest and int(rest[1]) < len(columns):
        return f"isian.{field['name']}.{columns[int(rest[1])]['name']}{rest[2]}"
    return f"isian.{field['name']}{match[2]}"


def _fits(field_type: str, default: Any, choices: Sequence[str]) -> bool:
    if field_type == "choice":
        return default in choices
    if field_type in ("integer", "money"):
        return isinstance(default, int)
    return True


def _default_message(field: Mapping[str, Any]) -> str:
    if field["type"] == "choice":
        return say("Isian {label}: isi bawaan harus salah satu pilihan di atas.", label=field["label"])
    return say("Isian {label}: isi bawaan harus bilangan, tanpa titik.", label=field["label"])


def _read_field(form: Form, field: Mapping[str, Any]) -> Sheet:
    """Return one field as typed. A type that has no default, choices or columns loses those of the type before."""
    path = f"isian.{field['name']}"
    if f"{path}.label" not in form:
        return dict(field)
    field_type = form.get(f"{path}.type", field.get("type", "text"))
    edited = {
        **field,
        "label": _line(form, f"{path}.label"),
        "help": _line(form, f"{path}.help"),
        "group": _line(form, f"{path}.group"),
        "type": field_type,
        "required": f"{path}.required" in form,
        "default": None if field_type in NO_DEFAULT else _typed(field_type, form.get(f"{path}.default", "")),
        "choices": _lines(form.get(f"{path}.choices", "")) if field_type == "choice" else [],
    }
    if form.get(f"{path}.max_length", "").strip():
        edited["max_length"] = _typed("integer", form[f"{path}.max_length"])
    if field.get("columns"):
        edited["columns"] = [_read_column(form, f"{path}.{column['name']}", column) for column in field["columns"]]
    if field_type != field.get("type", "text"):
        edited = {key: value for key, value in edited.items() if key not in _OF_ONE_TYPE}
    return edited


# What only one type of field may have: it goes with the type.
_OF_ONE_TYPE = ("default_by", "held_by_procedure", "default_role", "tells", "not_before", "counts_annexes", "item_ends")


def _read_column(form: Form, path: str, column: Mapping[str, Any]) -> Sheet:
    if f"{path}.label" not in form:
        return dict(column)
    return {
        **column,
        "label": _line(form, f"{path}.label"),
        "type": form.get(f"{path}.type", column.get("type", "text")),
        "required": f"{path}.required" in form,
    }


def _read_example(form: Form, field: Mapping[str, Any], example: Any) -> Any:
    """Return the example of a field as typed; that of a table, photos or an official stays."""
    path = f"isian.{field['name']}"
    if f"{path}.example" not in form:
        return example
    return _typed(form.get(f"{path}.type", field.get("type", "text")), form[f"{path}.example"])


def _typed(field_type: str, text: str) -> Any:
    """Return a value as a sheet or an example holds it; None for nothing, the text itself where it does not fit."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if field_type in ("integer", "money"):
        return int(text) if _INTEGER.fullmatch(text) else text
    if field_type == "list":
        return _lines(text)
    if field_type == "boolean":
        return text == "ya"
    return text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _line(form: Form, name: str, sheet: Mapping[str, Any] | None = None) -> str:
    """Return a line as typed; of a form that lacks it, what the sheet says."""
    return " ".join(form.get(name, str((sheet or {}).get(name, ""))).split())
