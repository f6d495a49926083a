"""Find the official who acts in a role on a date; an acting one (Plt./Plh.) comes before the holder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from storage.records import Official


def valid_on(official: Official, date: dt.date) -> bool:
    """Return whether the official holds the post on that date (both ends inclusive)."""
    begun = official.valid_from is None or official.valid_from <= date
    return begun and (official.valid_to is None or date <= official.valid_to)


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
