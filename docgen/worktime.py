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
        """The working time that the office's settings tell."""
        hours = tuple(
            (dt.time.fromisoformat(one.start), dt.time.fromisoformat(one.end))
            for one in sorted(office.work_hours, key=lambda one: one.start)
        )
        return cls(ZoneInfo(office.time_zone), hours, frozenset(office.holidays))

    def is_working_day(self, date: dt.date) -> bool:
        """Whether the office works on that day."""
        return date.weekday() < SATURDAY and date not in self.holidays

    def last_day(self, start: dt.date, days: int) -> dt.date:
        """The last of `days` working days from `start` on, which is the first where it is one."""
        date = start
        left = max(days, 1)
        while date - start < FARTHEST:
            left -= self.is_working_day(date)
            if left == 0:
                break
            date += dt.timedelta(days=1)
        return date

    def add(self, start: dt.datetime, minutes: int) -> dt.datetime:
        """The moment at which `minutes` of working time after `start` (aware) have passed."""
        local = start.astimezone(self.zone)
        left = dt.timedelta(minutes=minutes)
        date = local.date()
        while date - local.date() < FARTHEST:
            if self.is_working_day(date):
                for first, last in self.hours:
                    begin = max(dt.datetime.combine(date, first, self.zone), local)
                    end = dt.datetime.combine(date, last, self.zone)
                    if begin >= end:
                        continue
                    if begin + left <= end:
                        return (begin + left).astimezone(dt.UTC)
                    left -= end - begin
            date += dt.timedelta(days=1)
        return (local + FARTHEST).astimezone(dt.UTC)

    def due_date(self, begun: dt.date, minutes: int) -> dt.date:
        """The day on which `minutes` of working time have passed since the end of the day `begun`."""
        end = dt.datetime.combine(begun + dt.timedelta(days=1), dt.time(), self.zone)
        return self.add(end, minutes).astimezone(self.zone).date()

    def minutes(self, start: dt.datetime, end: dt.datetime) -> float:
        """The minutes of working time between two moments (aware); 0 when the end is not after the start."""
        since, until = start.astimezone(self.zone), end.astimezone(self.zone)
        worked = dt.timedelta()
        date = since.date()
        while date <= until.date() and date - since.date() < FARTHEST:
            if self.is_working_day(date):
                for first, last in self.hours:
                    begin = max(dt.datetime.combine(date, first, self.zone), since)
                    finish = min(dt.datetime.combine(date, last, self.zone), until)
                    worked += max(finish - begin, dt.timedelta())
            date += dt.timedelta(days=1)
        return worked.total_seconds() / 60
