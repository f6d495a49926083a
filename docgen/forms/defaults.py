"""The defaults of a form: its values before the clerk begins, and those of fields that were left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.sop.actors import find_signer
from storage.records import Official

PREFIX = {"definitif": "", "plt": "Plt. ", "plh": "Plh. "}


def defaults(
    sheet: FieldSheet,
    *,
    officials: Mapping[str, Official],
    date: dt.date | None = None,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the values a form of this kind begins with, as JSON, for the fields that have a default.

    `known` are the derived values, see `derive`.
    """
    values = {field.name: default_value(field, officials, date, known) for field in sheet.fields}
    return {name: value for name, value in values.items() if value is not None}


def fitting_example(sheet: FieldSheet, data: Mapping[str, Any], *, officials: Mapping[str, Official]) -> dict[str, Any]:
    """Return a kind's example `data` that validates in this office: an official who is not in the register is replaced
    by one who is, or left out where the register has none.
    """
    values = dict(data)
    for field in sheet.fields:
        if field.type == "official" and field.name in values and values[field.name] not in officials:
            del values[field.name]
            same_role = [official.id for official in officials.values() if official.role == field.default_role]
            for substitute in (same_role or list(officials))[:1]:
                values[field.name] = substitute
    return values


def default_value(
    field: SheetField,
    officials: Mapping[str, Official],
    date: dt.date | None = None,
    known: Mapping[str, Any] | None = None,
) -> Any:
    """Return the default of one field: its value in `known`, else the id (in a text the post) of the holder of its
    `default_role` on `date`, else the sheet's own, or None. Without a procedure (`known` None) a field with
    `held_by_procedure` has the value of the first procedure.
    """
    if known is None and field.held_by_procedure:
        return next(iter(field.default_by.values()))
    if known and field.name in known:
        return known[field.name]
    if field.default_role and date is not None:
        holder = find_signer(officials.values(), field.default_role, date)
        if holder is not None:
            return holder.id if field.type == "official" else post(holder)
    return field.default


def post(official: Official) -> str:
    """Return the post as printed: with Plt. or Plh. before it in that capacity (Permendagri 1/2023)."""
    return PREFIX[official.capacity] + official.post


def rank(official: Official) -> str:
    """Return the rank as printed: `Penata Tingkat I (III/d)`; a PPPK has a golongan only."""
    if official.rank and official.grade:
        return f"{official.rank} ({official.grade})"
    return official.rank or (f"Golongan {official.grade}" if official.grade else "")
