"""Read the cells of one sheet of an XLSX, and which of its rows and columns are hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from docgen.errors import DataFileError
from docgen.spreadsheets.grid import FORMULA, MOST_GRID_COLUMNS, Cells, Merged, too_wide
from docgen.spreadsheets.values import Formats, displayed_text
from docgen.spreadsheets.xlsx_xml import TextReader, is_true
from wording import say

MOST_ROWS = 1_048_576  # of a sheet in Excel; empty ones count, for reading them costs time too
MOST_MERGED = 3_000_000  # cells under merged ones: three whole columns
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class StopReading(Exception):
    """The first cell was found and reading may end."""


class SheetReader(TextReader):
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
            self._all_hidden = is_true(attributes.get("zeroHeight"))
        elif tag == "col" and (is_true(attributes.get("hidden")) or attributes.get("width") == "0"):
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
        if is_true(hidden) or (hidden is None and self._all_hidden) or attributes.get("ht") == "0":
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
            text = displayed_text(raw, self._type, self._formats, self._style)
        else:
            text = raw
        if text.strip():
            self.cells.put(self._row, self._at, text)
            if self._glance:
                raise StopReading

    def _merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = corners[0].groups(), corners[1].groups()
            merged = Merged(int(top), int(bottom), _column(left), _column(right))
            self._covered += (merged.bottom - merged.top + 1) * (merged.right - merged.left + 1)
            if self._covered > MOST_MERGED:
                raise too_wide(self.cells.name)
            self.cells.merge(merged)


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
