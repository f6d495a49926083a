"""Read the cells of a CSV of any encoding and delimiter."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from docgen.errors import DataFileError
from docgen.spreadsheets.grid import MOST_CELLS, Cells, Grid, too_wide
from wording import say

DELIMITERS = ";,\t|"
MOST_LINES = 1_048_576
LONGEST_LINE = 1_000_000  # characters
_SAMPLE = 50  # records that tell the delimiter
_SEP = re.compile(r"(?:\"sep=(.)\"|sep=(.))[;,\t]*\r?(?:\n|$)", re.IGNORECASE)  # what Excel writes so that Excel knows
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')  # how a CSV keeps the zeros of 000123 from Excel
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

Score = Callable[[Sequence[Sequence[str]]], int]


def read_csv(name: str, data: bytes, score: Score) -> Grid:
    """Return the records as rows, numbered as a spreadsheet shows them: a record of several lines is one row.

    `score` tells how many headings it knows in the first records; the delimiter with the most is taken. Raises
    DataFileError naming the file.
    """
    text = _decode(name, data)
    if text.count("\n") > MOST_LINES or max(map(len, text.split("\n"))) > LONGEST_LINE:
        raise too_wide(name)
    sep = _SEP.match(text)
    if sep:
        text = text[sep.end() :]
    delimiter = (sep[1] or sep[2]) if sep else max(DELIMITERS, key=lambda one: _delimiter_score(text, one, score))
    cells, seen = Cells(name), 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            seen += len(record)
            if seen > MOST_CELLS:
                raise too_wide(name)
            for at, raw in enumerate(record):
                formula = _TEXT_FORMULA.fullmatch(raw.strip())
                cell = formula[1].replace('""', '"') if formula else raw
                if cell.strip():
                    cells.put(number, at, cell)
    except csv.Error as error:
        raise DataFileError(
            say(
                "{name} baris {row} tidak dapat dibaca sebagai CSV: periksa tanda petiknya, atau simpan sebagai XLSX.",
                name=name,
                row=number + 1,
            )
        ) from error
    return cells.grid("")


def _decode(name: str, data: bytes) -> str:
    """Return the text of a file. Raises DataFileError when no encoding of office programs fits the whole of it."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "") or _utf16_encoding(data)
    if encoding.startswith("utf-16"):
        text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    else:
        text = _decode_single_byte(name, data)
    if "\0" in text or "\ufffd" in text:
        raise DataFileError(
            say("{name} bukan CSV atau XLSX. Simpan dari Excel sebagai XLSX atau CSV UTF-8.", name=name)
        )
    return text


def _utf16_encoding(data: bytes) -> str:
    """Return the UTF-16 variant of text without byte order mark: every other byte of the first letters is zero."""
    head = data[:200]
    if len(head) >= 4 and not head[0::2].count(0) and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    if len(head) >= 4 and not head[1::2].count(0) and head[0::2].count(0) > len(head) // 3:
        return "utf-16-be"
    return ""


def _decode_single_byte(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = error.start
    mixed = any(ord(letter) > 127 for letter in data.decode("utf-8", errors="ignore"))
    try:
        text = data.decode("cp1252")  # what an Indonesian Excel saves as plain CSV
    except UnicodeDecodeError:
        mixed, text = True, ""
    if mixed and b"\0" not in data:
        line = data.count(b"\n", 0, wrong) + 1
        raise DataFileError(
            say(
                "{name} baris {line} memuat huruf yang rusak, sehingga isinya tidak pasti. Simpan dari Excel "
                "sebagai XLSX atau CSV UTF-8.",
                name=name,
                line=line,
            )
        )
    return text or "\0"


def _delimiter_score(text: str, delimiter: str, score: Score) -> tuple[int, int]:
    """Return how many headings are known, then how many cells most records have, if they are split at this delimiter.

    Texts hold commas here and there, never as many in each record.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        records = list(islice(reader, _SAMPLE))
    except csv.Error:
        return 0, 0
    widths = Counter(len(record) for record in records if record)
    return score(records), max(widths, key=lambda width: (widths[width], width), default=0)
