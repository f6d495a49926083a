"""A clock that a test sets, for a desk's `now`."""

from __future__ import annotations

import datetime as dt


class Clock:
    """Stands still at a morning of November 2026 until a test moves it, or goes on by `pace` each time it is read."""

    def __init__(self, pace: dt.timedelta = dt.timedelta()) -> None:
        self.now = dt.datetime(2026, 11, 27, 1, 0, tzinfo=dt.UTC)
        self.pace = pace

    def __call__(self) -> dt.datetime:
        self.now += self.pace
        return self.now
