"""Which dossiers are due: to be proposed for destruction, handed to the regional archive, or judged again.

Lists for a person; nothing here takes anything away. A list is read by the page: the table says what dossiers of a
state hold and until when they were closed, and the catalogue finds those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.errors import NotFound
from docgen.indonesian import local_date
from docgen.retention import RetentionStatus, State, last_due, state_when_due
from storage.catalogue import closed_dossiers, dossiers
from storage.catalogue.closed_dossiers import ClosedGroup
from storage.catalogue.registers import get_office
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Dossier

STATES: dict[State, str] = {
    "usul_musnah": "Usul musnah",
    "serah": "Serah ke lembaga kearsipan",
    "dinilai": "Dinilai kembali",
    "inaktif": "Inaktif",
    "aktif": "Aktif",
    "terbuka": "Belum ditutup",
}
DUE: Sequence[State] = ("usul_musnah", "serah", "dinilai")
LATER: Sequence[State] = ("inaktif", "aktif")
_PAGE = 500


@dataclass(frozen=True)
class DossierRetention:
    """A dossier, how it stands in the retention table, and how many documents it holds."""

    dossier: Dossier
    standing: RetentionStatus
    documents: int

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        standing = self.standing
        return {
            "dossier": self.dossier.id,
            "title": self.dossier.title,
            "procedure": self.dossier.procedure,
            "closed_at": self.dossier.closed_at.isoformat() if self.dossier.closed_at else None,
            "code": standing.rule.code,
            "fate": standing.rule.fate,
            "state": standing.state,
            "active_until": standing.active_until.isoformat() if standing.active_until else None,
            "inactive_until": standing.inactive_until.isoformat() if standing.inactive_until else None,
            "documents": self.documents,
        }


@dataclass(frozen=True)
class RetentionPage:
    """Some dossiers of a list, those first that were closed first; `next` is the id after which the next page begins,
    "" at the end.
    """

    entries: Sequence[DossierRetention]
    next: str


def retention(desk: Desk, states: Sequence[State] = DUE, within: Limits = NO_LIMITS) -> list[DossierRetention]:
    """Return the closed dossiers in these states that hold documents, the longest due first.

    Dossiers of which nothing is seen `within` are left out.
    """
    page = retention_page(desk, states, within, limit=_PAGE)
    entries = [*page.entries]
    while page.next:
        page = retention_page(desk, states, within, after=page.next, limit=_PAGE)
        entries += page.entries
    return sorted(entries, key=lambda entry: (entry.standing.inactive_until or dt.date.max, entry.dossier.id))


def retention_page(
    desk: Desk,
    states: Sequence[State],
    within: Limits = NO_LIMITS,
    *,
    after: str = "",
    limit: int,
) -> RetentionPage:
    """Return the next closed dossiers in these states that hold documents, from after the dossier `after` on.

    Raises RecordMissing when there is no such dossier.
    """
    with desk.catalogue.read() as tx:
        zone, today = get_office(tx).time_zone, desk.today_in(tx)
        groups = _groups(desk, tx, states, zone, today)
        found = closed_dossiers.list_closed(tx, groups, after=after, limit=limit + 1, within=within)
        kinds = closed_dossiers.kinds_of(tx, [dossier.id for dossier in found[:limit]])
    codes = _Codes(desk)
    entries = [_retention(codes, dossier, kinds[dossier.id], zone, today) for dossier in found[:limit]]
    return RetentionPage(entries, found[limit - 1].id if len(found) > limit else "")


def count_retention(desk: Desk, states: Sequence[State], within: Limits = NO_LIMITS) -> int:
    """Return how many dossiers the list of these states has; `closed_dossiers.MOST_COUNTED` + 1 stands for more."""
    with desk.catalogue.read() as tx:
        groups = _groups(desk, tx, states, get_office(tx).time_zone, desk.today_in(tx))
        return closed_dossiers.count_closed(tx, groups, within)


def standing_of(desk: Desk, tx: Connection, dossier: Dossier) -> DossierRetention:
    """Return how a dossier stands in the retention table today."""
    kinds = closed_dossiers.kinds_of(tx, [dossier.id])[dossier.id]
    return _retention(_Codes(desk), dossier, kinds, get_office(tx).time_zone, desk.today_in(tx))


class _Codes:
    """The classifications of procedures, and of the kinds that have their own in one, each looked up once."""

    def __init__(self, desk: Desk) -> None:
        self.table, self._desk = desk.retention, desk
        self._kinds = dict(desk.kinds)
        self._special: dict[str, dict[str, str]] = {}

    def general(self, procedure: str) -> str:
        """Return the classification of a procedure; "", judged by hand, where it is unknown."""
        try:
            return self._desk.sop.procedure(procedure).classification
        except NotFound:
            return ""

    def special(self, procedure: str) -> dict[str, str]:
        """Return the classification of each kind that has its own in a procedure."""
        if procedure not in self._special:
            codes = {slug: kind.classification_for(procedure) for slug, kind in self._kinds.items()}
            self._special[procedure] = {slug: code for slug, code in codes.items() if code}
        return self._special[procedure]

    def of(self, dossier: Dossier, kinds: Collection[str]) -> list[str]:
        """Return the classifications of a dossier's procedure and of the kinds it holds.

        Letters outside the SOP have that of their dossier.
        """
        if dossier.classification:
            return [dossier.classification]
        special = self.special(dossier.procedure)
        codes = [self.general(dossier.procedure), *(special[kind] for kind in kinds if kind in special)]
        return list(dict.fromkeys(codes))

    def kinds_by_code(self, procedure: str) -> dict[str, list[str]]:
        """Return the kinds that change the time of a dossier of a procedure, by a classification that says how."""
        general = self.general(procedure)
        kinds_by_time: dict[Any, list[str]] = {}
        codes_by_time: dict[Any, str] = {}
        for kind, code in self.special(procedure).items():
            rule, codes = self.table.rule_for(code), [general, code]
            is_longer = self.table.years_for_all(codes) != self.table.years_for_all([general])
            if is_longer or self.table.rule_for_all(codes).fate != self.table.rule_for(general).fate:
                time = rule.active, rule.inactive, rule.fate
                kinds_by_time.setdefault(time, []).append(kind)
                codes_by_time.setdefault(time, code)
        return {code: kinds_by_time[time] for time, code in codes_by_time.items()}


def _retention(
    codes: _Codes, dossier: Dossier, kinds: Mapping[str, int], zone: str, today: dt.date
) -> DossierRetention:
    closed_on = local_date(dossier.closed_at, zone) if dossier.closed_at else None
    standing = codes.table.standing(codes.of(dossier, kinds), closed_on, today)
    return DossierRetention(dossier, standing, sum(kinds.values()))


def _groups(desk: Desk, tx: Connection, states: Sequence[State], zone: str, today: dt.date) -> list[ClosedGroup]:
    """Return which closed dossiers are in these states today, as what they hold and when they were closed."""
    groups = []
    for group, codes in _profiles(desk, tx):
        active_years, all_years = desk.retention.years_for_all(codes)
        inactive_from = _midnight_after(last_due(today, active_years), zone)
        due_from = _midnight_after(last_due(today, all_years), zone)
        periods: dict[State, tuple[dt.datetime | None, dt.datetime | None]] = {
            "aktif": (inactive_from, None),
            "inaktif": (due_from, inactive_from),
        }
        periods[state_when_due(desk.retention.rule_for_all(codes))] = (None, due_from)
        groups += [
            replace(group, since=periods[state][0], until=periods[state][1]) for state in states if state in periods
        ]
    return groups


def _profiles(desk: Desk, tx: Connection) -> Iterator[tuple[ClosedGroup, list[str]]]:
    """Yield what closed dossiers can hold that their time depends on, and the classifications of each such group."""
    for code in dossiers.classifications_outside_sop(tx):
        yield ClosedGroup(classifications=[code]), [code]
    codes = _Codes(desk)
    known = [procedure.slug for procedure in desk.sop.places]
    for procedure in ["", *known]:
        kinds_by_code = codes.kinds_by_code(procedure)
        for count in range(len(kinds_by_code) + 1):
            for present in combinations(kinds_by_code, count):
                holds = [kinds_by_code[code] for code in present]
                lacks = [kind for code, kinds in kinds_by_code.items() if code not in present for kind in kinds]
                group = ClosedGroup(procedure, () if procedure else known, (), holds, lacks)
                yield group, [codes.general(procedure), *present]


def _midnight_after(date: dt.date, zone: str) -> dt.datetime:
    """Return when the day after a date begins on the office's clock, in UTC."""
    return dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
