"""The first number of a series that an office kept on paper until now: what was given before stands in the register."""

from __future__ import annotations

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.numbering.number_series import get_series
from storage.catalogue import registers
from storage.catalogue.numbering import numbers
from storage.records import MAIN_SERIES, RegisterEntry
from wording import say

LARGEST_FIRST = 10_000
BEFORE = "Diberikan sebelum memakai layanan ini; lihat buku agenda kertas"


def begin_series(desk: Desk, series_name: str, first: int, by: str) -> int:
    """Let a series go on this year with the number `first`, and return how many lines were written before it.

    Each number before it gets a line that says so: the register stays without a gap, and claims nothing it does not
    know. Raises InvalidSubmission, NotFound, and Conflict when the series gave out a number this year.
    """
    if not 2 <= first <= LARGEST_FIRST:
        raise InvalidSubmission([FieldError("first", say("Nomor pertama antara 2 dan {most}.", most=LARGEST_FIRST))])
    today = desk.today()
    with desk.catalogue.write() as tx:
        office = registers.get_office(tx)
        series = get_series(office, series_name)
        if not numbers.begin_after(tx, office.unit_code, today.year, series.name, first - 1):
            raise Conflict(
                say(
                    "Seri {title} sudah memberi nomor pada tahun {year}; nomor pertamanya tidak dapat diatur lagi.",
                    title=series.title,
                    year=today.year,
                )
            )
        entries = [
            RegisterEntry(
                unit=office.unit_code,
                year=today.year,
                sequence=sequence,
                number=str(sequence),
                status="issued",
                document="",
                date=today,
                title=BEFORE,
                series=series.name,
            )
            for sequence in range(1, first)
        ]
        numbers.add_entries(tx, entries)
        after = {"first": first, **({} if series.name == MAIN_SERIES else {"series": series.name})}
        audit.record(desk, tx, by, Action.SERIES_BEGUN, f"{series.name}/{today.year}", after=after)
    return len(entries)
