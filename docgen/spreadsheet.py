"""Rows of a CSV or XLSX file as text; the one file that speaks to openpyxl."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from docgen.errors import DataFileError

LARGEST_EXACT = 10**15  # spreadsheets keep 15 digits of a number; a NIP has 18
MOST_ROWS = 1_048_576  # of a sheet in Excel; empty ones count, for reading them costs memory too
LOST_DIGITS = "\ufffd"  # stands for a number whose last digits the spreadsheet has lost
MOST_UNPACKED = 64 * 1024 * 1024  # bytes: a small XLSX may unpack to far more than fits in memory


def read_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row's cells as text, with its number in the file from 1. Raises DataFileError naming the file."""
    return _xlsx_rows(name, data) if data.startswith(b"PK") else _csv_rows(name, data)


def _csv_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what an Indonesian Excel saves as plain CSV
    if "\0" in text:
        raise DataFileError(f"{name} bukan CSV atau XLSX. Simpan dari Excel sebagai XLSX atau CSV UTF-8.")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise DataFileError(f"{name} baris {reader.line_num} tidak dapat dibaca sebagai CSV ({error}).") from error


def _xlsx_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet's rows. openpyxl lets its parsers' own errors through (zlib, lxml, TypeError), so all are met."""
    from openpyxl import load_workbook  # costs 0.1 s of start-up that most starts need not pay

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise DataFileError(f"{name} terlalu besar sesudah dibuka. Bagi menjadi beberapa berkas.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            if number > MOST_ROWS:
                raise DataFileError(f"{name} memuat lebih dari {MOST_ROWS} baris. Hapus baris kosong di bawah isinya.")
            yield number, [_cell(value) for value in row]
    except DataFileError:
        raise
    except Exception as error:
        raise DataFileError(
            f"{name} tidak dapat dibaca sebagai XLSX. Simpan ulang dari Excel, lalu unggah lagi."
        ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and abs(value) >= LARGEST_EXACT:
        return LOST_DIGITS
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if hasattr(value, "date") else str(value)
