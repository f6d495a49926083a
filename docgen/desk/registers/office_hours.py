"""Read and write the office's calendar as people do: working hours and holidays as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise

from docgen.errors import FieldError
from docgen.indonesian import month_name
from storage.records import WorkHours
from wording import say

_HOURS = re.compile(r"(\d{1,2})[.:](\d{2})\s*(?:-|\u2013|s\.?d\.?)\s*(\d{1,2})[.:](\d{2})")
EXAMPLE = "Tulis misalnya 08.00-12.00, 13.00-16.30."
_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
_IN_WORDS = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})\b")
_MONTHS = {month_name(dt.date(2000, month, 1)).casefold(): month for month in range(1, 13)}


def hours_text(hours: Sequence[WorkHours]) -> str:
    """Return working hours as text: `08.00-12.00, 13.00-16.30`."""
    return ", ".join(f"{span.start}-{span.end}".replace(":", ".") for span in hours)


def read_hours(text: str, errors: list[FieldError]) -> list[WorkHours]:
    """Return working hours written like `hours_text`; add what is wrong to `errors`."""
    hours = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
        match = _HOURS.fullmatch(part)
        start, end = (f"{int(match[1]):02}:{match[2]}", f"{int(match[3]):02}:{match[4]}") if match else ("", "")
        if not match or not start < end < "24:00" or match[2] > "59" or match[4] > "59":
            errors.append(
                FieldError("work_hours", say("Jam kerja {part} salah. {example}", part=repr(part), example=EXAMPLE))
            )
            return []
        hours.append(WorkHours(start=start, end=end))
    hours.sort(key=lambda span: span.start)
    if not hours:
        errors.append(FieldError("work_hours", say("Jam kerja wajib diisi. {example}", example=EXAMPLE)))
    if any(later.start < earlier.end for earlier, later in pairwise(hours)):
        errors.append(FieldError("work_hours", say("Jam kerja saling bertumpuk. {example}", example=EXAMPLE)))
    return hours


def holidays_text(days: Sequence[dt.date]) -> str:
    """Return days as text, each on a line: `25-12-2026`."""
    return "\n".join(f"{day:%d-%m-%Y}" for day in sorted(days))


def read_holidays(text: str, errors: list[FieldError]) -> list[dt.date]:
    """Return days off, on lines or between commas, each perhaps with a name after it; add what is wrong to `errors`."""
    days = set()
    for line in filter(None, (line.strip() for line in re.split(r"[,;\n]", text))):
        day = _date_in_words(line) or _date(line.split()[0])
        if day is None:
            errors.append(
                FieldError(
                    "holidays", say("Hari libur {line} bukan tanggal. Tulis misalnya 25-12-2026.", line=repr(line))
                )
            )
            return []
        days.add(day)
    return sorted(days)


def _date_in_words(text: str) -> dt.date | None:
    """Return the date that a line begins with, as in `1 Januari 2027 Tahun Baru`; None when there is none."""
    match = _IN_WORDS.match(text)
    month = _MONTHS.get(match[2].casefold()) if match else None
    try:
        return dt.date(int(match[3]), month, int(match[1])) if match and month else None
    except ValueError:
        return None


def _date(text: str) -> dt.date | None:
    for form in _FORMATS:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
    return None
