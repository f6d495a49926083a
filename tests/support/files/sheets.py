"""Spreadsheets as office programs write them, for tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet


def xlsx(rows: Sequence[Sequence[Any]], change: Callable[[Worksheet], None] = lambda sheet: None) -> bytes:
    """A book of one sheet with these rows; `change` does more to it."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    return _saved(book)


def changed(book: bytes, change: Callable[[Worksheet], None]) -> bytes:
    """The book with its first sheet changed, as somebody would who fills it in."""
    opened = load_workbook(io.BytesIO(book))
    change(opened.worksheets[0])
    return _saved(opened)


def unmarked(book: bytes) -> bytes:
    """A sheet to fill in whose example was made a letter: its marks are gone."""

    def unmark(sheet: Worksheet) -> None:
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, 1).value = None

    return changed(book, unmark)


def with_parts(book: bytes, parts: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """The book with parts of its package rewritten, or added where there are none."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        names = old.namelist()
        for name in [*names, *(name for name in parts if name not in names)]:
            content = old.read(name) if name in names else b""
            new.writestr(name, parts[name](content) if name in parts else content)
    return target.getvalue()


def _saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
