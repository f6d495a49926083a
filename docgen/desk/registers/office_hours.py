"""Read and write the office's calendar as people do: working hours and holidays as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from docgen.errors import FieldError
from docgen.indonesian import month_name
from storage.records import WorkHours
from wording import say

_HOURS = re.compile(r"(\d{1,2})[.:](\d{2})\s*(?:-|\u2013|s\.?d\.?)\s*(\d{1,2})[.:](\d{2})")
EXAMPLE = "Tulis misalnya 08.00-12.00, 13.00-16.30."
_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
_IN_WORDS = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})\b")
# Feasts that move with moon or sun are set each year by a joint decree of three ministers.
_FIXED_HOLIDAYS = {
    (1, 1): "Tahun Baru Masehi",
    (5, 1): "Hari Buruh Internasional",
    (6, 1): "Hari Lahir Pancasila",
    (8, 17): "Proklamasi Kemerdekaan",
    (12, 25): "Hari Raya Natal",
}
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


def fixed_holidays(year: int) -> dict[dt.date, str]:
    """Return the national holidays that have the same date each year, with their names."""
    return {dt.date(year, month, day): name for (month, day), name in _FIXED_HOLIDAYS.items()}


def holidays_text(days: Sequence[dt.date], names: Mapping[dt.date, str]) -> str:
    """Return days as text, each on a line with its name: `25-12-2026 Hari Raya Natal`."""
    return "\n".join(f"{day:%d-%m-%Y} {names.get(day, '')}".rstrip() for day in sorted(days))


def read_holidays(text: str, errors: list[FieldError]) -> dict[dt.date, str]:
    """Return days off with their names, "" where there is none; add what is wrong to `errors`.

    They are written on lines or between commas, the name after the date; a name may hold commas itself.
    """
    names: dict[dt.date, str] = {}
    for line in text.splitlines():
        last: dt.date | None = None
        for part in filter(None, (part.strip() for part in re.split(r"[,;]", line))):
            day, name = _day_and_name(part)
            if day is not None:
                names[day] = name or names.get(day, "")
                last = day
            elif last is not None and not part[0].isdecimal():
                names[last] = f"{names[last]}, {part}" if names[last] else part
            else:
                message = say("Hari libur {line} bukan tanggal. Tulis misalnya 25-12-2026.", line=repr(part))
                errors.append(FieldError("holidays", message))
                return {}
    return dict(sorted(names.items()))


def _day_and_name(text: str) -> tuple[dt.date | None, str]:
    """Return the date that a text begins with, None when there is none, and what stands behind it."""
    match = _IN_WORDS.match(text)
    if match:
        return _date_in_words(match), text[match.end() :].strip(" :\u2013-")
    first, _, rest = text.partition(" ")
    return _date(first.rstrip(":")), rest.strip(" :\u2013-")


def _date_in_words(match: re.Match[str]) -> dt.date | None:
    """Return the date of `1 Januari 2027`; None when there is no such day."""
    month = _MONTHS.get(match[2].casefold())
    try:
        return dt.date(int(match[3]), month, int(match[1])) if month else None
    except ValueError:
        return None


def _date(text: str) -> dt.date | None:
    for form in _FORMATS:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
    return None
