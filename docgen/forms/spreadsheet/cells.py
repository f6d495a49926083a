"""Read the text of one cell of a spreadsheet, and write a value as a cell."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any, get_args

from docgen.errors import FieldError
from docgen.forms.clean import Wrong, clean_date
from docgen.forms.field_sheet import Column, SheetField
from docgen.forms.rich_text import shown_text
from docgen.forms.spreadsheet.columns import CLASSES, DATE, NAME_MARK, SheetColumn
from docgen.spreadsheets.values import broken
from storage.records import SecurityClass
from wording import say

LONGEST_NIBAR = 120
MOST_ASSETS = 2000
_TABLE_ROW = re.compile(r"^.*\S.*\t.*$", re.MULTILINE)
_DAY_ZERO = dt.date(1899, 12, 30)  # what spreadsheets count days from
_DAYS = re.compile(r"[2-7][0-9]{4}")  # the days from 1954 to 2119
_TIME = re.compile(r"[T ]0{1,2}[:.]00(?:[:.]00)?(?:\.0+)?$")
_LONG_DATE = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})\.?[ -]([0-9]{4})")
_ENGLISH_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.00)?")
_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_OTHER_MONTHS = {"may": "mei", "aug": "agu", "agt": "agu", "ags": "agu", "oct": "okt", "nop": "nov", "dec": "des"}


def read_assets(text: str, problems: list[FieldError]) -> list[str]:
    """Return the NIBARs in a cell, without the names that the drop-down list puts behind them."""
    nibars = [part.partition(NAME_MARK)[0].strip() for part in re.split(r"[;\n\r]", text)]
    nibars = [nibar for nibar in nibars if nibar]
    if len(nibars) > MOST_ASSETS:
        problems.append(
            FieldError(
                "assets",
                say("{count} aset dalam satu naskah; paling banyak {most}.", count=len(nibars), most=MOST_ASSETS),
            )
        )
    for nibar in nibars:
        if len(nibar) > LONGEST_NIBAR:
            problems.append(
                FieldError(
                    "assets", say("NIBAR “{nibar}…” terlalu panjang. Pisahkan dengan titik koma.", nibar=nibar[:40])
                )
            )
    return nibars


def read_date(text: str, problems: list[FieldError]) -> dt.date | None:
    """Return the date in a cell, or None; add an unreadable one to `problems`."""
    try:
        return clean_date(Column(name=DATE, label="Tanggal naskah", type="date"), plain_date(text))
    except Wrong as wrong:
        problems.append(FieldError("date", str(wrong)))
        return None


def read_class(text: str, problems: list[FieldError]) -> SecurityClass | None:
    """Return the security class in a cell, or None; add an unknown one to `problems`."""
    code = text.strip().upper()
    chosen = next((security for security in get_args(SecurityClass) if security == code), None)
    if code and chosen is None:
        message = say("Sifat keamanan {value} tidak dikenal. Tulis {known}.", value=text[:40], known=", ".join(CLASSES))
        problems.append(FieldError("security", message))
    return chosen


def plain_date(text: str) -> str:
    """Return a date as `clean_date` reads it, from the forms that spreadsheets give it: a day count, words."""
    text = _TIME.sub("", text.strip())
    if _DAYS.fullmatch(text):
        return (_DAY_ZERO + dt.timedelta(days=int(text))).isoformat()
    words = _LONG_DATE.fullmatch(text)
    if words is None:
        return text
    month = words[2][:3].lower()
    month = _OTHER_MONTHS.get(month, month)
    return f"{words[1]}-{_MONTHS.index(month) + 1}-{words[3]}" if month in _MONTHS else text


def plain_number(text: str) -> str:
    """Return a number without the commas of an English spreadsheet; 1,250 stays, because it may be a fraction."""
    return text.partition(".")[0].replace(",", "") if _ENGLISH_NUMBER.fullmatch(text) else text


def unreadable(column: SheetColumn, text: str, index: int) -> list[FieldError]:
    """Return an error for a cell that holds an error value of the spreadsheet, or a table; [] for any other."""
    path = column.path
    if column.column is not None and column.field is not None:
        path = f"data.{column.field.name}[{index}].{column.column.name}"
    message = broken(column.label, text)
    if column.type == "rich_text" and len(_TABLE_ROW.findall(text)) > 1:
        message = say(
            "{label}: sel ini memuat tabel, yang tidak dapat ditulis dalam sel. Terbitkan naskah ini dari formulir, "
            "atau tulis isinya sebagai alinea.",
            label=column.label,
        )
    return [FieldError(path, message)] if message else []


def to_cell(sheet_field: SheetField, value: Any) -> Any:
    """Return a value of a submission as its cell holds it."""
    if sheet_field.type == "rich_text":
        return shown_text(value)
    if sheet_field.type in ("list", "paragraphs") and isinstance(value, list):
        return ("\n" if sheet_field.type == "list" else "\n\n").join(str(item) for item in value)
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return value


def fingerprint(columns: Mapping[str, SheetColumn], cells: Mapping[str, Any]) -> str:
    """Return a hash of the cells of an example, which stays the same however a spreadsheet rewrites them."""
    plain = [f"{key}={_plain(columns[key], cells[key])}" for key in sorted(cells) if str(cells[key]).strip()]
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()[:12]


def _plain(column: SheetColumn, value: Any) -> str:
    text = " ".join(str(value).split())
    if column.type == "date":
        try:
            date = clean_date(Column(name="x", label="x", type="date"), plain_date(text))
        except Wrong:
            return text
        return date.isoformat() if date else ""
    return re.sub(r"\D", "", text) if column.type in ("integer", "money") else text
