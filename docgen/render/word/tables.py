"""Read and write the tables of a Word file: their rows, cells, margins and the widths of their columns, in twips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from docgen.render.word.package import W

_MARGIN = 108  # twips at each side of a cell, by default
_ROW, _CELL, _ROW_LOOK, _CELL_LOOK, _SPAN = (f"{W}{name}" for name in ("tr", "tc", "trPr", "tcPr", "gridSpan"))
_WIDTH, _VALUE = f"{W}w", f"{W}val"


class Cell(NamedTuple):
    """A cell, its properties, and the columns it stands in: `first` to `last` (excluded)."""

    element: Any
    look: Any
    first: int
    last: int


class Row(NamedTuple):
    """A row, its cells, and whether it is a heading that is repeated."""

    element: Any
    cells: list[Cell]
    head: bool


def table_rows(table: Any) -> list[Row]:
    """Return the rows of a table, without those of tables within it."""
    rows = []
    for element in table.iterchildren(_ROW):
        look = element.find(_ROW_LOOK)
        skipped = look.find(f"{W}gridBefore") if look is not None else None
        at = int(skipped.get(_VALUE, "0")) if skipped is not None else 0
        cells = []
        for cell in element.iterchildren(_CELL):
            properties = cell.find(_CELL_LOOK)
            span = properties.find(_SPAN) if properties is not None else None
            width = max(1, int(span.get(_VALUE, "1"))) if span is not None else 1
            cells.append(Cell(cell, properties, at, at + width))
            at += width
        rows.append(Row(element, cells, look is not None and look.find(f"{W}tblHeader") is not None))
    return rows


def grid_widths(table: Any) -> list[int]:
    """Return the widths of a table's columns."""
    return [int(float(column.get(f"{W}w", "0"))) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]


def set_widths(table: Any, rows: Sequence[Row], widths: Sequence[int]) -> None:
    """Write the widths of the columns, of each cell and of the table."""
    for column, width in zip(table.iterfind(f"{W}tblGrid/{W}gridCol"), widths, strict=True):
        column.set(_WIDTH, str(width))
    sizes = [(table.find(f"{W}tblPr/{W}tblW"), sum(widths))]
    sizes += [
        (cell.look.find(f"{W}tcW"), sum(widths[cell.first : cell.last]))
        for row in rows
        for cell in row.cells
        if cell.look is not None
    ]
    for size, width in sizes:
        if size is not None:
            size.set(_WIDTH, str(width))
            size.set(f"{W}type", "dxa")


def cell_margins(properties: Any, name: str = "tblCellMar", default: int = 2 * _MARGIN) -> int:
    """Return the sum of a cell's left and right margins."""
    sides = properties.find(f"{W}{name}") if properties is not None else None
    if sides is None:
        return default
    total = 0
    for names in (("left", "start"), ("right", "end")):
        side = next((found for found in (sides.find(f"{W}{key}") for key in names) if found is not None), None)
        total += int(float(side.get(f"{W}w", "0"))) if side is not None else default // 2
    return total
