"""Convert the number in a cell to the text that the cell shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from docgen.spreadsheets.grid import FORMULA, LARGEST_EXACT, LOST_DIGITS
from wording import say

_DIGITS = 15  # significant ones that a spreadsheet keeps
_ERROR = re.compile(r"#(?:REF|DIV/0|VALUE|NAME|N/A|NUM|NULL|SPILL|CALC|FIELD|BUSY|BLOCKED|CONNECT|UNKNOWN|GETTING_DATA|"
                    r"EXTERNAL|PYTHON)[!?]?|Err:\d+", re.IGNORECASE)  # fmt: skip
_SCIENTIFIC = re.compile(r"-?[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}", re.IGNORECASE)  # a NIP in a CSV that Excel wrote
_LONGEST_CODE = 255  # of a number format in Excel
_PADDED = re.compile(r"0{2,60}")  # 000123 is kept as 123 and shown with its zeros


class Formats:
    """The number formats of a book by style: what makes a number a date, and how many digits it has at least."""

    def __init__(self, codes: Sequence[int | str], *, from_1904: bool) -> None:
        self._codes = codes
        self._known: dict[int, str] = {}
        self._dates: dict[str, bool] = {}
        self._from_1904 = from_1904

    def date(self, style: int, number: float) -> str | None:
        """Return the date that a number is under a style; None if it is a mere number."""
        code = self._code(style)
        if code not in self._dates:
            self._dates[code] = is_date(code)
        if not self._dates[code]:
            return None
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel  # see _code

        epoch = CALENDAR_MAC_1904 if self._from_1904 else CALENDAR_WINDOWS_1900
        try:
            moment = from_excel(number, epoch)
        except (ValueError, OverflowError):
            return None
        return moment.date().isoformat() if isinstance(moment, dt.datetime) else str(moment)

    def padded(self, style: int, digits: str) -> str:
        """Return the digits with the zeros before them that the style shows."""
        code = self._code(style)
        return digits.zfill(len(code)) if _PADDED.fullmatch(code) else digits

    def _code(self, style: int) -> str:
        if style not in self._known:
            code = self._codes[style] if 0 <= style < len(self._codes) else 0
            if isinstance(code, int):
                from openpyxl.styles.numbers import BUILTIN_FORMATS  # start-up need not pay for it

                code = BUILTIN_FORMATS.get(code, "General")
            self._known[style] = code[:_LONGEST_CODE]
        return self._known[style]


def is_date(code: str) -> bool:
    """Return whether a number format shows days or times: d, m, y, h or s outside of texts, colours and escapes."""
    if code == "General":
        return False
    end = ""
    skip = False
    for letter in code:
        if skip:
            skip = False
        elif end:
            end = "" if letter == end else end
        elif letter in "\\_*":
            skip = True
        elif letter in '"[':
            end = "]" if letter == "[" else '"'
        elif letter in "dmyhsDMYHS":
            return True
        elif letter == ";":
            return False  # what follows is for other numbers
    return False


def displayed_text(raw: str, type: str, formats: Formats, style: int) -> str:
    """Return the text of a number, a truth value or a date, from what the file keeps.

    1.125 is written with a comma, so that it is never taken for a thousand. What is no number stays as it is.
    """
    if type == "b":
        return "ya" if raw in ("1", "true") else "tidak"
    if type == "d":
        return raw[:10] if len(raw) >= 10 else raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not abs(number) < LARGEST_EXACT:  # nan and infinite, too
        return LOST_DIGITS
    date = formats.date(style, number)
    if date is not None:
        return date
    rounded = Decimal(f"{number:.{_DIGITS}g}")
    if rounded == rounded.to_integral_value():
        return formats.padded(style, str(int(rounded)))
    return f"{rounded:f}".rstrip("0").replace(".", ",")


def broken(label: str, text: str) -> str:
    """Return a sentence about an error value in a cell, and what to do; else ""."""
    if text == LOST_DIGITS or _SCIENTIFIC.fullmatch(text):
        return say(
            "{label} tersimpan sebagai angka sehingga digit akhirnya hilang. Ubah sel menjadi Teks, lalu tulis ulang.",
            label=label,
        )
    if text == FORMULA:
        return say(
            "{label} berisi rumus yang belum dihitung. Buka di Excel atau LibreOffice, simpan, lalu unggah lagi.",
            label=label,
        )
    if _ERROR.fullmatch(text):
        return say(
            "{label} berisi kesalahan rumus {text}. Perbaiki rumusnya, atau tulis nilainya.", label=label, text=text
        )
    return ""
