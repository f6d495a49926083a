"""Copy values of a letter into a new one of its kind, without what belonged to that letter alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.forms.field_sheet import FieldSheet, SheetField


def copied_values(sheet: FieldSheet, written: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a letter for a new one, without dates, photos, and what dossier or assets fill in.

    The title is copied unless it is among the `known` values of the new letter, which its dossier gives.
    Cells of a table keep their words and lose their dates.
    """
    values: dict[str, Any] = {}
    for field in sheet.fields:
        if field.name not in written or field.type in ("date", "photos") or _is_filled_in(sheet, field, known):
            continue
        value = written[field.name]
        if field.type == "table":
            names = {column.name for column in field.columns if column.type != "date"}
            value = [{name: cell for name, cell in row.items() if name in names} for row in value]
        values[field.name] = value
    return values


def _is_filled_in(sheet: FieldSheet, field: SheetField, known: Mapping[str, Any]) -> bool:
    """Return whether a field is a number, or filled in from dossier, assets or date, so that a copy would be wrong."""
    if field.name == sheet.title_field:
        return bool(known.get(field.name))
    return bool(field.default_from) or field.name.startswith("nomor")
