"""Read the cells of an XLSX with an event parser, so that only what a sheet really holds costs anything.

No library reads what must be told here: openpyxl's fast reader drops hidden rows and takes a formula without a result
for an empty cell, and calamine knows neither. Numbers that are dates are told by openpyxl.
"""

from __future__ import annotations

import lzma
import posixpath
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, TypeVar
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from docgen.errors import DataFileError
from docgen.spreadsheets.grid import FORMULA, MOST_CELLS, MOST_GRID_COLUMNS, Cells, Merged, too_wide
from docgen.spreadsheets.values import Formats, shown
from wording import say

MOST_ROWS = 1_048_576  # of a sheet in Excel; empty ones count, for reading them costs time too
MOST_UNPACKED = 64 * 1024 * 1024  # bytes: a small XLSX may unpack to far more than fits in memory
MOST_SHEETS = 100
MOST_ELEMENTS = 6_000_000  # of a part: a cell is two or three
_PIECE = 1 << 16
_LONGEST_TAG = 1 << 18
MOST_MERGED = 3_000_000  # cells under merged ones: three whole columns
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
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
            reader = _SheetReader(self.name, self._strings(), self._formats, self._cells, stop_at_first=stop_at_first)
            with suppress(_StopReading):
                _parse(self._part(sheet.part), self.name, reader)
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
        found = _parse(self._part(book), self.name, _BookReader())
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
        codes = _parse(self._part(styles), self.name, _StyleReader()).codes() if styles in self._names else []
        self._formats = Formats(codes, from_1904=found.from_1904)

    def _strings(self) -> list[str]:
        if self._shared is None:
            here = self._shared_part in self._names
            self._shared = _parse(self._part(self._shared_part), self.name, _StringReader()).texts if here else []
        return self._shared

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and place of what a part refers to, by id."""
        folder, base = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations not in self._names:
            return {}
        found = _parse(self._part(relations), self.name, _RelationReader()).found
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


class _StopReading(Exception):
    """The first cell was found and reading may end."""


class _PartReader:
    """Receives the elements of a part by their local names."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text within the elements that are open."""


R = TypeVar("R", bound=_PartReader)


def _parse(data: bytes, name: str, reader: R) -> R:
    """Hand a part's elements to the reader. Raises DataFileError.

    A tag that does not end is looked at again with each piece that is fed, and one with a million attributes keeps all
    threads waiting, so no tag may be longer than a few pieces.
    """

    def refuse(*_: Any) -> None:
        raise DataFileError(
            say("{name} memuat DTD, yang tidak ada dalam XLSX dari Excel. Simpan ulang dari Excel.", name=name)
        )

    left = MOST_ELEMENTS

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise too_wide(name)
        reader.start(tag.rpartition(":")[2], attributes)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: reader.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = reader.text
    for at in range(0, len(data), _PIECE):
        parser.Parse(data[at : at + _PIECE], False)
        if at + _PIECE - parser.CurrentByteIndex > _LONGEST_TAG:
            raise ValueError("a tag without end")
    parser.Parse(b"", True)
    return reader


class _RelationReader(_PartReader):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


class _BookReader(_PartReader):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), id, attributes.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            self.from_1904 = _is_true(attributes.get("date1904"))


class _StyleReader(_PartReader):
    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._used: list[int] = []
        self._within = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self._codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._within = True
        elif tag == "xf" and self._within:
            self._used.append(int(attributes.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._within = False

    def codes(self) -> list[int | str]:
        """Return the number format of each style: its code, or the number of a built-in one."""
        return [self._codes.get(one, one) for one in self._used]


class _TextReader(_PartReader):
    """Collects `t` elements of rich text, without the reading aids of phonetic scripts."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = False
        self._aid = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "rPh":
            self._aid += 1
        self._open = tag == "t" and not self._aid

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._aid -= 1
        self._open = False

    def text(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)

    def take(self) -> str:
        """Return the text collected since the last call."""
        text, self._pieces = "".join(self._pieces), []
        return _plain(text)


class _StringReader(_TextReader):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self.texts.append(self.take())


class _SheetReader(_TextReader):
    """Reads `sheetData`, and what says which rows and columns are hidden."""

    def __init__(self, name: str, strings: list[str], formats: Formats, most: int, *, stop_at_first: bool) -> None:
        super().__init__()
        self.cells = Cells(name)
        self.seen = 0
        self._rows_seen = self._covered = 0
        self._strings, self._formats, self._most, self._glance = strings, formats, most, stop_at_first
        self._row, self._at = 0, -1
        self._type, self._style = "n", 0
        self._formula = self._valued = self._all_hidden = self._inside = False
        self._value: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c" and self._inside:
            self._begin_cell(attributes)
        elif tag == "v":
            self._value, self._valued = [], True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "sheetData":
            self._inside = True
        elif tag == "sheetFormatPr":
            self._all_hidden = _is_true(attributes.get("zeroHeight"))
        elif tag == "col" and (_is_true(attributes.get("hidden")) or attributes.get("width") == "0"):
            last = min(int(attributes.get("max", "1")), MOST_GRID_COLUMNS)
            self.cells.hidden_columns.update(range(int(attributes.get("min", "1")) - 1, last))
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        else:
            super().start(tag, attributes)

    def text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        else:
            super().text(text)

    def end(self, tag: str) -> None:
        if tag == "v" and self._value is not None:
            self._pieces, self._value = self._value, None
        elif tag == "c" and self._inside:
            self._end_cell()
        elif tag == "f":
            self._pieces = []
        elif tag == "sheetData":
            self._inside = False
        else:
            super().end(tag)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row, self._at = int(attributes.get("r", self._row + 1)), -1
        self._rows_seen += 1
        if self._rows_seen > MOST_ROWS or not 0 < self._row <= MOST_ROWS:
            raise DataFileError(
                say(
                    "{name} memuat lebih dari {most} baris. Hapus baris kosong di bawah isinya.",
                    name=self.cells.name,
                    most=MOST_ROWS,
                )
            )
        hidden = attributes.get("hidden")
        if _is_true(hidden) or (hidden is None and self._all_hidden) or attributes.get("ht") == "0":
            self.cells.hidden.add(self._row)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self.seen += 1
        if self.seen > self._most:
            raise too_wide(self.cells.name)
        place = attributes.get("r")
        self._at = _position(place) if place else self._at + 1
        self._type, self._style = attributes.get("t", "n"), int(attributes.get("s", "0"))
        self._formula = self._valued = False
        self._pieces = []

    def _end_cell(self) -> None:
        raw = self.take() if self._type in ("str", "inlineStr") else "".join(self._pieces).strip()
        if self._formula and not raw and not (self._type == "str" and self._valued):
            text = FORMULA
        elif not raw:
            return
        elif self._type == "s":
            text = self._strings[int(raw)]
        elif self._type in ("n", "b", "d"):
            text = shown(raw, self._type, self._formats, self._style)
        else:
            text = raw
        if text.strip():
            self.cells.put(self._row, self._at, text)
            if self._glance:
                raise _StopReading

    def _merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = corners[0].groups(), corners[1].groups()
            merged = Merged(int(top), int(bottom), _column(left), _column(right))
            self._covered += (merged.bottom - merged.top + 1) * (merged.right - merged.left + 1)
            if self._covered > MOST_MERGED:
                raise too_wide(self.cells.name)
            self.cells.merge(merged)


def _plain(text: str) -> str:
    """Return a text with its line ends as `\n`, and without the escapes Excel writes for control characters."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _position(reference: str) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    return _column(match[1])


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    if at > 16_384:
        raise ValueError(letters)
    return at - 1


def _is_true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _resolved(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
