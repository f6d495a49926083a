"""The condition that a row is of one series of a unit and year."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam

# What a statement that is built once asks for in place of unit, year and series.
SERIES: tuple[BindParameter[Any], ...] = (bindparam("of_unit"), bindparam("of_year"), bindparam("of_series"))


def in_series(table: Table, unit: Any, year: Any, series: Any) -> ColumnElement[bool]:
    """Return the condition that a row is of this series; each is a value, or a parameter, as in `SERIES`."""
    return and_(table.c.unit == unit, table.c.year == year, table.c.series == series)
