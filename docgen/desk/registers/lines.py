"""The lines of the register, of a series or of a system that gives numbers elsewhere; what is secret is veiled."""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.desk.rights import veil_of
from storage.catalogue.numbering import manual_numbers, numbers
from storage.catalogue.numbering.foreign_lines import list_foreign
from storage.catalogue.visibility.classes import classes_of
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents
from storage.records import MAIN_SERIES, InsertedNumber, RegisterEntry


class VeiledEntry(RegisterEntry):
    """A number whose letter the caller may not know of: its subject is hidden."""


def register_of(
    tx: Connection, unit: str, year: int, within: Limits = NO_LIMITS, series: str = MAIN_SERIES
) -> list[RegisterEntry]:
    """Return a series of a unit and year: every number, with inserted ones behind the number they follow.

    The subject of a letter outside of `within` is hidden.
    """
    entries = [*numbers.list_entries(tx, unit, year, series), *manual_numbers.list_inserted(tx, unit, year, series)]
    return _veiled(tx, sorted(entries, key=_order), within)


class ForeignEntry(RegisterEntry):
    """A number that another system gave: it has no sequence and no series, `system` says who gave it."""

    system: str


def foreign_lines(tx: Connection, unit: str, system: str, year: int, within: Limits = NO_LIMITS) -> list[RegisterEntry]:
    """Return the numbers that a system gave in a year, by date; what is outside of `within` is hidden."""
    entries: list[RegisterEntry] = [
        ForeignEntry(
            unit=unit,
            year=year,
            sequence=0,
            number=foreign.number,
            status=foreign.status,
            document=foreign.document,
            date=foreign.date,
            title=title,
            series="",
            system=system,
        )
        for foreign, title in list_foreign(tx, system, year)
    ]
    return _veiled(tx, entries, within)


def page_of(
    tx: Connection,
    unit: str,
    year: int,
    *,
    before: int,
    limit: int,
    within: Limits = NO_LIMITS,
    series: str = MAIN_SERIES,
) -> list[RegisterEntry]:
    """Return the last `limit` numbers below `before` with the inserted ones behind them; as `register_of`."""
    entries = numbers.newest_entries(tx, unit, year, before=before, limit=limit, series=series)
    sequences = {entry.sequence for entry in entries}
    inserted = manual_numbers.list_inserted(tx, unit, year, series)
    inserted = [entry for entry in inserted if entry.sequence in sequences]
    return _veiled(tx, sorted([*entries, *inserted], key=_order), within)


def _order(entry: RegisterEntry) -> tuple[int, str]:
    return entry.sequence, entry.suffix if isinstance(entry, InsertedNumber) else ""


def _veiled(tx: Connection, entries: list[RegisterEntry], within: Limits) -> list[RegisterEntry]:
    if not within:
        return entries
    ids = [entry.document for entry in entries if entry.document]
    hidden = set(ids) - visible_documents(tx, ids, within)
    class_by_id = classes_of(tx, sorted(hidden))
    return [_veil(entry, class_by_id[entry.document]) if entry.document in hidden else entry for entry in entries]


def _veil(entry: RegisterEntry, security: str) -> RegisterEntry:
    return VeiledEntry(**entry.model_dump() | {"title": veil_of(security), "reason": "", "document": ""})


def reserved_numbers(tx: Connection, unit: str, since: int) -> list[RegisterEntry]:
    """Return the numbers of blocks that are neither used nor void, of every series, of the year `since` and later."""
    return manual_numbers.list_unused(tx, unit, since)


def get_entry(
    tx: Connection, unit: str, year: int, sequence: int, suffix: str, series: str = MAIN_SERIES
) -> RegisterEntry:
    """Return one line of the register. Raises RecordMissing."""
    return manual_numbers.get_entry(tx, unit, year, sequence, suffix, series)
