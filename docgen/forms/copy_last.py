"""What one letter may take over from the last of its kind: words, and nothing that belonged to that letter alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docgen.forms.field_sheet import FieldSheet, SheetField


def taken_over(sheet: FieldSheet, before: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the last letter for a new one: never a date, a photo, or what is told by the dossier or the assets.

    Cells of a table keep their words and lose their dates.
    """
    values: dict[str, Any] = {}
    for field in sheet.fields:
        if field.name not in before or field.type in ("date", "photos") or _is_told(field):
            continue
        value = before[field.name]
        if field.type == "table":
            kept = {column.name for column in field.columns if column.type != "date"}
            value = [{name: cell for name, cell in row.items() if name in kept} for row in value]
        values[field.name] = value
    return values


def _is_told(field: SheetField) -> bool:
    """A number, or filled from the dossier, its assets or the date: what another letter said there is wrong here."""
    return bool(field.default_from) or field.name.startswith("nomor")
