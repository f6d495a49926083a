"""Rows of a CSV or XLSX file as text; the one file that reads with openpyxl."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from docgen.errors import DataFileError

LARGEST_EXACT = 10**15  # spreadsheets keep 15 digits of a number; a NIP has 18
MOST_ROWS = 1_048_576  # of a sheet in Excel; empty ones count, for reading them costs memory too
LOST_DIGITS = "\ufffd"  # stands for a number whose last digits the spreadsheet has lost
MOST_UNPACKED = 64 * 1024 * 1024  # bytes: a small XLSX may unpack to far more than fits in memory
MOST_GRID_ROWS = 50_000  # of a grid, empty ones too
MOST_GRID_COLUMNS = 400
MOST_CELLS = 5_000_000  # empty ones too
_SAMPLE = 50  # rows of a CSV that tell its delimiter
# A formula that no program has reckoned yet: what it would give is not in the file.
_UNRECKONED = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*><f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')


@dataclass(frozen=True)
class Grid:
    """A whole sheet as text: rows that hold something, each with its number in the file from 1. `name` is the file's.

    A number that is not whole is written with a comma; yes and no are `ya` and `tidak`; a date is 2026-11-23.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]


def read_grid(name: str, data: bytes, *, sheet: str = "") -> Grid:
    """The sheet of this name, else the first. Formulas count as what they last gave.

    Raises DataFileError naming the file: not CSV or XLSX, too large (MOST_UNPACKED, MOST_GRID_ROWS,
    MOST_GRID_COLUMNS), linked to other files, or with formulas that were never reckoned.
    """
    rows = _xlsx_grid(name, data, sheet) if data.startswith(b"PK") else enumerate(_csv_grid(name, data), start=1)
    found = []
    for number, row in rows:
        if number > MOST_GRID_ROWS:
            raise DataFileError(
                f"{name} memuat lebih dari {_count(MOST_GRID_ROWS)} baris. Hapus baris kosong di bawah isinya, atau "
                "bagi menjadi beberapa berkas."
            )
        if any(cell.strip() for cell in row):
            if any(cell.strip() for cell in row[MOST_GRID_COLUMNS:]):
                raise DataFileError(
                    f"{name} memuat lebih dari {MOST_GRID_COLUMNS} kolom. Hapus kolom yang tidak perlu."
                )
            found.append((number, row[:MOST_GRID_COLUMNS]))
    return Grid(name, found)


def cell_name(at: int) -> str:
    """The letter of the column at a position from 0: `A`, `AB`."""
    name, left = "", at + 1
    while left:
        left, rest = divmod(left - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def read_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row's cells as text, with its number in the file from 1. Raises DataFileError naming the file."""
    return _xlsx_rows(name, data) if data.startswith(b"PK") else _csv_rows(name, data)


def _csv_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(name, data)
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    yield from _parsed(name, text, delimiter)


def _csv_grid(name: str, data: bytes) -> Iterator[list[str]]:
    """Rows of a CSV with any of the usual delimiters, below any title; a cell may hold several lines."""
    text = _decoded(name, data)
    told = re.match(r"sep=(.)\r?\n", text)  # what Excel writes so that Excel knows
    delimiter = told[1] if told else max(";,\t", key=lambda one: _width(text, one))
    for _, row in _parsed(name, text, delimiter):
        yield [] if told and row[:1] == ["sep="] else row


def _decoded(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what an Indonesian Excel saves as plain CSV
    if "\0" in text:
        raise DataFileError(f"{name} bukan CSV atau XLSX. Simpan dari Excel sebagai XLSX atau CSV UTF-8.")
    return text


def _parsed(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise DataFileError(f"{name} baris {reader.line_num} tidak dapat dibaca sebagai CSV ({error}).") from error


def _width(text: str, delimiter: str) -> int:
    """How many cells most rows have when they are parted so: texts hold commas here and there, never as many."""
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            widths[len(row)] += 1
            if number == _SAMPLE:
                break
    except csv.Error:
        return 0
    del widths[0]
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _xlsx_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    for number, row in _opened(name, data, lambda archive: None, lambda book: book.worksheets[0].iter_rows()):
        if number > MOST_ROWS:
            raise DataFileError(f"{name} memuat lebih dari {MOST_ROWS} baris. Hapus baris kosong di bawah isinya.")
        yield number, [_cell(cell.value) for cell in row]


def _xlsx_grid(name: str, data: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    def rows(book: Any) -> Iterator[Any]:
        found = next((one for one in book.worksheets if one.title == sheet), book.worksheets[0])
        found.reset_dimensions()  # a file may say that it has a thousandth, or a thousandfold, of what it holds
        return found.iter_rows(max_row=MOST_GRID_ROWS + 1)  # type: ignore[no-any-return]

    cells = 0
    for number, row in _opened(name, data, lambda archive: _refuse_hostile(name, archive), rows):
        cells += len(row)
        if cells > MOST_CELLS:
            raise DataFileError(f"{name} terlalu lebar. Hapus kolom kosong di sebelah kanan isinya.")
        yield number, [_shown(cell.value) for cell in row]


def _opened(
    name: str, data: bytes, check: Callable[[ZipFile], None], rows: Callable[[Any], Iterator[Any]]
) -> Iterator[tuple[int, Any]]:
    """A book's rows. openpyxl lets its parsers' own errors through (zlib, lxml, TypeError), so all are met."""
    from openpyxl import load_workbook  # costs 0.1 s of start-up that most starts need not pay

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise DataFileError(f"{name} terlalu besar sesudah dibuka. Bagi menjadi beberapa berkas.")
            check(archive)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield from enumerate(rows(book), start=1)
    except DataFileError:
        raise
    except Exception as error:
        raise DataFileError(
            f"{name} tidak dapat dibaca sebagai XLSX. Simpan ulang dari Excel, lalu unggah lagi."
        ) from error


def _refuse_hostile(name: str, archive: ZipFile) -> None:
    """Links to other files, entities, and formulas whose result is not in the file. Raises DataFileError."""
    for part in archive.namelist():
        if part.startswith("xl/externalLinks/"):
            raise DataFileError(
                f"{name} terhubung ke buku kerja lain. Salin isinya, lalu Tempel Khusus > Nilai, dan simpan lagi."
            )
        if not part.endswith((".xml", ".rels")):
            continue
        content = archive.read(part)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise DataFileError(f"{name} memuat DTD, yang tidak ada dalam XLSX dari Excel. Simpan ulang dari Excel.")
        found = _UNRECKONED.search(content) if part.startswith("xl/worksheets/") else None
        if found:
            raise DataFileError(
                f"{name}: rumus dalam sel {found[1].decode()} belum dihitung. Buka di Excel atau LibreOffice, simpan, "
                "lalu unggah lagi."
            )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and abs(value) >= LARGEST_EXACT:
        return LOST_DIGITS
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def _shown(value: Any) -> str:
    """As `_cell`, and so that 1.125 is never taken for a thousand, nor a time for a text with a dot."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and not value.is_integer() and abs(value) < LARGEST_EXACT:
        return repr(value).replace(".", ",")
    return _cell(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
