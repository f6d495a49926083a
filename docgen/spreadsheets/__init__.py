"""Read spreadsheets that people send as text cells, whatever program wrote them, and report how they were read.

What people send is read by `docgen.foreign.read_grid`, in a child; `docgen.spreadsheets.read` is what runs there.
"""

from __future__ import annotations

from docgen.spreadsheets.grid import (
    FORMULA,
    LOOKED_AT,
    LOST_DIGITS,
    MOST_GRID_COLUMNS,
    MOST_GRID_ROWS,
    Grid,
    cell_name,
)

__all__ = ["FORMULA", "LOOKED_AT", "LOST_DIGITS", "MOST_GRID_COLUMNS", "MOST_GRID_ROWS", "Grid", "cell_name"]
