"""The office's working time: minutes of work from a moment on, passing over nights, breaks, weekends and holidays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from storage.records import Office

SATURDAY = 5
FARTHEST = dt.timedelta(days=1500)  # a calendar of nothing but holidays must end somewhere


@dataclass(frozen=True)
class WorkTime:
    """Working hours on the office's clock, Monday to Friday but for holidays."""

    zone: ZoneInfo
    hours: tuple[tuple[dt.time, dt.time], ...]
    holidays: frozenset[dt.date]

    @classmethod
    def of(cls, office: Office) -> WorkTime:
        """Return the working time of an office."""
        hours = tuple(
            (dt.time.fromisoformat(span.start), dt.time.fromisoformat(span.end))
            for span in sorted(office.work_hours, key=lambda span: span.start)
        )
        return cls(ZoneInfo(office.time_zone), hours, frozenset(office.holidays))

    def is_working_day(self, date: dt.date) -> bool:
        """Return whether the office works on that day."""
        return date.weekday() < SATURDAY and date not in self.holidays

    def last_day(self, start: dt.date, days: int) -> dt.date:
        """Return the last of `days` working days from `start` on, which is the first if it is a working day."""
        date = start
        days_left = max(days, 1)
        while date - start < FARTHEST:
            days_left -= self.is_working_day(date)
            if days_left == 0:
                break
            date += dt.timedelta(days=1)
        return date

    def add(self, start: dt.datetime, minutes: int) -> dt.datetime:
        """Return the moment at which `minutes` of working time after `start` (aware) have passed."""
        local = start.astimezone(self.zone)
        time_left = dt.timedelta(minutes=minutes)
        date = local.date()
        while date - local.date() < FARTHEST:
            if self.is_working_day(date):
                for first, last in self.hours:
                    begin = max(dt.datetime.combine(date, first, self.zone), local)
                    end = dt.datetime.combine(date, last, self.zone)
                    if begin >= end:
                        continue
                    if begin + time_left <= end:
                        return (begin + time_left).astimezone(dt.UTC)
                    time_left -= end - begin
            date += dt.timedelta(days=1)
        return (local + FARTHEST).astimezone(dt.UTC)

    def due_date(self, begun: dt.date, minutes: int) -> dt.date:
        """Return the day on which `minutes` of working time have passed since the end of the day `begun`."""
        end = dt.datetime.combine(begun + dt.timedelta(days=1), dt.time(), self.zone)
        return self.add(end, minutes).astimezone(self.zone).date()

    def minutes(self, start: dt.datetime, end: dt.datetime) -> float:
        """Return the minutes of working time between two moments (aware); 0 when the end is not after the start."""
        local_start, local_end = start.astimezone(self.zone), end.astimezone(self.zone)
        worked = dt.timedelta()
        date = local_start.date()
        while date <= local_end.date() and date - local_start.date() < FARTHEST:
            if self.is_working_day(date):
                for first, last in self.hours:
                    begin = max(dt.datetime.combine(date, first, self.zone), local_start)
                    finish = min(dt.datetime.combine(date, last, self.zone), local_end)
                    worked += max(finish - begin, dt.timedelta())
            date += dt.timedelta(days=1)
        return worked.total_seconds() / 60
