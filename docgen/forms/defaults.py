"""What a form is filled with before the clerk begins, and what stands in for a field that was left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from docgen.sheet import SheetField
from storage.records import Official

if TYPE_CHECKING:
    from docgen.kinds import Kind

PREFIX = {"definitif": "", "plt": "Plt. ", "plh": "Plh. "}


def defaults(kind: Kind, *, officials: Mapping[str, Official], date: dt.date | None = None) -> dict[str, Any]:
    """The values a form of this kind begins with, as JSON, for the fields that have a default."""
    values = {field.name: default_value(field, officials, date) for field in kind.fields}
    return {name: value for name, value in values.items() if value is not None}


def default_value(field: SheetField, officials: Mapping[str, Official], date: dt.date | None = None) -> Any:
    """The default of one field: the post of the official in its `default_role`, else what the sheet says, or None."""
    if field.default_role:
        holder = office_holder(officials.values(), field.default_role, date)
        if holder is not None:
            return post(holder)
    return field.default


def post(official: Official) -> str:
    """The post as printed: with Plt. or Plh. before it when it is held in that capacity (Permendagri 1/2023)."""
    return PREFIX[official.capacity] + official.post


def office_holder(officials: Iterable[Official], role: str, date: dt.date | None) -> Official | None:
    """Who holds a role on a date (without one: who was appointed last); an acting official comes first."""
    candidates = [one for one in officials if one.role == role and (date is None or _holds(one, date))]
    if not candidates:
        return None
    open_ended = dt.date.max
    return min(
        candidates,
        key=lambda one: (
            -(one.valid_to or open_ended).toordinal() if date is None else 0,
            one.capacity == "definitif",
            -(one.valid_from or dt.date.min).toordinal(),
            one.name,
        ),
    )


def _holds(official: Official, date: dt.date) -> bool:
    return (official.valid_from or dt.date.min) <= date <= (official.valid_to or dt.date.max)
