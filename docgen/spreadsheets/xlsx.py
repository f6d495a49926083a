"""Open an XLSX and read its cells with an event parser, so that only what a sheet really holds costs anything.

No library reads what must be told here: openpyxl's fast reader drops hidden rows and takes a formula without a result
for an empty cell, and calamine knows neither. Numbers that are dates are told by openpyxl.
"""

from __future__ import annotations

import lzma
import posixpath
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from docgen.errors import DataFileError
from docgen.spreadsheets.grid import MOST_CELLS, Cells
from docgen.spreadsheets.values import Formats
from docgen.spreadsheets.xlsx_sheet import SheetReader, StopReading
from docgen.spreadsheets.xlsx_xml import BookReader, RelationReader, StringReader, StyleReader, parse
from wording import say

MOST_UNPACKED = 64 * 1024 * 1024  # bytes: a small XLSX may unpack to far more than fits in memory
MOST_SHEETS = 100
_BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, expat.ExpatError, LookupError, ValueError, EOFError, OSError,
           RuntimeError, NotImplementedError, OverflowError)  # fmt: skip


@dataclass(frozen=True)
class SheetPart:
    """A sheet of a book: its title, where it lies in the package, whether people see it."""

    title: str
    part: str
    hidden: bool


class Book:
    """An opened XLSX; its sheets are read one by one within one limit of cells for all. Raises DataFileError."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._left = MOST_UNPACKED
        self._cells = MOST_CELLS
        with self._guard():
            self._zip = ZipFile(BytesIO(data))
            if sum(part.file_size for part in self._zip.infolist()) > MOST_UNPACKED:
                raise self._too_large()
            self._names = set(self._zip.namelist())
            self._refuse_others()
            self.linked = any(part.startswith("xl/externalLinks/") for part in self._names)
            self._open()

    def read(self, sheet: SheetPart, *, stop_at_first: bool = False) -> Cells:
        """Return the cells of a sheet; `stop_at_first` ends after the first cell that is not empty."""
        with self._guard():
            reader = SheetReader(self.name, self._strings(), self._formats, self._cells, stop_at_first=stop_at_first)
            with suppress(StopReading):
                parse(self._part(sheet.part), self.name, reader)
            self._cells -= reader.seen
            return reader.cells

    def _guard(self) -> _ErrorGuard:
        return _ErrorGuard(self.name)

    def _refuse_others(self) -> None:
        if "mimetype" in self._names and b"opendocument" in self._part("mimetype"):
            raise other_format(self.name, "ODS")
        if any(name.endswith("workbook.bin") for name in self._names):
            raise other_format(self.name, "XLSB")
        if "word/document.xml" in self._names:
            raise other_format(self.name, "Word")

    def _open(self) -> None:
        book = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "")
        book = book or "xl/workbook.xml"
        found = parse(self._part(book), self.name, BookReader())
        parts = self._related(book)
        self.sheets = [
            SheetPart(title, parts[id][1], hidden)
            for title, id, hidden in found.sheets[:MOST_SHEETS]
            if id in parts and parts[id][0] == "worksheet"
        ]
        if not self.sheets:
            raise ValueError("no sheet")
        by_kind = dict(parts.values())
        self._shared: list[str] | None = None
        self._shared_part = by_kind.get("sharedStrings", "")
        styles = by_kind.get("styles", "")
        codes = parse(self._part(styles), self.name, StyleReader()).codes() if styles in self._names else []
        self._formats = Formats(codes, from_1904=found.from_1904)

    def _strings(self) -> list[str]:
        if self._shared is None:
            here = self._shared_part in self._names
            self._shared = parse(self._part(self._shared_part), self.name, StringReader()).texts if here else []
        return self._shared

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and place of what a part refers to, by id."""
        folder, base = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations not in self._names:
            return {}
        found = parse(self._part(relations), self.name, RelationReader()).found
        return {id: (kind, _resolved(folder, target)) for id, kind, target in found}

    def _part(self, name: str) -> bytes:
        with self._zip.open(name) as part:
            data = part.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise self._too_large()
        return data

    def _too_large(self) -> DataFileError:
        return DataFileError(say("{name} terlalu besar sesudah dibuka. Bagi menjadi beberapa berkas.", name=self.name))


def other_format(name: str, format: str) -> DataFileError:
    """Return the error for a file of another program."""
    return DataFileError(
        say(
            "{name} bukan CSV atau XLSX, melainkan {format}. Buka di Excel atau LibreOffice, simpan sebagai "
            "XLSX, lalu unggah lagi.",
            name=name,
            format=format,
        )
    )


class _ErrorGuard:
    """Turns whatever a broken file makes its parsers raise into one DataFileError."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, _BROKEN):
            raise DataFileError(
                say(
                    "{name} tidak dapat dibaca sebagai XLSX. Simpan ulang dari Excel, lalu unggah lagi.",
                    name=self._name,
                )
            ) from error


def _resolved(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
