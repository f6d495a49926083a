"""What a form is filled with before the clerk begins, and what stands in for a field that was left out."""

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
    """The values a form of this kind begins with, as JSON, for the fields that have a default.

    `known` is what can be told beforehand, see `derive`.
    """
    values = {field.name: default_value(field, officials, date, known) for field in sheet.fields}
    return {name: value for name, value in values.items() if value is not None}


def example(sheet: FieldSheet, data: Mapping[str, Any], *, officials: Mapping[str, Official]) -> dict[str, Any]:
    """A kind's example `data` so that it validates in this office: an official of the example who is not in the
    register gives way to one who is, and is left out where the register has none.
    """
    values = dict(data)
    for field in sheet.fields:
        if field.type == "official" and field.name in values and values[field.name] not in officials:
            del values[field.name]
            same_role = [one.id for one in officials.values() if one.role == field.default_role]
            for stand_in in (same_role or list(officials))[:1]:
                values[field.name] = stand_in
    return values


def default_value(
    field: SheetField,
    officials: Mapping[str, Official],
    date: dt.date | None = None,
    known: Mapping[str, Any] | None = None,
) -> Any:
    """The default of one field: what is known of it, else the id (in a text the post) of who holds its `default_role`
    on `date`, else the sheet's own, or None. Without a procedure (`known` None) a field that one holds is as in the
    first that does.
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
    """The post as printed: with Plt. or Plh. before it when it is held in that capacity (Permendagri 1/2023)."""
    return PREFIX[official.capacity] + official.post


def rank(official: Official) -> str:
    """`Penata Tingkat I (III/d)`; a PPPK has a golongan only."""
    if official.rank and official.grade:
        return f"{official.rank} ({official.grade})"
    return official.rank or (f"Golongan {official.grade}" if official.grade else "")
