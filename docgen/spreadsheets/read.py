"""Recognise the format of a spreadsheet, choose its sheet, and read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from docgen.errors import DataFileError
from docgen.spreadsheets.csv_text import read_csv
from docgen.spreadsheets.grid import LOOKED_AT, Grid
from docgen.spreadsheets.read_report import plain
from docgen.spreadsheets.xlsx import Book, SheetPart, other_format
from wording import say

ENOUGH = 2  # headings that make a row the heading
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_HTML = (b"<!doctype html", b"<html", b"<table", b"<meta")


def read_grid(
    name: str, data: bytes, *, sheet: str = "", known: Mapping[str, str] = MappingProxyType({}), mark: str = ""
) -> Grid:
    """Return the sheet of this name, else the first that people see and that has known headings.

    `known` gives the field of a heading by its `plain` spelling; a cell that begins with `mark` counts as one more.
    Formulas count as what they last gave. Raises DataFileError naming the file: not CSV or XLSX, or too large.
    """

    def field(cell: str) -> str | None:
        return mark if mark and cell.startswith(mark) else known.get(plain(cell))

    def score(rows: Sequence[Sequence[str]]) -> int:
        return max((len({key for cell in row if (key := field(cell))}) for row in rows[:LOOKED_AT]), default=0)

    if data.startswith(b"PK"):
        return _choose(Book(name, data), sheet, score)
    _refuse_other_formats(name, data)
    return read_csv(name, data, score)


def _choose(book: Book, wanted: str, score: Callable[[Sequence[Sequence[str]]], int]) -> Grid:
    """Return the sheet to read, and the names of those that are not."""
    visible = [one for one in book.sheets if not one.hidden] or book.sheets
    named = [one for one in visible if one.title == wanted]
    grids: dict[str, Grid] = {}
    chosen: SheetPart | None = None
    for one in named or visible:
        grids[one.part] = book.read(one).grid(one.title)
        if named or score([row for _, row in grids[one.part].rows]) >= ENOUGH:
            chosen = one
            break
    if chosen is None:
        chosen = max(
            visible, key=lambda one: (score([row for _, row in grids[one.part].rows]), bool(grids[one.part].rows))
        )
    others = [one for one in book.sheets if one is not chosen and _holds_anything(book, one, grids)]
    return replace(
        grids[chosen.part],
        other_sheets=[one.title for one in others if not one.hidden],
        hidden_sheets=[one.title for one in others if one.hidden],
        linked=book.linked,
    )


def _holds_anything(book: Book, sheet: SheetPart, grids: dict[str, Grid]) -> bool:
    """Return whether a sheet holds anything; True also for one that cannot be read."""
    if sheet.part in grids:
        return bool(grids[sheet.part].rows)
    try:
        return bool(book.read(sheet, stop_at_first=True).rows)
    except DataFileError:
        return True


def _refuse_other_formats(name: str, data: bytes) -> None:
    """Raise DataFileError for a file of another format that people take for a spreadsheet."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _PROTECTED in data:
            raise DataFileError(
                say(
                    "{name} dilindungi kata sandi. Buka di Excel, hapus kata sandinya (Info > Proteksi Buku "
                    "Kerja), simpan, lalu unggah lagi.",
                    name=name,
                )
            )
        raise other_format(name, "Excel lama (XLS)")
    if head.startswith(_HTML):
        raise other_format(name, "halaman HTML")
    if head.startswith(b"<?xml"):
        raise other_format(name, "XML")
    if head.startswith(b"%pdf"):
        raise other_format(name, "PDF")
    if head.startswith(b"{\\rtf"):
        raise other_format(name, "RTF")
