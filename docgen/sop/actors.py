"""Find the official who acts in a role on a date; an acting one (Plt./Plh.) comes before the holder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from docgen.indonesian import long_date
from storage.records import Official
from wording import say


def valid_on(official: Official, date: dt.date) -> bool:
    """Return whether the official holds the post on that date and is not on leave (all ends inclusive)."""
    begun = official.valid_from is None or official.valid_from <= date
    return begun and (official.valid_to is None or date <= official.valid_to) and not on_leave(official, date)


def on_leave(official: Official, date: dt.date) -> bool:
    """Return whether the official is on leave on that date (both ends inclusive; without an end: still)."""
    if official.leave_from is None or date < official.leave_from:
        return False
    return official.leave_to is None or date <= official.leave_to


def why_not(official: Official, date: dt.date) -> str:
    """Return why an official decides nothing on that date, as a sentence; "" when he does."""
    if official.valid_from is not None and date < official.valid_from:
        return say("{name} baru menjabat mulai {date}.", name=official.name, date=long_date(official.valid_from))
    if official.valid_to is not None and official.valid_to < date:
        return say("{name} menjabat sampai {date}.", name=official.name, date=long_date(official.valid_to))
    if not on_leave(official, date):
        return ""
    if official.leave_to is None:
        since = long_date(official.leave_from or date)
        return say("{name} cuti sejak {since}; tidak memutus selama itu.", name=official.name, since=since)
    until = long_date(official.leave_to)
    return say("{name} cuti sampai {until}; tidak memutus selama itu.", name=official.name, until=until)


def find_signer(officials: Iterable[Official], role: str, date: dt.date) -> Official | None:
    """Return the official who signs for a role on a date, or None.

    Plt. and Plh. come first: they are appointed while the post is vacant or its holder is absent (Permendagri 1/2023 on
    Plt./Plh. signing). Among equals the one appointed last, then by name.
    """
    candidates = [official for official in officials if official.role == role and valid_on(official, date)]
    if not candidates:
        return None
    return min(candidates, key=lambda one: (one.capacity == "definitif", -_day(one.valid_from), one.name))


def _day(date: dt.date | None) -> int:
    return date.toordinal() if date else 0
