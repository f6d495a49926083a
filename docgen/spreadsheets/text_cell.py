"""Texts of people in cells: no spreadsheet takes one for a formula, whatever sign it begins with."""

from __future__ import annotations

from typing import Any

from storage.text import FORBIDDEN

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return a text for a cell of a CSV: with an apostrophe in front where a spreadsheet would run it.

    One that begins with an apostrophe is given another, so that whoever takes one off has the text.
    """
    return f"'{text}" if FORBIDDEN.sub("", text).startswith((*_FORMULA, "'")) else text


def put_text(cell: Any, text: str) -> None:
    """Write a text into a cell of openpyxl, without what none can hold; it stays a text when edited."""
    text = FORBIDDEN.sub("", text)
    cell.value, cell.data_type = text, "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
