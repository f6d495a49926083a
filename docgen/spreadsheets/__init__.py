"""Spreadsheets that people send: cells as text, whatever program wrote the file, and a report of how it was read."""

from __future__ import annotations

from docgen.spreadsheets.grid import FORMULA, LOST_DIGITS, MOST_GRID_COLUMNS, MOST_GRID_ROWS, Grid, cell_name
from docgen.spreadsheets.read import read_grid

__all__ = ["FORMULA", "LOST_DIGITS", "MOST_GRID_COLUMNS", "MOST_GRID_ROWS", "Grid", "cell_name", "read_grid"]
